"""The printed papers, read back from their PDF."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.common.typesetting import Typesetter
from services.watch.register.documents import (
    ReceiptSlip,
    WorkCard,
    party_committee,
    receipt_slip_pdf,
    register_pdf,
    work_card_pdf,
)
from services.watch.register.page import post_title
from tests.unit.watch.register.rows import HOSTILE, SEPTEMBER, a_page, a_row

TYPESETTER = Typesetter()


def words(pdf: bytes, page: int = 0) -> str:
    """The text of a page, without spaces and line ends."""
    return "".join(PdfReader(BytesIO(pdf)).pages[page].extract_text().split()).replace("\u200b", "")


def pages(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


async def test_the_register_shows_every_box_of_the_form() -> None:
    text = words(await register_pdf(a_page(a_row(), post="八一村"), TYPESETTER))

    for expected in (
        "人民监督哨投诉备案登记表",
        "单位：景村镇八一村监督哨",
        "2026年度",
        "景村监〔2026〕12号",
        "2026-09-01",
        "2026-08-31",
        "投诉箱",
        "匿名",
        "检举投诉",
        "以权谋私",
        "财政所",
        "（密封）",
        "一般",
        "镇纪委",
        "李伟",
        "2026-09-08",
        "2026-09-07",
        "部分属实",
        "已办结",
        "满意",
        "逾期",
        "以下空白",
        "登记人",
        "审核人",
        "第1页共1页",
    ):
        assert expected in text


async def test_every_page_of_a_long_register_has_the_header_the_signatures_and_its_number() -> None:
    pdf = await register_pdf(a_page(*(a_row(number) for number in range(1, 201))), TYPESETTER)

    total = pages(pdf)

    assert total > 5
    for page in range(total):
        text = words(pdf, page)
        assert all(each in text for each in ("登记编号", "审核人", f"第{page + 1}页共{total}页"))


async def test_a_year_without_reports_prints_an_empty_form() -> None:
    pdf = await register_pdf(a_page(), TYPESETTER)

    assert pages(pdf) == 1
    assert "本年度无登记" in words(pdf)


async def test_every_report_stands_in_the_register_once() -> None:
    pdf = await register_pdf(a_page(*(a_row(number) for number in range(1, 61))), TYPESETTER)

    text = "".join(words(pdf, page) for page in range(pages(pdf)))

    assert all(text.count(f"景村监〔2026〕{number}号") == 1 for number in range(1, 61))


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_is_printed_as_text_in_its_box(hostile: str) -> None:
    row = a_row(subject=hostile, summary=hostile, organ=hostile, officer=hostile, remarks=(hostile,), channel=hostile)

    pdf = await register_pdf(a_page(row, town=hostile[:60]), TYPESETTER)

    assert pages(pdf) <= 2


async def test_markup_is_not_executed() -> None:
    text = words(await register_pdf(a_page(a_row(summary=HOSTILE[0])), TYPESETTER))

    assert '#eval("1+1")' in text
    assert "*bold*" in text


async def test_text_that_would_reverse_its_line_is_straightened() -> None:
    text = words(await register_pdf(a_page(a_row(summary="\u202e村长收钱\u202c")), TYPESETTER))

    assert "村长收钱" in text
    assert "\u202e" not in text


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=80))
async def test_whatever_people_write_can_be_printed(summary: str, subject: str) -> None:
    pdf = await register_pdf(a_page(a_row(summary=summary, subject=subject)), TYPESETTER)

    assert pages(pdf) == 1


async def test_the_same_register_gives_the_same_document() -> None:
    page = a_page(a_row())

    assert await register_pdf(page, TYPESETTER) == await register_pdf(page, Typesetter())


async def test_the_work_card_has_two_sides_and_names_its_issuer() -> None:
    card = WorkCard("景村镇", "八一村", "张建国", "景村哨证〔2026〕7号", SEPTEMBER, date(2027, 8, 31), SEPTEMBER)

    pdf = await work_card_pdf(card, TYPESETTER)

    assert pages(pdf) == 2
    front = words(pdf)
    for expected in ("人民监督哨工作证", "张建国", "景村镇八一村监督哨", "景村哨证〔2026〕7号", "2027年8月31日"):
        assert expected in front
    assert "中共景村镇委员会（盖章）" in words(pdf, 1)


def test_a_post_names_its_town_once() -> None:
    assert post_title("景村镇", "八一村") == "景村镇八一村监督哨"
    assert post_title("景村镇", "景村镇财政所") == "景村镇财政所监督哨"


@pytest.mark.parametrize(
    ("town", "committee"),
    [
        ("景村镇", "中共景村镇委员会"),
        ("四皓街道", "中共四皓街道工作委员会"),
        ("城关街道办事处", "中共城关街道工作委员会"),
    ],
)
def test_sub_districts_have_a_working_committee(town: str, committee: str) -> None:
    assert party_committee(town) == committee


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_work_card_stays_two_sides_whatever_the_name(hostile: str) -> None:
    card = WorkCard("景村镇", hostile, hostile, "景村哨证〔2026〕7号", SEPTEMBER, date(2027, 8, 31), SEPTEMBER)

    assert pages(await work_card_pdf(card, TYPESETTER)) == 2


async def test_the_receipt_slip_shows_the_code_in_groups_with_the_town() -> None:
    slip = ReceiptSlip("景村镇", "611021101", "景村监〔2026〕12号", "0234567890123456", SEPTEMBER, date(2026, 9, 8))

    pdf = await receipt_slip_pdf(slip, TYPESETTER)

    assert pages(pdf) == 1
    text = words(pdf)
    assert "0234567890123456" in text
    assert "611021101" in text
    assert "2026年9月8日" in text
