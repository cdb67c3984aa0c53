"""The clocks of a case, against a model that lives them day by day, and by laws that hold for every case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.cases.domain.clocks import CaseClock, PartClock
from services.common.workdays import Calendar, Ground, Kind, Level, Pause, calendar_of
from tests.unit.common.workdays import model

CHINA = calendar_of()
ONE_DAY = timedelta(days=1)
SetDays = Mapping[tuple[date, Level], Kind]


@st.composite
def steps(draw: st.DrawFn, *, may_be_open: bool = True) -> tuple[PartClock, ...]:
    start = draw(model.STARTS)
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        pauses = draw(st.lists(model.pauses(may_be_open=may_be_open), max_size=2))
        parts.append(PartClock(draw(st.integers(1, 10)), start, tuple(pauses)))
    return tuple(parts)


@st.composite
def cases(draw: st.DrawFn, *, may_be_open: bool = True) -> CaseClock:
    route = tuple(draw(st.lists(steps(may_be_open=may_be_open), max_size=3)))
    days = sum(max(part.days for part in step) for step in route) + draw(st.integers(0, 7))
    applicant = draw(st.lists(model.pauses(may_be_open=may_be_open), max_size=2))
    return CaseClock(draw(model.STARTS), days, route, tuple(applicant))


def lived(case: CaseClock, set_days: SetDays) -> date | None:
    """The day on which the promise ends, by going through the days: on each, every desk works or stands still."""
    left = [[part.days for part in step] for step in case.steps]
    counted = 0
    first = min([case.start, *(part.start for step in case.steps for part in step)])
    for day in (first + n * ONE_DAY for n in range(HORIZON)):
        works = model.works(day, set_days) and not model.paused(day, case.applicant)
        stands = False
        for step, days in zip(case.steps, left, strict=True):
            before = max(days)
            for desk, part in enumerate(step):
                if works and day > part.start and not model.paused(day, part.pauses):
                    days[desk] = max(0, days[desk] - 1)
            stands |= day > step[0].start and 0 < max(days) == before
        counted += works and day > case.start and not stands
        if day >= case.start and counted >= case.days:
            return day
    return None


HORIZON = 1000


@given(cases(), model.set_days())
def test_a_promise_ends_where_living_it_day_by_day_ends(case: CaseClock, set_days: SetDays) -> None:
    due = case.due(model.calendar(set_days))

    assert (due.last_day if due else None) == lived(case, set_days)


@given(cases(), model.set_days(), st.data(), model.pauses())
def test_one_procedure_more_never_moves_a_promise_earlier(
    case: CaseClock, set_days: SetDays, data: st.DataObject, more: Pause
) -> None:
    calendar = model.calendar(set_days)
    if not case.steps:
        return
    at = data.draw(st.integers(0, len(case.steps) - 1))
    first, *others = case.steps[at]
    longer = (replace(first, pauses=(*first.pauses, more)), *others)
    slower = replace(case, steps=(*case.steps[:at], longer, *case.steps[at + 1 :]))

    assert not model.is_later(last_day(case, calendar), last_day(slower, calendar))


@given(cases(may_be_open=False), model.set_days())
def test_at_its_last_day_a_promise_is_used_up_and_the_day_before_it_is_not(case: CaseClock, set_days: SetDays) -> None:
    calendar = model.calendar(set_days)
    due = last_day(case, calendar)
    assert due is not None

    assert case.used(due, calendar) == case.days
    if case.days:
        assert case.used(due - ONE_DAY, calendar) == case.days - 1


@given(cases(may_be_open=False), model.set_days())
def test_the_explanation_counts_the_promised_days_and_ends_on_its_last_day(case: CaseClock, set_days: SetDays) -> None:
    calendar = model.calendar(set_days)

    explained = case.explain(calendar)

    assert sum(day.counted for day in explained.days) == case.days
    assert explained.days[-1].day == last_day(case, calendar)


def last_day(case: CaseClock, calendar: Calendar) -> date | None:
    due = case.due(calendar)
    return due.last_day if due else None


def hearing(start: date, end: date | None) -> Pause:
    return Pause(Ground.HEARING, start, end)


# July of 2026 has neither holidays nor shifted weekends; the 6th is a Monday.
MONDAY, TUESDAY, WEDNESDAY, FRIDAY = (date(2026, 7, day) for day in (6, 7, 8, 10))


@pytest.mark.parametrize(
    ("parts", "promised"),
    [
        # One department, ten days from Monday: the Monday after next. A hearing from Tuesday to Friday takes three.
        ([(10, None)], date(2026, 7, 20)),
        ([(10, (TUESDAY, FRIDAY))], date(2026, 7, 23)),
        # The other one needs ten days anyway: a hearing at the one of five delays nobody.
        ([(10, None), (5, (TUESDAY, FRIDAY))], date(2026, 7, 20)),
        # At the one of nine, one day of the three was to spare.
        ([(10, None), (9, (TUESDAY, FRIDAY))], date(2026, 7, 22)),
        # Both heard at the same time, both of ten: three days, not six.
        ([(10, (TUESDAY, FRIDAY)), (10, (TUESDAY, FRIDAY))], date(2026, 7, 23)),
        # One after the other: the slower is through when both are.
        ([(10, (TUESDAY, WEDNESDAY)), (10, (WEDNESDAY, FRIDAY))], date(2026, 7, 22)),
    ],
)
def test_a_procedure_moves_the_promise_by_what_it_delays(
    parts: list[tuple[int, tuple[date, date] | None]], promised: date
) -> None:
    step = tuple(PartClock(days, MONDAY, (hearing(*heard),) if heard else ()) for days, heard in parts)

    assert last_day(CaseClock(MONDAY, 10, (step,)), CHINA) == promised


def test_a_procedure_that_lasts_leaves_the_promise_open_once_it_delays() -> None:
    quick, slow = PartClock(2, MONDAY, (hearing(TUESDAY, None),)), PartClock(10, MONDAY)

    assert CaseClock(MONDAY, 10, ((quick, slow),)).due(CHINA) is None
    explained = CaseClock(MONDAY, 10, ((quick, slow),)).explain(CHINA)
    assert [each.day for each in explained.days if each.counted][-1] == date(2026, 7, 17)


def test_an_applicants_pause_stops_every_clock() -> None:
    asked = Pause(Ground.CORRECTION, TUESDAY, FRIDAY)
    desk = PartClock(5, MONDAY)

    due = desk.due(CHINA, (asked,))

    assert due
    assert due.last_day == date(2026, 7, 16)
    assert last_day(CaseClock(MONDAY, 5, ((desk,),), (asked,)), CHINA) == date(2026, 7, 16)


def test_a_hearing_that_is_also_a_time_for_materials_counts_once() -> None:
    asked = Pause(Ground.CORRECTION, TUESDAY, FRIDAY)
    desk = PartClock(5, MONDAY, (hearing(WEDNESDAY, date(2026, 7, 13)),))

    assert last_day(CaseClock(MONDAY, 5, ((desk,),), (asked,)), CHINA) == date(2026, 7, 17)


def test_a_step_that_is_late_does_not_get_the_time_of_a_hearing_after_its_end() -> None:
    late = PartClock(2, MONDAY, (hearing(FRIDAY, date(2026, 7, 15)),))

    assert last_day(CaseClock(MONDAY, 2, ((late,),)), CHINA) == WEDNESDAY


def test_a_promise_over_national_day_counts_the_saturday_that_is_worked() -> None:
    # Day 0 Wednesday 30 September; 1 to 7 October off; 8, 9 and Saturday 10 October are days 1, 2 and 3.
    assert last_day(CaseClock(date(2026, 9, 30), 3), CHINA) == date(2026, 10, 10)
