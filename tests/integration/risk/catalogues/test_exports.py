"""An edition as people take it away: a spreadsheet, a document with the flow charts, the bytes of its hash."""

from __future__ import annotations

import re
from datetime import UTC
from io import BytesIO

import pytest
from minshao.risk import v1 as pb
from openpyxl import load_workbook

from services.common.errors import Denied, NotFound
from services.risk.catalogues.content import read
from services.risk.catalogues.document import pictures
from tests.integration.risk.catalogues.steps import compiled, exported, furnished, publish, published, stored
from tests.integration.risk.charting import a_business_chart, a_power_chart
from tests.integration.risk.groups.steps import group
from tests.integration.risk.house import House
from tests.integration.risk.inventory_sheets.files import GOOD, a_file

FORMAT = pb.ExportCatalogueEditionRequest


async def test_an_edition_is_exported_as_a_spreadsheet(house: House) -> None:
    edition = await published(house)

    answer = await exported(house, edition.name, FORMAT.FORMAT_XLSX)

    assert (answer.file_name, answer.power_count) == ("景村镇财政所廉政风险管理目录（第1版）.xlsx", 1)
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert sheet["A1"].value == "廉政风险管理目录（第1版）"
    assert [each.value for each in sheet[4]][:4] == ["财务股", "所长", "领导", "资金拨付审核"]


async def test_a_printed_edition_has_its_flow_charts(house: House) -> None:
    head = await house.position("所长", standing=pb.Position.STANDING_LEADING)
    await house.power(head.name)
    bare = await exported(house, (await compiled(house)).name, FORMAT.FORMAT_PDF)
    steps = [
        pb.FlowChartStep(id="a", title="受理", kind=pb.FlowChartStep.KIND_START, position=head.name),
        pb.FlowChartStep(id="b", title="拨付", kind=pb.FlowChartStep.KIND_END, position=head.name),
    ]
    shown = pb.FlowChartContent(title="拨付办理", steps=steps, edges=[pb.FlowChartEdge(source="a", target="b")])
    unit = f"tenants/{house.town}/units/{house.unit('finance')}"
    chart = pb.CreateFlowChartRequest(
        parent=f"tenants/{house.town}", unit=unit, kind=pb.FlowChart.KIND_BUSINESS, content=shown
    )
    drawn = (await house("officer", chart)).flow_chart
    [draft] = (await house("officer", pb.ListCatalogueDraftsRequest(parent=f"tenants/{house.town}"))).catalogue_editions
    said = (await house("officer", pb.RecompileCatalogueEditionRequest(name=draft.name))).catalogue_edition.content

    answer = await exported(house, draft.name, FORMAT.FORMAT_PDF)

    assert [(each.flow_chart, each.version, each.title) for each in said.charts] == [(drawn.name, 1, "拨付办理")]
    assert (answer.content_type, answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert len(answer.content) > len(bare.content)


async def test_an_edition_is_printed_with_its_own_risk_points_whatever_happens_afterwards(house: House) -> None:
    head, power = await furnished(house)
    chart = await a_business_chart(house, head.name)
    await group(house)
    edition = await publish(house, (await compiled(house)).name)
    printed = await exported(house, edition.name, FORMAT.FORMAT_PDF)

    assert await marked(house, edition.name) == ["一级风险点 1"] * 3
    [first] = (await house("officer", pb.ListRiskPointsRequest(parent=f"tenants/{house.town}"))).risk_points
    await house.confirmed(level=pb.RiskPoint.LEVEL_POSITION, position=head.name, power=power.name)
    await house.confirmed(level=pb.RiskPoint.LEVEL_POSITION, position=head.name)
    await house("officer", pb.WithdrawRiskPointRequest(name=first.name, reason="不再存在。"))
    await house("officer", pb.RetireFlowChartRequest(name=chart.name))
    house.clock.set(edition.publish_time.ToDatetime(UTC))

    assert await marked(house, edition.name) == ["一级风险点 1"] * 3
    assert await exported(house, edition.name, FORMAT.FORMAT_PDF) == printed


async def test_a_printed_business_chart_marks_what_lies_in_a_power_where_its_chart_is_linked_to_it(
    house: House,
) -> None:
    head, power = await furnished(house)
    business = await a_business_chart(house, head.name)
    draft = (await compiled(house)).name
    alone = await marked(house, draft)
    await a_power_chart(house, head.name, power.name, business.name)

    await house("officer", pb.RecompileCatalogueEditionRequest(name=draft))

    assert alone == ["一级风险点 1"] * 3
    assert await marked(house, draft) == ["一级风险点 1"] * 4  # at two linked steps, and at the two of its own chart


async def marked(house: House, edition: str) -> list[str]:
    """The risk points in the flow charts of an edition, step by step."""
    async with house.database.transaction(house.town) as tx:
        drawn = await pictures(tx, read(await stored(house, edition)))
    return re.findall(r">([一二三级]*风险点 \d+)</text>", b"".join(drawn).decode())


@pytest.mark.parametrize("form", [FORMAT.FORMAT_XLSX, FORMAT.FORMAT_PDF])
async def test_a_unit_with_two_hundred_powers_is_exported(house: House, form: FORMAT.Format.ValueType) -> None:
    rows = [{**GOOD, "岗位": f"岗位{number % 20}", "权力事项": f"事项{number}"} for number in range(200)]
    await house("officer", pb.ImportInventoryRequest(name=house.inventory(), content=a_file(*rows)))
    draft = await compiled(house)

    answer = await exported(house, draft.name, form)

    assert answer.power_count == 200


async def test_an_edition_out_of_sight_is_not_exported(house: House) -> None:
    edition = await published(house, pb.SCOPE_UNIT)

    with pytest.raises(NotFound):
        await exported(house, edition.name, FORMAT.FORMAT_PDF, "village-officer")
    with pytest.raises(Denied):
        await exported(house, edition.name, FORMAT.FORMAT_PDF, "citizen")
