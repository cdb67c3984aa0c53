"""A risk review on paper and as a spreadsheet."""

from __future__ import annotations

from io import BytesIO

from minshao.risk import v1 as pb
from openpyxl import load_workbook

from tests.integration.risk.house import House
from tests.integration.risk.reviews.steps import OCTOBER, published, recorded

Request = pb.ExportRiskReviewRequest


async def exported(house: House, who: str, name: str, format: Request.Format.ValueType) -> pb.ExportRiskReviewResponse:
    answer: pb.ExportRiskReviewResponse = await house(who, Request(name=name, format=format))
    return answer


async def test_the_spreadsheet_holds_the_figures_the_units_the_months_and_what_was_written(house: House) -> None:
    await house.substantiated("r1")
    await recorded(house, "village", "village-officer")
    house.clock.set(OCTOBER)
    review = await published(house, period="2026Q3")

    answer = await exported(house, "party", review.name, Request.FORMAT_SPREADSHEET)

    book = load_workbook(BytesIO(answer.content))
    total = {row[2]: row[3] for row in book["汇总"].iter_rows(min_row=4, values_only=True) if row[2]}
    written = {row[0]: row[1] for row in book["汇总"].iter_rows(min_row=4, values_only=True) if row[0]}
    units = {row[0]: row[1] for row in book["各单位"].iter_rows(min_row=4, values_only=True)}
    months = {row[0]: row[1] for row in book["各月"].iter_rows(min_row=4, values_only=True)}
    assert (total["反映查实"], total["自查"]) == (1, 1)
    assert written["改进建议"] == "健全拨付复核制度。"
    assert (units["财政所"], units["八一村"]) == (1, 1)
    assert months == {"2026-07": 0, "2026-08": 0, "2026-09": 2}
    assert answer.file_name == "景村镇廉政风险防控管理报告2026年第三季度（第1版）.xlsx"


async def test_the_countys_has_its_towns_on_a_sheet_and_in_the_document(house: House) -> None:
    await house.substantiated("r1")
    house.clock.set(OCTOBER)
    review = await published(house, "commission", parent=f"tenants/{house.county}")

    sheet = load_workbook(BytesIO((await exported(house, "viewer", review.name, Request.FORMAT_SPREADSHEET)).content))[
        "各镇（街道）"
    ]
    printed = await exported(house, "commission", review.name, Request.FORMAT_PDF)

    assert [row[:2] for row in sheet.iter_rows(min_row=4, values_only=True)] == [("景村镇", 1)]
    assert printed.content.startswith(b"%PDF")


async def test_a_text_that_looks_like_a_formula_stays_text(house: House) -> None:
    house.clock.set(OCTOBER)
    review = await published(house, improvements="=cmd|' /C calc'!A0")

    answer = await exported(house, "party", review.name, Request.FORMAT_SPREADSHEET)

    cells = [cell for row in load_workbook(BytesIO(answer.content))["汇总"].iter_rows() for cell in row]
    [cell] = [each for each in cells if str(each.value).startswith("=cmd")]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


async def test_the_same_review_is_the_same_document_and_the_county_gets_it_without_the_texts(house: House) -> None:
    await house.substantiated("r1")
    house.clock.set(OCTOBER)
    review = await published(house, period="2026Q3", overview="总体平稳。")

    first = await exported(house, "party", review.name, Request.FORMAT_PDF)
    again = await exported(house, "discipline", review.name, Request.FORMAT_PDF)
    for_county = await exported(house, "viewer", review.name, Request.FORMAT_PDF)

    assert first.content_type == "application/pdf"
    assert first.content.startswith(b"%PDF")
    assert first.content == again.content != for_county.content
