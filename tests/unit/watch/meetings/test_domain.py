"""The months in which a post owes a meeting."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.watch.meetings.domain import Month, first_full_month


@pytest.mark.parametrize(
    ("opened", "month"),
    [
        (date(2026, 9, 1), "2026-09"),
        (date(2026, 9, 2), "2026-10"),
        (date(2026, 9, 30), "2026-10"),
        (date(2026, 12, 31), "2027-01"),
        (date(2028, 2, 29), "2028-03"),
    ],
)
def test_the_first_month_that_counts_is_the_first_that_the_post_has_whole(opened: date, month: str) -> None:
    assert str(first_full_month(opened)) == month


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_months_follow_each_other_without_a_gap(day: date) -> None:
    month = Month.of(day)

    assert month.first_day <= day <= month.last_day
    assert month.next.first_day - month.last_day == timedelta(days=1)
