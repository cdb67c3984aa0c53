"""The office of supervisor: states, terms and seats."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.common.errors import IllegalMove, Invalid, Refused
from services.common.terms import Term, TermState
from services.watch.supervisors.domain.nomination import MOVES, NominationAction, NominationState, move
from services.watch.supervisors.domain.seats import check_new, check_renewal, most_in_office, seats_taken
from services.watch.supervisors.domain.supervisor import Card, first_day_of, year_from
from tests.unit.watch.reports.builders import local
from tests.unit.watch.supervisors.builders import TODAY, a_nomination, a_supervisor

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
NEAR = st.integers(0, 40).map(lambda days: TODAY + timedelta(days=days))
TERMS = st.tuples(NEAR, st.integers(0, 20)).map(lambda each: Term(each[0], each[0] + timedelta(days=each[1])))


@pytest.mark.parametrize(("state", "action"), list(product(NominationState, NominationAction)))
def test_only_the_moves_of_the_table_are_made(state: NominationState, action: NominationAction) -> None:
    if target := MOVES.get((state, action)):
        assert move(state, action) is target
    else:
        with pytest.raises(IllegalMove):
            move(state, action)


def test_an_illegal_move_names_state_action_and_what_is_allowed() -> None:
    with pytest.raises(IllegalMove) as refusal:
        move(NominationState.NOMINATED, NominationAction.APPOINT)

    assert refusal.value.metadata == {"state": "NOMINATED", "action": "APPOINT", "allowed": "APPROVE,REJECT"}
    assert refusal.value.message == "“已提名”状态下不能“聘任”。现在可以：审定、不予通过。"


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [
        (date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 3, 1), date(2027, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_a_term_ends_the_day_before_the_same_day_of_the_next_year(first_day: date, last_day: date) -> None:
    assert year_from(first_day) == Term(first_day, last_day)


@given(DAYS)
@example(date(2028, 2, 29))
def test_a_renewal_follows_its_term_without_a_gap_or_an_overlap(first_day: date) -> None:
    renewed = a_supervisor(term=year_from(first_day))

    following = first_day_of(renewed, None, first_day)

    assert following - renewed.term.last_day == timedelta(days=1)


def test_a_renewal_of_a_term_that_has_passed_begins_today() -> None:
    expired = a_supervisor(term=Term(date(2024, 9, 1), date(2025, 8, 31)))

    assert first_day_of(expired, None, TODAY) == TODAY


def test_the_day_of_a_renewal_cannot_be_chosen() -> None:
    with pytest.raises(Invalid, match="first_day"):
        first_day_of(a_supervisor(), TODAY, TODAY)


@pytest.mark.parametrize("wanted", [TODAY - timedelta(days=1), TODAY + timedelta(days=365), date.max])
def test_a_first_term_begins_neither_in_the_past_nor_more_than_a_year_ahead(wanted: date) -> None:
    with pytest.raises(Invalid, match="first_day"):
        first_day_of(None, wanted, TODAY)


def test_a_first_term_begins_today_unless_said() -> None:
    assert first_day_of(None, None, TODAY) == TODAY
    assert first_day_of(None, TODAY + timedelta(days=10), TODAY) == TODAY + timedelta(days=10)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 8, 31), TermState.UPCOMING),
        (date(2026, 9, 1), TermState.IN_OFFICE),
        (date(2027, 8, 31), TermState.IN_OFFICE),
        (date(2027, 9, 1), TermState.EXPIRED),
    ],
)
def test_a_supervisor_is_in_office_from_the_first_day_to_the_last(today: date, state: TermState) -> None:
    assert a_supervisor(term=year_from(date(2026, 9, 1))).state(today) is state


def test_a_term_that_was_ended_stays_ended_whatever_the_day() -> None:
    ended = a_supervisor(term=year_from(date(2026, 9, 1)), end_time=local(2026, 10, 1))

    assert {ended.state(day) for day in (date(2026, 8, 1), date(2026, 11, 1), date(2030, 1, 1))} == {TermState.ENDED}


@given(st.lists(TERMS, max_size=8), TERMS)
def test_the_fullest_day_is_found_as_by_looking_at_each_day(terms: list[Term], during: Term) -> None:
    days = [during.first_day + timedelta(days=n) for n in range((during.last_day - during.first_day).days + 1)]

    assert most_in_office(terms, during) == max(sum(term.covers(day) for term in terms) for day in days)


def test_people_on_their_way_take_seats_and_a_renewal_takes_none_of_its_own() -> None:
    holder = a_supervisor(id="holder")
    coming = [a_nomination("张三"), a_nomination("王磊", renews="holder")]

    assert seats_taken([holder], coming, TODAY) == 2


def test_a_renewal_of_a_term_that_is_over_takes_a_seat() -> None:
    assert seats_taken([], [a_nomination("王磊", renews="expired")], TODAY) == 1


def test_a_term_and_its_renewal_take_one_seat() -> None:
    term = year_from(TODAY)
    renewal = year_from(first_day_of(a_supervisor(term=term), None, TODAY))

    assert seats_taken([a_supervisor(id="a", term=term), a_supervisor(id="b", term=renewal)], [], TODAY) == 1


def test_who_is_in_office_is_only_nominated_for_a_renewal() -> None:
    holder = a_supervisor(person="王磊")

    with pytest.raises(Refused, match="IN_OFFICE"):
        check_new(a_nomination("王　磊"), [holder])

    check_renewal(a_nomination("王　磊", renews=holder.id), holder, [holder])


def test_a_renewal_is_of_the_same_person_not_dismissed_and_not_renewed_yet() -> None:
    holder = a_supervisor(person="王磊")
    again = a_supervisor(id="again", person="王磊", term=year_from(holder.term.last_day + timedelta(days=1)))
    dismissed = a_supervisor(person="王磊", end_time=local(2026, 9, 2))

    with pytest.raises(Invalid, match="person"):
        check_renewal(a_nomination("张三", renews=holder.id), holder, [holder])
    with pytest.raises(Refused, match="TERM_ENDED_EARLY"):
        check_renewal(a_nomination("王磊", renews=holder.id), dismissed, [])
    with pytest.raises(Refused, match="ALREADY_RENEWED"):
        check_renewal(a_nomination("王磊", renews=holder.id), holder, [holder, again])


def test_a_work_card_is_numbered_by_town_year_and_serial() -> None:
    assert Card.numbered("景村", 2026, 7).number == "景村哨证〔2026〕7号"
