"""The duty roster of a day: its moves, and what stays true whoever comes and goes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.duty.domain.absence import Absence
from services.agency.duty.domain.presence import Presence
from services.agency.duty.domain.roster import MOVES, Action, Roster, Shift, State, move
from services.common.errors import DomainError, IllegalMove, Refused
from services.common.periods import start_of_day

DAY = date(2026, 9, 1)
PEOPLE = ("li", "wang", "zhao")
NOON = start_of_day(DAY) + timedelta(hours=12)

days = st.dates(date(2026, 8, 25), date(2026, 9, 20))
somebody = st.sampled_from(PEOPLE)
some = st.sets(somebody)
acts = st.lists(st.tuples(st.sampled_from(["plan", "in", "out"]), somebody, some), max_size=20)


@pytest.mark.parametrize(("state", "action"), [pair for pair in product(State, Action) if pair not in MOVES])
def test_what_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    with pytest.raises(IllegalMove):
        move(state, action)


@given(acts)
def test_who_is_there_is_who_came_last_without_going(happenings: list[tuple[str, str, set[str]]]) -> None:
    roster, there, came, planned = Roster(point="p", day=DAY), set[str](), set[str](), set[str]()
    for minute, (what, who, officers) in enumerate(happenings):
        now = NOON + timedelta(minutes=minute)
        if what == "plan":
            roster, planned = roster.planned(officers, DAY), officers
        elif what == "in" and who not in there:
            roster = roster.checked_in(who, now)
            there, came = there | {who}, came | {who}
        elif what == "out" and who in there:
            roster, there = roster.checked_out(who, now), there - {who}
        else:
            with pytest.raises(DomainError):
                roster.checked_in(who, now) if what == "in" else roster.checked_out(who, now)

    assert {each.officer for each in roster.shifts if each.state is State.ON_DUTY} == there
    assert {each.officer for each in roster.shifts} == came | planned
    assert set(roster.planned_officers) == planned
    for each in roster.shifts:
        assert (each.check_in_time is not None) == (each.officer in came)
        assert (each.check_out_time is not None) == (each.officer in came - there)


def test_the_plan_of_a_day_that_is_past_stands() -> None:
    with pytest.raises(Refused, match="DAY_PAST"):
        Roster(point="p", day=DAY).planned(["li"], DAY + timedelta(days=1))


def test_the_midnight_that_ends_the_day_stands_for_a_check_out_that_was_forgotten() -> None:
    roster = Roster(point="p", day=DAY).checked_in("li", NOON)

    [shift] = roster.closed(roster.shifts[0]).shifts

    assert shift == Shift(
        officer="li",
        planned=False,
        state=State.LEFT,
        check_in_time=NOON,
        check_out_time=start_of_day(DAY + timedelta(days=1)),
        closed_by_midnight=True,
    )


@given(some, some, some, some)
def test_the_foremost_is_there_rather_than_planned_rather_than_neither_and_never_absent(
    officers: set[str], on_duty: set[str], expected: set[str], absent: set[str]
) -> None:
    presence = Presence(planned=expected, on_duty=on_duty, expected=expected, absent=absent)

    foremost = presence.foremost(officers)

    able = officers - absent
    for better in (able & on_duty, able & expected, able):
        if better:
            assert foremost == min(better)
            return
    assert foremost is None


@given(days, days, days, days)
def test_who_is_back_is_absent_on_no_later_day_and_was_until_then(
    one: date, other: date, today: date, asked: date
) -> None:
    first, last = sorted((one, other))
    absence = Absence(
        id="a", officer="li", deputy="wang", first_day=first, last_day=last, points=("p",), declarer="li",
        create_time=NOON,
    )  # fmt: skip
    if today > last:
        with pytest.raises(Refused, match="ABSENCE_OVER"):
            absence.ended(today)
        return

    ended = absence.ended(today)

    assert ended.covers(asked) == (absence.covers(asked) and asked < today)
    with pytest.raises(Refused, match="ABSENCE_OVER"):
        ended.ended(today)
