"""The register as a spreadsheet, read back as a program would."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.watch.register.page import RegisterPage
from services.watch.register.spreadsheet import COLUMNS, HEADER_ROW, register_xlsx
from tests.unit.watch.register.rows import HOSTILE, a_page, a_row


def sheet_of(page: RegisterPage) -> Worksheet:
    sheet = load_workbook(BytesIO(register_xlsx(page))).active
    assert isinstance(sheet, Worksheet)
    return sheet


def line(sheet: Worksheet, row: int = HEADER_ROW + 1) -> dict[str, object]:
    return {column.title: sheet.cell(row, place).value for place, column in enumerate(COLUMNS, start=1)}


def test_the_sheet_holds_what_the_register_says() -> None:
    sheet = sheet_of(a_page(a_row(), post="八一村"))

    assert sheet["A1"].value == "人民监督哨投诉备案登记表"
    assert sheet["A2"].value == "单位：景村镇八一村监督哨"
    found = line(sheet)
    assert found["登记编号"] == "景村监〔2026〕12号"
    assert str(found["登记日期"]) == "2026-09-01 00:00:00"
    assert found["反映人"] == "匿名"
    assert found["反映内容摘要"] == "（密封）"
    assert found["备注"] == "逾期"


def test_what_is_unknown_is_an_empty_cell() -> None:
    found = line(sheet_of(a_page(a_row(answered=None, officer="", subject="", reporter=None, summary=""))))

    assert [found[title] for title in ("答复日期", "经办人", "反映对象", "反映人", "反映内容摘要")] == [None] * 5


def test_the_sheet_prints_across_with_its_header_on_every_page() -> None:
    sheet = sheet_of(a_page(*(a_row(number) for number in range(1, 201))))

    assert sheet.max_row == HEADER_ROW + 200
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "B4"


def test_a_year_without_reports_is_a_sheet_with_its_header() -> None:
    assert sheet_of(a_page()).max_row == HEADER_ROW


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_becomes_a_formula(hostile: str) -> None:
    page = a_page(a_row(subject=hostile, summary=hostile, number=1, officer=hostile), town=hostile)

    stored = register_xlsx(page)

    with ZipFile(BytesIO(stored)) as parts:
        assert not re.search(rb"<f[ >/]", parts.read("xl/worksheets/sheet1.xml"))


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_text_like_a_formula_stays_as_it_was_written_and_text_after_an_edit(formula: str) -> None:
    cell = sheet_of(a_page(a_row(summary=formula))).cell(HEADER_ROW + 1, 9)

    assert (cell.value, cell.data_type) == (formula, "s")
    assert (cell.quotePrefix, cell.number_format) == (True, "@")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_whatever_people_write_can_be_stored_and_read(text: str) -> None:
    sheet_of(a_page(a_row(summary=text)))


def test_a_long_text_makes_its_row_taller() -> None:
    sheet = sheet_of(a_page(a_row(summary="短"), a_row(summary="长" * 400)))

    assert sheet.row_dimensions[5].height > 5 * sheet.row_dimensions[4].height
