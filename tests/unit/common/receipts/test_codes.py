"""Receipt codes: sixteen digits, found by a keyed hash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Invalid
from services.common.keys import KeyRing
from services.common.receipts.codes import grouped, new_code, opens, read_code, stored_hash

RING = KeyRing.parse(KeyRing.new_text("1"))
codes = st.text("0123456789", min_size=16, max_size=16)


def test_new_codes_have_sixteen_digits_and_do_not_repeat() -> None:
    made = [new_code() for _ in range(2000)]

    assert all(len(code) == 16 and code.isdigit() for code in made)
    assert len(set(made)) == len(made)


def test_new_codes_use_every_digit_in_every_place() -> None:
    made = [new_code() for _ in range(2000)]

    assert all(len(set(place)) == 10 for place in zip(*made, strict=True))


@given(codes)
def test_a_code_is_read_as_it_is_printed(code: str) -> None:
    full_width = code.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})

    assert read_code(grouped(code)) == read_code(full_width) == read_code(f" {code}\n") == code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "123456789012345",
        "12345678901234567",
        "123456789012345O",
        "1234 5678 9012 345x",
        "१२३४५६७८९०१२३४५६",
        "1" * 9999,
    ],
)
def test_what_is_no_code_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_code(typed)

    assert refusal.value.violations[0].field == "code"
    assert not typed or typed not in refusal.value.message


@given(codes, codes)
def test_only_the_right_code_of_the_right_town_opens(code: str, other: str) -> None:
    stored = stored_hash(RING, "watch", "611021101", code)

    assert opens(stored, stored_hash(RING, "watch", "611021101", code))
    assert opens(stored, stored_hash(RING, "watch", "611021101", other)) == (code == other)
    assert not opens(stored, stored_hash(RING, "watch", "611021102", code))


def test_a_receipt_that_is_not_there_is_opened_by_nothing() -> None:
    assert not opens(None, stored_hash(RING, "watch", "611021101", "0" * 16))
    assert not opens(None, bytes(32))


def test_the_stored_hash_does_not_hold_the_code() -> None:
    assert b"1234567890123456" not in stored_hash(RING, "watch", "611021101", "1234567890123456")
