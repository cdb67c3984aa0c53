"""Urging and oversight of cases: what their clocks cause, each once, in whatever order; what each act makes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.cases.domain.case import Case, Outcome
from services.agency.cases.domain.deadlines import (
    HALF,
    LAST_DAY,
    MOST,
    OVERDUE,
    PART_LAST_DAY,
    PART_OVERDUE,
    deadlines_of,
)
from services.agency.oversights.domain.causes import ORIGINS, Cause, causes, escalation, first_at, holders, new
from services.agency.oversights.domain.oversight import (
    MOVES,
    Action,
    CaseOversight,
    Kind,
    Level,
    Origin,
    Overseer,
    State,
    above,
    answer_by,
    move,
)
from services.common.errors import IllegalMove
from services.common.periods import start_of_day
from services.common.workdays import calendar_of
from tests.unit.agency.cases.builders import CENTRE, CIVIL, FINANCE, LI, MONDAY, VILLAGE, WANG, received

CHINA = calendar_of()
NOW = start_of_day(date(2026, 8, 3))
LAST = date(2026, 8, 6)
TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)

AT_VILLAGE = received().accepted()
AT_CENTRE = AT_VILLAGE.part_done(VILLAGE, TUESDAY)
AT_COUNTY = AT_CENTRE.part_done(CENTRE, FRIDAY)
ALL_DONE = AT_COUNTY.part_done(CIVIL, FRIDAY).part_done(FINANCE, FRIDAY)
LATE_AT_COUNTY = AT_CENTRE.part_done(CENTRE, FRIDAY + timedelta(days=28))
CASES = (AT_VILLAGE, AT_CENTRE, AT_COUNTY, ALL_DONE, LATE_AT_COUNTY)


def record(cause: Cause, case: Case = AT_VILLAGE, now: datetime = NOW) -> CaseOversight:
    return cause.record(case, f"{cause}", "system/agency", now, LAST)


def caused(case: Case, kind: str, place: str = "") -> list[Cause]:
    return list(causes(case, kind, place, deadlines_of(case, CHINA)))


def ends_by_itself(case: Case, order: Callable[[list[tuple[str, str]]], list[tuple[str, str]]]) -> list[CaseOversight]:
    """The records of a case on which all deadlines have come in some order, and then the last days of oversights."""
    due = [(kind, owner.partition("/")[2]) for kind, owner in deadlines_of(case, CHINA) if kind in ORIGINS]
    records: list[CaseOversight] = []
    for kind, place in order(due):
        records += [record(each, case) for each in new(caused(case, kind, place), records)]
    for _ in range(2):
        for each in [each for each in records if each.kind is Kind.OVERSIGHT]:
            records += [record(found, case) for found in new(escalation(each, case), records)]
    return records


@given(st.sampled_from(CASES), st.data())
def test_in_whatever_order_and_however_often_deadlines_come_each_desk_is_asked_once(
    case: Case, data: st.DataObject
) -> None:
    def shuffled(due: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return data.draw(st.permutations(due)) + data.draw(st.lists(st.sampled_from(due), max_size=8))

    records = ends_by_itself(case, shuffled)

    names = [each.id for each in records]
    assert len(names) == len(set(names))
    assert set(names) == {each.id for each in ends_by_itself(case, list)}


@given(st.sampled_from(CASES), st.data())
def test_a_case_comes_once_before_each_level_and_never_leaves_the_county(case: Case, data: st.DataObject) -> None:
    records = ends_by_itself(case, lambda due: data.draw(st.permutations(due)))

    levels: list[Level] = []
    for number, each in enumerate(records):
        cause = Cause(each.origin, each.of_promise, each.part, each.desk)
        if first_at(cause, records[:number]):
            levels.append(each.overseer.level)
    assert levels in ([Level.TOWN, Level.COUNTY], [Level.COUNTY])
    assert all(each.overseer >= above(each.desk) for each in records)


def test_urging_is_proposed_for_each_desk_that_has_the_case() -> None:
    for kind, origin in ((HALF, Origin.HALF_USED), (MOST, Origin.MOST_USED)):
        assert caused(AT_COUNTY, kind) == [Cause(origin, True, "2.0", CIVIL), Cause(origin, True, "2.1", FINANCE)]
        assert {record(each).state for each in caused(AT_COUNTY, kind)} == {State.PROPOSED}


def test_what_concerns_the_promise_comes_once_whoever_has_the_case_by_then() -> None:
    known = [record(each) for each in caused(AT_VILLAGE, OVERDUE)]

    assert new(caused(AT_CENTRE, OVERDUE), known) == []
    assert new(caused(AT_CENTRE, LAST_DAY), known) != []


def test_the_point_is_asked_where_every_desk_has_done_its_part() -> None:
    assert holders(ALL_DONE) == {"": VILLAGE}
    assert [each.desk for each in caused(ALL_DONE, OVERDUE)] == [VILLAGE]


def test_a_desk_is_asked_once_where_its_own_time_ends_with_the_promise() -> None:
    only = replace(AT_VILLAGE, parts=AT_VILLAGE.parts[:1])

    for promise, own in ((LAST_DAY, PART_LAST_DAY), (OVERDUE, PART_OVERDUE)):
        assert caused(only, own, "0.0") == []
        assert [each.of_promise for each in caused(only, promise)] == [True]
        assert [each.of_promise for each in caused(AT_VILLAGE, own, "0.0")] == [False]


@pytest.mark.parametrize(
    ("case", "place", "overseer"),
    [
        (AT_VILLAGE, "0.0", Overseer.CENTRE),
        (AT_CENTRE, "1.0", Overseer.TOWN_DISCIPLINE),
        (AT_COUNTY, "2.1", Overseer.COUNTY_DISCIPLINE),
    ],
)
def test_what_is_overdue_is_overseen_by_the_next_tier(case: Case, place: str, overseer: Overseer) -> None:
    [cause] = caused(case, PART_OVERDUE, place)

    assert (cause.kind, cause.overseer) == (Kind.OVERSIGHT, overseer)


def test_then_by_the_county_unless_what_was_asked_for_is_done() -> None:
    [cause] = caused(AT_VILLAGE, PART_OVERDUE, "0.0")
    oversight = record(cause)

    assert list(escalation(oversight, AT_VILLAGE)) == [Cause(Origin.ESCALATION, False, "0.0", VILLAGE)]
    assert list(escalation(oversight.answered(LI, NOW), AT_VILLAGE)) != []
    assert list(escalation(oversight, AT_CENTRE)) == []
    assert list(escalation(oversight, AT_VILLAGE.decided(Outcome.REFUSED, FRIDAY))) == []


def test_oversight_of_the_promise_goes_to_the_county_with_whoever_has_the_case_by_then() -> None:
    [cause] = caused(AT_CENTRE, OVERDUE)

    found = list(escalation(record(cause), LATE_AT_COUNTY))

    assert {(each.origin, each.desk) for each in found} == {(Origin.ESCALATION, CIVIL), (Origin.ESCALATION, FINANCE)}


def test_what_the_county_oversees_goes_no_further() -> None:
    [cause, _] = caused(AT_COUNTY, OVERDUE)
    assert list(escalation(record(cause), AT_COUNTY)) == []
    assert list(escalation(replace(record(cause), origin=Origin.PERSON), AT_COUNTY)) == []


def test_an_oversight_is_answered_within_three_working_days() -> None:
    # 30 September 2026 is a Wednesday; the holiday lasts until the 7th, and Saturday the 10th is worked.
    assert answer_by(date(2026, 9, 30), CHINA) == date(2026, 10, 10)


def test_an_answer_after_the_last_day_is_late_and_what_was_late_stays_so() -> None:
    [cause] = caused(AT_VILLAGE, PART_OVERDUE, "0.0")

    assert not record(cause).answered(LI, start_of_day(LAST)).late
    assert record(cause).answered(LI, start_of_day(LAST + timedelta(days=1))).late
    assert replace(record(cause), late=True).answered(LI, NOW).late


def test_what_was_done_answers_and_leaves_a_proposal_idle() -> None:
    [cause] = caused(AT_VILLAGE, OVERDUE)
    [proposal] = caused(AT_VILLAGE, HALF)

    done, idle = record(cause).done(WANG, NOW), record(proposal).done(WANG, NOW)

    assert (done.state, done.by_deed, done.answerer) == (State.ANSWERED, True, WANG)
    assert (idle.state, idle.by_deed) == (State.DISMISSED, False)


def test_a_desk_that_has_done_its_part_is_asked_no_more_but_for_the_promise() -> None:
    own, promise, urging = (
        record(caused(AT_VILLAGE, *which)[0]) for which in ((PART_OVERDUE, "0.0"), (OVERDUE,), (LAST_DAY,))
    )

    assert [each.idle_in(AT_CENTRE) for each in (own, promise, urging)] == [True, False, True]
    assert all(each.idle_in(AT_CENTRE.decided(Outcome.REFUSED, FRIDAY)) for each in (own, promise, urging))


def test_a_confirmed_proposal_is_an_urging_of_whoever_confirmed_it() -> None:
    [cause] = caused(AT_VILLAGE, HALF)

    urging = record(cause).confirmed(WANG, NOW)

    assert (urging.kind, urging.state, urging.author, urging.send_time) == (Kind.URGING, State.OPEN, WANG, NOW)


@pytest.mark.parametrize(("state", "action"), [pair for pair in product(State, Action) if pair not in MOVES])
def test_what_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    with pytest.raises(IllegalMove):
        move(state, action)
