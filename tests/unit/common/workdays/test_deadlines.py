"""Deadlines in working days: laws that hold for every calendar, and the cases at the edges."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Invalid, OutOfRange
from services.common.workdays import Due, Ground, Kind, Level, Pause, SetDay, calendar_of, deadline, used
from tests.unit.common.workdays import model

CHINA = calendar_of()
ONE_DAY = timedelta(days=1)


def last_day(due: Due | None) -> date | None:
    return due.last_day if due else None


@given(model.STARTS, model.DAYS, model.set_days(), model.PAUSES)
def test_a_deadline_is_where_walking_day_by_day_ends(
    start: date, days: int, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause]
) -> None:
    due = deadline(start, days, model.calendar(set_days), pauses)

    assert last_day(due) == model.walk(start, days, set_days, pauses).last_day


@given(model.STARTS, model.STARTS, model.set_days(), model.PAUSES)
def test_days_used_are_those_that_walking_counts(
    start: date, until: date, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause]
) -> None:
    walked = sum(
        model.works(start + n * ONE_DAY, set_days) and not model.paused(start + n * ONE_DAY, pauses)
        for n in range(1, (until - start).days + 1)
    )

    assert used(start, until, model.calendar(set_days), pauses) == walked


@given(model.STARTS, model.DAYS, st.integers(0, 20), model.set_days(), model.PAUSES)
def test_more_days_never_end_earlier(
    start: date, days: int, more: int, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause]
) -> None:
    calendar = model.calendar(set_days)

    shorter, longer = deadline(start, days, calendar, pauses), deadline(start, days + more, calendar, pauses)

    assert not model.is_later(last_day(shorter), last_day(longer))


@given(model.STARTS, st.integers(0, 60), model.DAYS, model.set_days(), model.PAUSES)
def test_a_later_start_never_ends_earlier(
    start: date, later: int, days: int, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause]
) -> None:
    calendar = model.calendar(set_days)

    early, late = (deadline(start + n * ONE_DAY, days, calendar, pauses) for n in (0, later))

    assert not model.is_later(last_day(early), last_day(late))


@given(model.STARTS, model.DAYS, model.set_days(), model.PAUSES, model.pauses())
def test_one_pause_more_never_moves_a_deadline_earlier(
    start: date, days: int, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause], more: Pause
) -> None:
    calendar = model.calendar(set_days)

    before, after = deadline(start, days, calendar, pauses), deadline(start, days, calendar, [*pauses, more])

    assert not model.is_later(last_day(before), last_day(after))


@given(model.STARTS, model.DAYS, model.set_days(), model.PAUSES)
def test_counting_forward_and_back_agree(
    start: date, days: int, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause]
) -> None:
    calendar = model.calendar(set_days)

    if (due := deadline(start, days, calendar, pauses)) is not None:
        assert used(start, due.last_day, calendar, pauses) == days
        assert used(start, due.last_day - ONE_DAY, calendar, pauses) == max(days - 1, 0)
    else:
        assert used(start, date(2199, 12, 31), calendar, pauses) < days


@given(model.STARTS, model.DAYS, model.set_days(), model.CLOSED_PAUSES)
def test_overlapping_pauses_count_once(
    start: date, days: int, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause]
) -> None:
    calendar = model.calendar(set_days)
    taken_out = {pause.start + n * ONE_DAY for pause in pauses for n in range(1, _length(pause) + 1)}

    single_days = [Pause(Ground.HEARING, day - ONE_DAY, day) for day in taken_out]

    assert deadline(start, days, calendar, single_days) == deadline(start, days, calendar, pauses)


def _length(pause: Pause) -> int:
    assert pause.end
    return (pause.end - pause.start).days


@given(model.STARTS, model.DAYS, model.set_days(), model.PAUSES, st.sets(st.sampled_from([2025, 2026, 2027, 2028])))
def test_a_deadline_is_provisional_when_a_coming_notice_could_set_a_day_that_led_to_it(
    start: date, days: int, set_days: dict[tuple[date, Level], Kind], pauses: list[Pause], published: set[int]
) -> None:
    def open_to_a_notice(day: date) -> bool:
        return day.year not in published or (day >= date(day.year, 12, 18) and day.year + 1 not in published)

    due = deadline(start, days, model.calendar(set_days, published), pauses)

    if due is not None:
        led_to_it = [start + n * ONE_DAY for n in range(1, (due.last_day - start).days + 1)] or [due.last_day]
        assert due.provisional == any(map(open_to_a_notice, led_to_it))


def test_the_day_of_the_start_is_not_counted_and_the_last_day_lasts_until_midnight() -> None:
    due = deadline(date(2026, 3, 2), 1, CHINA)

    assert due == Due(date(2026, 3, 3), provisional=False)
    assert due.overdue_from == datetime(2026, 3, 3, 16, tzinfo=UTC)


def test_a_period_of_no_days_ends_on_the_day_of_its_start_also_in_a_holiday_and_in_a_pause() -> None:
    national_day = date(2026, 10, 1)

    assert deadline(national_day, 0, CHINA) == Due(national_day, provisional=False)
    assert deadline(national_day, 0, CHINA, [Pause(Ground.HEARING, date(2026, 9, 1))]) == Due(national_day, False)


def test_fewer_than_no_days_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        deadline(date(2026, 3, 2), -1, CHINA)

    assert [violation.field for violation in refused.value.violations] == ["working_days"]


def test_ten_thousand_days_are_answered_and_provisional() -> None:
    due = deadline(date(2026, 3, 2), 10_000, CHINA)

    assert due is not None
    assert due.last_day.year == 2066
    assert due.provisional
    assert used(date(2026, 3, 2), due.last_day, CHINA) == 10_000


def test_a_start_behind_the_last_published_year_is_answered_and_provisional() -> None:
    # 1 October 2031 is a Wednesday; by law it and the two days after it are off.
    assert deadline(date(2031, 9, 30), 1, CHINA) == Due(date(2031, 10, 6), provisional=True)


def test_an_end_behind_the_last_day_of_all_is_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        deadline(date(9999, 12, 30), 5, CHINA)


def test_a_pause_takes_out_the_days_after_its_start_up_to_its_end() -> None:
    monday, wednesday, friday = date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 6)

    due = deadline(monday, 2, CHINA, [Pause(Ground.CORRECTION, wednesday - ONE_DAY, friday - ONE_DAY)])

    assert last_day(due) == friday


def test_a_pause_that_ends_where_it_starts_takes_out_nothing() -> None:
    day = date(2026, 3, 3)

    assert last_day(deadline(date(2026, 3, 2), 2, CHINA, [Pause(Ground.HEARING, day, day)])) == date(2026, 3, 4)


def test_while_a_pause_lasts_there_is_no_last_day_unless_the_period_was_used_up_before() -> None:
    start, stopped = date(2026, 3, 2), Pause(Ground.CORRECTION, date(2026, 3, 4))

    assert last_day(deadline(start, 2, CHINA, [stopped])) == date(2026, 3, 4)
    assert deadline(start, 3, CHINA, [stopped]) is None
    assert used(start, date(2026, 12, 31), CHINA, [stopped]) == 2


def test_an_end_before_the_start_of_a_pause_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        Pause(Ground.HEARING, date(2026, 3, 4), date(2026, 3, 3))

    assert [violation.field for violation in refused.value.violations] == ["end"]


def test_a_snow_day_moves_the_towns_deadlines_and_no_others() -> None:
    snow = SetDay(date(2026, 3, 4), Kind.OFF, "雪灾放假", Level.TOWN)
    start = date(2026, 3, 2)

    town = calendar_of(own=[snow])

    assert last_day(deadline(start, 2, town)) == date(2026, 3, 5)
    assert last_day(deadline(start, 2, CHINA)) == date(2026, 3, 4)
    assert last_day(deadline(start, 1, town)) == last_day(deadline(start, 1, CHINA)) == date(2026, 3, 3)


def test_counting_needs_no_package_of_holidays_at_run_time() -> None:
    counts = (
        "import sys; from services.common.workdays import calendar_of; calendar_of(); print('holidays' in sys.modules)"
    )

    asked = subprocess.run([sys.executable, "-c", counts], capture_output=True, text=True, check=True)

    assert asked.stdout == "False\n"
