"""Periods against a model that walks the calendar day by day, as one would with a finger."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.common.errors import Invalid
from services.common.periods import (
    SHANGHAI,
    check_ahead,
    last_days_start,
    local_date,
    month_from,
    overdue_from,
    start_of_day,
    week_from,
)

ZONES = st.sampled_from([UTC, SHANGHAI, ZoneInfo("America/St_Johns")])
# From 1992 on: until the year before, clocks in China were put forward in summer.
INSTANTS = st.datetimes(datetime(1992, 1, 1), datetime(2199, 12, 31), timezones=ZONES)  # noqa: DTZ001 - zones are drawn
DAYS = st.dates(date(1992, 1, 1), date(2199, 12, 31))
EIGHT_HOURS = timedelta(hours=8)


def day_by_day(first: date, days: int) -> date:
    """The day one comes to after so many steps to the next."""
    day = first
    for _ in range(days):
        day += timedelta(days=1)
    return day


def walked_month(first: date) -> date:
    """The same day of the next month, or the last day of that month, found by walking."""
    day, last_of_next = first, None
    while True:
        day += timedelta(days=1)
        months_on = (day.year - first.year) * 12 + day.month - first.month
        if months_on == 2:
            assert last_of_next is not None
            return last_of_next
        if months_on == 1:
            last_of_next = day
            if day.day == first.day:
                return day


@given(INSTANTS)
def test_the_local_day_is_that_of_a_wall_clock_eight_hours_ahead(instant: datetime) -> None:
    assert local_date(instant) == (instant.astimezone(UTC).replace(tzinfo=None) + EIGHT_HOURS).date()


@given(DAYS)
def test_a_day_begins_at_its_midnight_in_shanghai(day: date) -> None:
    start = start_of_day(day)

    assert start.tzinfo is UTC
    assert local_date(start) == day
    assert local_date(start - timedelta(microseconds=1)) == day - timedelta(days=1)


@given(INSTANTS)
def test_a_week_is_seven_days_counted_from_the_day_after(start: datetime) -> None:
    assert week_from(start) == day_by_day(local_date(start), 7)


@given(INSTANTS)
@example(datetime(2027, 1, 31, 9, tzinfo=SHANGHAI))
@example(datetime(2028, 1, 31, 9, tzinfo=SHANGHAI))
@example(datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI))
def test_a_month_ends_where_walking_the_calendar_ends(start: datetime) -> None:
    assert month_from(start) == walked_month(local_date(start))


@given(DAYS, st.integers(1, 31))
def test_a_period_is_overdue_the_instant_after_its_last_day(last_day: date, days: int) -> None:
    end = overdue_from(last_day)

    assert local_date(end - timedelta(microseconds=1)) == last_day
    assert local_date(end) == last_day + timedelta(days=1)
    assert end - last_days_start(last_day, days) == timedelta(days=days)


@pytest.mark.parametrize(
    ("start", "last_day"),
    [
        ("2026-03-15", "2026-04-15"),
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2028-02-29", "2028-03-29"),
        ("2027-01-29", "2027-02-28"),
        ("2026-02-28", "2026-03-28"),
        ("2026-03-31", "2026-04-30"),
        ("2026-11-30", "2026-12-30"),
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_months_end_on_the_same_day_or_on_the_last(start: str, last_day: str) -> None:
    morning = datetime.fromisoformat(start).replace(hour=9, tzinfo=SHANGHAI)

    assert month_from(morning) == date.fromisoformat(last_day)


def test_the_day_of_the_start_is_that_of_shanghai_and_not_of_utc() -> None:
    last_second_of_the_year = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    new_year = last_second_of_the_year + timedelta(seconds=1)

    assert week_from(last_second_of_the_year) == date(2027, 1, 7)
    assert week_from(new_year) == date(2027, 1, 8)
    assert month_from(last_second_of_the_year) == date(2027, 1, 31)
    assert month_from(new_year) == date(2027, 2, 1)


def test_a_report_of_monday_is_overdue_at_the_midnight_after_the_next_monday() -> None:
    monday = datetime(2026, 3, 2, 10, 30, tzinfo=SHANGHAI)

    last_day = week_from(monday)

    assert last_day == date(2026, 3, 9)
    assert overdue_from(last_day) == datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert last_days_start(last_day, 1) == datetime(2026, 3, 8, 16, tzinfo=UTC)


def test_due_soon_of_a_major_report_leaves_five_days() -> None:
    last_day = date(2026, 3, 31)

    assert last_days_start(last_day, 5) == start_of_day(date(2026, 3, 27))


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        local_date(datetime(2026, 3, 2))  # noqa: DTZ001 - that is the point


@given(DAYS, st.integers(-400, 800), st.integers(0, 400))
def test_a_last_day_is_neither_over_nor_too_far_ahead(today: date, days: int, most: int) -> None:
    day = today + timedelta(days=days)
    if 0 <= days <= most:
        check_ahead("last_day", day, today, most)
    else:
        with pytest.raises(Invalid, match="last_day"):
            check_ahead("last_day", day, today, most)
