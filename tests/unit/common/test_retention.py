"""How long what is sealed is kept, and a receipt code works, after a matter was closed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.common.periods import start_of_day
from services.common.retention import Retention

NOON = datetime(2028, 2, 29, 4, tzinfo=UTC)


def test_a_year_and_five_years_count_from_the_day_of_the_closing() -> None:
    closed = datetime(2026, 8, 31, 17, tzinfo=UTC)

    assert Retention().receipt_expires(closed) == start_of_day(date(2027, 9, 1))
    assert Retention().shredded_from(closed) == start_of_day(date(2031, 9, 1))


@pytest.mark.parametrize(("years", "day"), [(4, date(2032, 2, 29)), (5, date(2033, 3, 1))])
def test_what_was_closed_on_a_leap_day_is_kept_until_march_in_other_years(years: int, day: date) -> None:
    assert Retention(retention_years=years).shredded_from(NOON) == start_of_day(day)
