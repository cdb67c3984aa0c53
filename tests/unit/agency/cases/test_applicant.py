"""Numbers of an applicant, as they are typed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.cases.domain.applicant import read_identity_number, read_phone
from services.common.errors import Invalid

TODAY = date(2026, 9, 1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def numbered(born: str) -> str:
    """An identity number with this day of birth and the right check digit."""
    digits = f"611021{born}002"
    weighted = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return digits + "10X98765432"[weighted % 11]


@pytest.mark.parametrize(
    "typed",
    [
        "13809140001",
        "138 0914 0001",
        "138-0914-0001",
        "138‑0914—0001",
        "１３８０９１４０００１",
        "+8613809140001",
        "+86 138 0914 0001",
        "＋８６-138-0914-0001",
        "0086 138 0914 0001",
        "(+86) 13809140001",
        "86 138 0914 0001",
        "\u00a0138\t0914\u30000001 ",
    ],
)
def test_a_mobile_number_has_one_spelling_however_it_is_typed(typed: str) -> None:
    assert read_phone("phone", typed) == "13809140001"


@pytest.mark.parametrize("typed", ["0914-7322345", "（0914）7322345", "+86 914 732 2345", "+86 0914 7322345"])
def test_a_landline_has_one_spelling_with_its_area_code(typed: str) -> None:
    assert read_phone("phone", typed) == "09147322345"


@pytest.mark.parametrize(
    "typed", ["", "+86", "7322345", "1380914000", "138091400011", "+8513809140001", "+86 7322", "1380914OOO1", "+"]
)
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="phone"):
        read_phone("phone", typed)


@given(st.dates(date(1900, 1, 1), TODAY))
def test_whoever_was_born_has_an_identity_number(born: date) -> None:
    number = numbered(f"{born:%Y%m%d}")

    assert read_identity_number("number", number, TODAY) == number


@pytest.mark.parametrize(
    "born", ["19900230", "20010229", "19901301", "19900010", "19900100", "00000101", "18700101", "20260902"]
)
def test_a_day_on_which_nobody_was_born_is_refused_though_the_check_digit_is_right(born: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_identity_number("number", numbered(born), TODAY)

    assert refusal.value.reason == "BIRTH_DATE"
    assert born not in str(refusal.value)


@pytest.mark.parametrize("other", range(1, 11))
def test_a_wrong_check_digit_is_refused(other: int) -> None:
    number = numbered("19900101")
    wrong = "10X98765432"[("10X98765432".index(number[-1]) + other) % 11]

    with pytest.raises(Invalid) as refusal:
        read_identity_number("number", number[:-1] + wrong, TODAY)

    assert refusal.value.reason == "CHECK_DIGIT"


def test_who_is_born_today_can_apply_and_who_is_born_tomorrow_cannot() -> None:
    assert read_identity_number("number", numbered("20260901"), TODAY)
    with pytest.raises(Invalid):
        read_identity_number("number", numbered(f"{TODAY + timedelta(days=1):%Y%m%d}"), TODAY)
