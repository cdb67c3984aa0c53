"""The catalogue of a unit with very many powers, printed and as a spreadsheet, beside an empty document."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from io import BytesIO
from statistics import median
from time import perf_counter
from typing import TypeVar

import grpc
from minshao.risk import v1 as risk
from minshao.risk.v1 import catalogue_service_pb2, flow_chart_service_pb2
from openpyxl import Workbook, load_workbook

from deploy.local.ports import address
from deploy.local.troubles import Trouble
from services.common.access import Role
from services.common.clock import SystemClock
from services.common.periods import local_date
from services.common.rpc.client import Client
from services.common.typesetting import Typesetter
from tests.bench.bulk import fill_inventories, fill_risk_points
from tests.bench.county import County
from tests.bench.figures import Figure

CATALOGUES = catalogue_service_pb2.DESCRIPTOR.services_by_name["CatalogueService"]
CHARTS = flow_chart_service_pb2.DESCRIPTOR.services_by_name["FlowChartService"]
XLSX = risk.ExportCatalogueEditionRequest.FORMAT_XLSX
PDF = risk.ExportCatalogueEditionRequest.FORMAT_PDF
POWERS_EACH = 10
"""Powers of a position."""
PATIENCE = 120.0
EMPTY_IS = "an empty document typeset"
BARE_IS = "openpyxl writes the same cells without any style"

T = TypeVar("T")


def exports(county: County, powers: int, rounds: int) -> Iterator[Figure]:
    """Seconds for each of the two. Each position has a chart of its business and one of its powers, each power two risk
    points. Raises Trouble where a power is missing."""
    (pdf, xlsx), (empty, bare) = asyncio.run(_exports(county, powers, rounds))
    yield Figure("catalogue_export_200", pdf, "s", empty, EMPTY_IS)
    yield Figure("catalogue_export_200_xlsx", xlsx, "s", bare, BARE_IS)


async def _exports(county: County, powers: int, rounds: int) -> tuple[tuple[float, float], tuple[float, float]]:
    town = county.towns()[0].code
    unit, tenant = f"{town}.finance", f"tenants/{town}"
    token = county.token(f"{tenant}/accounts/finance-risk-officer", Role.RISK_OFFICER, unit)
    async with county.database("risk") as database:
        await fill_inventories(database, powers // POWERS_EACH, POWERS_EACH, unit)
        await fill_risk_points(database, unit, each=2)
        rows = await database.fetch("SELECT position, id FROM powers WHERE unit = $1 ORDER BY position, id", unit)
    of_positions: dict[str, list[str]] = {}
    for row in rows:
        of_positions.setdefault(row["position"], []).append(row["id"])
    async with grpc.aio.insecure_channel(address(county.stack.ports.risk)) as channel:
        charts, catalogues = Client(channel, CHARTS, token), Client(channel, CATALOGUES, token)
        for position, exercised in of_positions.items():
            await _charts(charts, tenant, unit, position, exercised)
        compiled = await catalogues.call(
            risk.CompileCatalogueEditionRequest(parent=tenant, unit=f"{tenant}/units/{unit}"),
            risk.CompileCatalogueEditionResponse,
            limit=PATIENCE,
        )

        async def export(format: risk.ExportCatalogueEditionRequest.Format.ValueType) -> bytes:
            request = risk.ExportCatalogueEditionRequest(name=compiled.catalogue_edition.name, format=format)
            answer = await catalogues.call(request, risk.ExportCatalogueEditionResponse, limit=PATIENCE)
            if answer.power_count != len(rows):
                raise Trouble(f"of {len(rows)} powers {answer.power_count} stand in the catalogue")
            return answer.content

        pdf, _ = await _timed(lambda: export(PDF), rounds)
        xlsx, sheet = await _timed(lambda: export(XLSX), rounds)
    typesetter, template = Typesetter(), county.stack.home / "empty.typ"
    template.touch()
    empty, _ = await _timed(lambda: typesetter.pdf(template, {}, local_date(SystemClock().now())), rounds)
    cells = [[cell.value for cell in row] for row in load_workbook(BytesIO(sheet)).worksheets[0].iter_rows()]
    bare, _ = await _timed(lambda: asyncio.to_thread(_written, cells), rounds)
    return (pdf, xlsx), (empty, bare)


async def _timed(work: Callable[[], Awaitable[T]], rounds: int) -> tuple[float, T]:
    """The median, and what came of it last."""
    took = []
    for _ in range(rounds):
        began = perf_counter()
        found = await work()
        took.append(perf_counter() - began)
    return median(took), found


def _written(cells: Sequence[Sequence[object]]) -> bytes:
    book, into = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    for row in cells:
        sheet.append(row)
    book.save(into)
    return into.getvalue()


async def _charts(charts: Client, tenant: str, unit: str, position: str, powers: list[str]) -> None:
    """Of the business of a position, and of its powers."""

    async def create(kind: risk.FlowChart.Kind.ValueType, content: risk.FlowChartContent) -> str:
        request = risk.CreateFlowChartRequest(parent=tenant, unit=f"{tenant}/units/{unit}", kind=kind, content=content)
        return (await charts.call(request, risk.CreateFlowChartResponse)).flow_chart.name

    doer = f"{tenant}/positions/{position}"
    business = await create(risk.FlowChart.KIND_BUSINESS, _business(doer))
    exercised = [f"{tenant}/powers/{each}" for each in powers]
    await create(risk.FlowChart.KIND_POWER, _exercised(doer, exercised, business))


def _business(position: str) -> risk.FlowChartContent:
    """Six steps, one of them a decision by which it goes back."""
    kinds = risk.FlowChartStep
    titles = ("受理申请", "材料是否齐全", "入户核查", "集体评议", "张榜公示", "拨付资金")
    steps = [
        risk.FlowChartStep(id=f"s{n}", title=title, kind=kinds.KIND_STEP, position=position)
        for n, title in enumerate(titles)
    ]
    steps[0].kind, steps[1].kind, steps[-1].kind = kinds.KIND_START, kinds.KIND_DECISION, kinds.KIND_END
    edges = [
        risk.FlowChartEdge(source=f"s{n}", target=f"s{n + 1}", condition="齐全" if n == 1 else "")
        for n in range(len(titles) - 1)
    ]
    back = risk.FlowChartEdge(source="s1", target="s0", condition="不齐")
    return risk.FlowChartContent(title="民生资金办理", steps=steps, edges=[*edges, back])


def _exercised(position: str, powers: list[str], business: str) -> risk.FlowChartContent:
    """Two steps, the first a key link."""
    start, end = risk.FlowChartStep.KIND_START, risk.FlowChartStep.KIND_END
    return risk.FlowChartContent(
        title="民生资金审核权",
        powers=powers,
        business_chart=business,
        steps=[
            risk.FlowChartStep(
                id="review", title="审核", kind=start, position=position, key_link=True, business_step="s2"
            ),
            risk.FlowChartStep(id="sign", title="签批", kind=end, position=position, business_step="s5"),
        ],
        edges=[risk.FlowChartEdge(source="review", target="sign")],
    )
