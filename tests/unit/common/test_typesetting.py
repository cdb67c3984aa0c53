"""What of a text is printed, and the process that prints it."""

import asyncio
import unicodedata
from datetime import date
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.characters import UNPRINTABLE, printable
from services.common.typesetting import FontsMissing, Typesetter, TypesettingFailed, shortened


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
        ("王\U000323af", "王\U000323af"),
        ("非\ufdd0字\U0001fffe符", "非字符"),
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


DAY = date(2026, 9, 1)


def a_template(folder: Path, source: str) -> Path:
    template = folder / "template.typ"
    template.write_text(source)
    return template


def test_fonts_that_are_missing_are_named_with_the_way_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match="make fonts"):
        Typesetter(tmp_path)


async def test_a_template_that_is_wrong_says_what_of_it_and_nothing_of_the_data(tmp_path: Path) -> None:
    template = a_template(tmp_path, "#let data = json(bytes(sys.inputs.data))\n#data.nothing")

    with pytest.raises(TypesettingFailed, match="nothing") as refusal:
        await Typesetter().pdf(template, {"secret": "张三"}, DAY)

    assert "张三" not in str(refusal.value)


async def test_a_document_that_nobody_waits_for_any_more_ends_its_process(tmp_path: Path) -> None:
    hours = "#for a in range(9000) { for b in range(9000) { for c in range(9000) { let d = c } } }"
    before = typesetting_processes()
    hanging = asyncio.create_task(Typesetter().pdf(a_template(tmp_path, hours), {}, DAY))
    async with asyncio.timeout(10):
        while typesetting_processes() == before:  # noqa: ASYNC110
            await asyncio.sleep(0)  # nothing else tells that a process has started

    hanging.cancel()

    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert typesetting_processes() == before


def typesetting_processes() -> list[int]:
    return [child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
