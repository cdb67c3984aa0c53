"""Letters of responsibility: on each day at most one of a point is in force."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.agency.commitments.domain import Letter
from services.common.errors import DomainError

TODAY = date(2026, 9, 1)
FIRST = date(2026, 1, 1)


def a_letter(start: int, days: int) -> Letter:
    first = FIRST + timedelta(days=start)
    last = first + timedelta(days=days)
    return Letter(id="l", point="p", signer="a", leader="c", sign_date=FIRST, first_day=first, last_day=last)


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(-5, 400)), max_size=12))
def test_of_letters_that_were_not_refused_no_two_are_in_force_on_one_day(wanted: list[tuple[int, int]]) -> None:
    signed: list[Letter] = []
    for start, days in wanted:
        letter = a_letter(start, days)
        with suppress(DomainError):
            letter.check(signed, TODAY)
            signed.append(letter)

    for day in (FIRST + timedelta(days=n) for n in range(1400)):
        assert sum(letter.in_force(day) for letter in signed) <= 1
    assert all((letter.last_day - letter.first_day).days <= 365 for letter in signed)


@given(st.integers(0, 600), st.integers(0, 365), st.integers(0, 900))
def test_a_letter_that_is_ended_is_in_force_until_the_end_of_that_day(start: int, days: int, ended: int) -> None:
    letter, today = a_letter(start, days), FIRST + timedelta(days=ended)
    try:
        after = letter.ended(today)
    except DomainError:
        assert not letter.in_force(today) or letter.last_day == today
    else:
        assert after.in_force(today)
        assert not after.in_force(today + timedelta(days=1))
