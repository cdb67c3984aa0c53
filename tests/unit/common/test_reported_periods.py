"""Periods on which people report, as they are written and read."""

from __future__ import annotations

from datetime import date

import pytest

from services.common.errors import Invalid
from services.common.reported_periods import read_period, read_period_or_days


@pytest.mark.parametrize(
    ("written", "first", "last", "title"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026年"),
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31), "2026年第一季度"),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31), "2026年第四季度"),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), "2028年2月"),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31), "2026年12月"),
        ("2026-09-30/2026-10-08", date(2026, 9, 30), date(2026, 10, 8), "2026年9月30日至2026年10月8日"),
    ],
)
def test_a_period_begins_and_ends_as_people_mean_it(written: str, first: date, last: date, title: str) -> None:
    period = read_period_or_days("period", written)

    assert (period.first, period.last, period.title, period.written) == (first, last, title, written)


@pytest.mark.parametrize(
    "written", ["", "2026-13", "2026-00", "2026Q5", "1026", "2026-9", "2026-09-31/2026-10-01", "2026-09-02/2026-09-01"]
)
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        read_period_or_days("period", written)


@pytest.mark.parametrize("written", ["2026-13", "2026-00", "0000-01"])
def test_a_month_that_is_none_is_answered_with_how_a_period_is_written(written: str) -> None:
    with pytest.raises(Invalid, match="应形如 2026、2026Q3 或 2026-09。"):
        read_period("period", written)


@pytest.mark.parametrize("written", ["2026-09-01/2026-09-30", "2026Q0", "09-2026"])
def test_any_days_are_no_year_quarter_or_month(written: str) -> None:
    with pytest.raises(Invalid):
        read_period("period", written)


def test_a_period_is_over_on_the_day_after_its_last() -> None:
    month = read_period("period", "2026-09")

    with pytest.raises(Invalid):
        month.check_over(date(2026, 9, 30))

    month.check_over(date(2026, 10, 1))


def test_nothing_is_reported_of_a_period_that_was_over_before_there_was_anything() -> None:
    month = read_period("period", "2026-09")

    with pytest.raises(Invalid, match="2026年10月1日才开始登记"):
        month.check_since(date(2026, 10, 1))

    month.check_since(date(2026, 9, 30))
