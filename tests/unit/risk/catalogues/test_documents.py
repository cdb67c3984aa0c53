"""An edition as a spreadsheet and as a printed document."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from services.common.typesetting import Typesetter
from services.risk.catalogues.content import ChartEntry, Content, canonical, hash_of
from services.risk.catalogues.document import catalogue_pdf
from services.risk.catalogues.domain import Draft, Edition
from services.risk.catalogues.encoding import Approval
from services.risk.catalogues.printed import Printed
from services.risk.catalogues.spreadsheet import COLUMNS, HEADER_ROW, catalogue_xlsx
from services.risk.charts.domain.chart import Edge, Kind, StepKind
from services.risk.charts.drawing.svg import Sheet, draw
from services.risk.meetings.domain import AgendaItem, Meeting, Vote
from services.risk.risk_points.domain import Level
from services.risk.scopes import Scope
from tests.unit.risk.catalogues.contents import a_content, a_position, a_power, a_risk_point
from tests.unit.risk.charts.builders import a_step, business
from tests.unit.watch.register.rows import HOSTILE

NOW = datetime(2026, 9, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


def printed(content: Content) -> Printed:
    """As its second edition, approved by two of three."""
    edition = Edition(
        id="e",
        unit=content.unit,
        content_hash=hash_of(canonical(content)),
        compile_time=NOW,
        position_count=1,
        power_count=1,
        risk_point_count=1,
        number=2,
        scope=Scope.EVERYBODY,
        meeting="m",
        publisher="",
        publish_time=NOW,
    )
    meeting = Meeting(
        id="m",
        unit=content.unit,
        date=date(2026, 9, 1),
        attendees=("a", "b", "c"),
        recorder="",
        record_time=NOW,
        sealed_minutes=b"",
    )
    item = AgendaItem(
        id="i", meeting="m", number=1, subject="", votes_for=("a", "b"), votes_against=("c",), abstentions=()
    )
    voters = [("a", "王磊", Vote.FOR), ("b", "李娜", Vote.FOR), ("c", "赵强", Vote.AGAINST)]
    return Printed(edition, content, Approval(meeting, item, voters), date(2026, 9, 2))


def sheet_of(content: Content) -> Worksheet:
    sheet = load_workbook(BytesIO(catalogue_xlsx(printed(content)))).active
    assert isinstance(sheet, Worksheet)
    return sheet


def lines(sheet: Worksheet) -> list[dict[str, object]]:
    titles = [title for title, _ in COLUMNS]
    rows = sheet.iter_rows(min_row=HEADER_ROW + 1, values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows]


def test_the_sheet_has_a_row_for_each_risk_point_of_each_power() -> None:
    power = a_power(risk_points=(a_risk_point("r1"), a_risk_point("r2", manifestation="人情拨付。")))
    bare = a_power("w2", title="凭证审核", risk_points=())
    of_unit = a_risk_point("r4", level=Level.UNIT, manifestation="监督缺位。")
    sheet = sheet_of(
        a_content(a_position(powers=(power, bare), risk_points=(a_risk_point("r3"),)), risk_points=(of_unit,))
    )

    assert sheet["A1"].value == "廉政风险管理目录（第2版）"
    found = [(line["岗位"], line["权力事项"], line["风险点"]) for line in lines(sheet)]
    assert found == [
        ("会计", "资金拨付审核", "拨付拖延，变相索要好处。"),
        ("会计", "资金拨付审核", "人情拨付。"),
        ("会计", "凭证审核", None),
        ("会计", None, "拨付拖延，变相索要好处。"),
        ("单位", None, "监督缺位。"),
    ]
    assert [line["风险等级"] for line in lines(sheet)] == ["一级", "一级", "一级", "一级", None]
    first = lines(sheet)[0]
    assert (first["股室"], first["风险等级"], first["风险方面"]) == ("财务股", "一级", "业务流程")
    assert first["防控措施"] == "限时拨付并公开（财务股·会计，2027-06-30 前）"


@pytest.mark.parametrize("text", [each for each in HOSTILE if "\ud800" not in each])
async def test_whatever_people_wrote_is_printed_and_is_no_code(text: str, typesetter: Typesetter) -> None:
    content = a_content(
        a_position(powers=(a_power(title=text[:60], basis=text, risk_points=(a_risk_point(manifestation=text),)),))
    )

    assert all(cell.data_type != "f" for row in sheet_of(content).iter_rows() for cell in row)
    assert (await catalogue_pdf(printed(content), [], typesetter)).startswith(b"%PDF")


async def test_the_same_edition_gives_the_same_document(typesetter: Typesetter) -> None:
    shown = printed(a_content())

    assert await catalogue_pdf(shown, [], typesetter) == await catalogue_pdf(shown, [], typesetter)


async def test_the_document_has_a_page_for_each_flow_chart(typesetter: Typesetter) -> None:
    steps = (a_step("a", StepKind.START), a_step("b", StepKind.END, title="拨付 <script>"))
    chart = ChartEntry(
        id="x", version=1, content_hash="", kind=Kind.BUSINESS, title="资金拨付", positions={}, business_steps={}
    )
    drawn = draw(Sheet(content=business(steps, (Edge("a", "b"),)), subtitle="", positions={"clerk": "会计"}))
    shown = printed(a_content(charts=(chart,)))

    bare = await catalogue_pdf(replace(shown, content=a_content()), [], typesetter)
    whole = await catalogue_pdf(shown, [drawn], typesetter)

    assert (pages(bare), pages(whole)) == (1, 2)


def pages(document: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", document))


def test_a_draft_says_that_it_is_one() -> None:
    draft = Draft(
        id="e",
        unit="",
        content_hash=b"",
        compile_time=NOW,
        position_count=0,
        power_count=0,
        risk_point_count=0,
    )

    shown = Printed(draft, a_content(), None, date(2026, 9, 2))

    assert (shown.which, shown.voted, shown.dated) == ("草案", "", "编制日期：2026年9月1日")
