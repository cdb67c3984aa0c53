"""Months and quarters on which points report."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.work_reports.domain import Period


@pytest.mark.parametrize(
    ("written", "first_day", "last_day"),
    [
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_its_days(written: str, first_day: date, last_day: date) -> None:
    assert Period.of(written) == Period(first_day, last_day)


@given(st.integers(1900, 2199), st.integers(1, 12))
def test_a_quarter_holds_its_months_and_the_next_month_follows(year: int, month: int) -> None:
    this, quarter = Period.of(f"{year}-{month:02}"), Period.of(f"{year}-Q{(month + 2) // 3}")
    following = this.last_day + timedelta(days=1)

    assert quarter.first_day <= this.first_day <= this.last_day <= quarter.last_day
    assert following.day == 1
