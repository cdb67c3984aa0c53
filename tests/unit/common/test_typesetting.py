"""What of a text is printed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.typesetting import UNPRINTABLE, printable, shortened


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("  两行\n文字\t。 ", "两行 文字 。"),
        ("\u202e反转\u202c", "反转"),
        ("零\u200b宽\ufeff", "零宽"),
        ("响铃\x07", "响铃"),
        ("e\u0301te\u0301", "été"),
        ("z\u0337\u0322\u031b", "z"),
        ("半\ud800个", "半个"),
        ("😀", "😀"),
    ],
)
def test_what_cannot_be_seen_is_not_printed(written: str, printed: str) -> None:
    assert printable(written) == printed


@given(st.text())
def test_printable_text_is_one_line_of_visible_characters(text: str) -> None:
    printed = printable(text)

    assert not UNPRINTABLE & {unicodedata.category(character) for character in printed}
    assert printed == printed.strip()


def test_a_text_that_is_too_long_ends_in_an_ellipsis() -> None:
    assert shortened("一二三", 3) == "一二三"
    assert shortened("一二三四", 3) == "一二三…"
