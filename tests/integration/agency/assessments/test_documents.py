"""An assessment on paper and as a spreadsheet."""

from __future__ import annotations

from io import BytesIO

import pytest
from minshao.agency import v1 as pb
from openpyxl import load_workbook

from services.agency.assessments.spreadsheet import HEADER_ROW
from services.agency.assessments.table import COLUMNS
from tests.integration.agency.assessments.steps import (
    DEPARTMENT,
    OFFICER,
    POINT,
    TOWN,
    Kind,
    advised,
    next_month,
    published,
)
from tests.integration.agency.house import House

Request = pb.ExportFiguresRequest


async def exported(
    house: House, format: pb.ExportFiguresRequest.Format.ValueType, kind: Kind = POINT, **asked: str
) -> pb.ExportFiguresResponse:
    if not asked:
        asked["period"] = "2026-09"
    request = Request(parent=f"tenants/{house.town}", kind=kind, format=format, **asked)
    answer: pb.ExportFiguresResponse = await house("party", request)
    return answer


async def test_the_sheet_says_of_whom_over_which_period_and_when_it_was_printed(office: House) -> None:
    await advised(office)

    answer = await exported(office, Request.FORMAT_XLSX)

    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet["A1"].value == "便民服务代理考核表（代理点）"
    said = [cell.value for cell in sheet[2] if cell.value]
    assert said == ["单位：景村镇", "考核期：2026年9月", "打印日期：2026年9月1日"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER_ROW + 1)]
    titles = [column.name for column in COLUMNS]
    village = dict(zip(titles, rows[0][1:], strict=True))
    assert rows[0][0] == "景村镇八一村便民服务代理室"
    assert (village["received"], village["decided"], village["in_promise_rate"]) == (1, 1, 1)
    assert rows[1][0] == "合计"
    assert answer.file_name == "景村镇代理点考核2026年9月.xlsx"


async def test_a_rate_of_nothing_is_an_empty_box(office: House) -> None:
    answer = await exported(office, Request.FORMAT_XLSX)

    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    total = [cell.value for cell in sheet[HEADER_ROW + 1]][1:]
    assert dict(zip([column.name for column in COLUMNS], total, strict=True))["in_promise_rate"] is None


@pytest.mark.parametrize("kind", [OFFICER, POINT, TOWN, DEPARTMENT])
async def test_the_table_prints(office: House, kind: Kind) -> None:
    await advised(office)

    answer = await exported(office, Request.FORMAT_PDF, kind)

    assert answer.content.startswith(b"%PDF")
    assert answer.content_type == "application/pdf"
    assert answer.content == (await exported(office, Request.FORMAT_PDF, kind)).content


async def test_an_edition_prints_with_its_number(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))
    assessment = await published(office)

    answer = await exported(office, Request.FORMAT_XLSX, assessment=assessment.name)

    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2] if cell.value][1] == "考核期：2026年9月 景村考核〔2026〕1号"
