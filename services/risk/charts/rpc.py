"""FlowChartService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import re
from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.characters import printable
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.risk.acting import acting_in, acting_on
from services.risk.charts import store, use_cases
from services.risk.charts.domain.changes import difference
from services.risk.charts.domain.chart import Kind
from services.risk.charts.drawing.svg import SVG
from services.risk.charts.encoding import chart_message, difference_message, read_content, version_message
from services.risk.charts.picture import picture
from services.risk.risk import Risk

NOT_IN_FILE_NAMES = re.compile(r'[<>:"/\\|?*]')


class FlowChartService:
    """The flow charts of units; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def create_flow_chart(self, call: Call, request: pb.CreateFlowChartRequest) -> pb.CreateFlowChartResponse:
        id, unit = uuid4().hex, local_id("unit", request.unit, call.tenant)
        content = read_content(call.tenant, request.content)

        async def create(tx: Tx) -> pb.CreateFlowChartResponse:
            made = await use_cases.create(acting_on(self._risk, tx, call), id, unit, Kind(request.kind), content)
            return pb.CreateFlowChartResponse(flow_chart=chart_message(call.tenant, *made))

        return await once(call, request, pb.CreateFlowChartResponse, create)

    async def update_flow_chart(self, call: Call, request: pb.UpdateFlowChartRequest) -> pb.UpdateFlowChartResponse:
        id, content = local_id("name", request.name, call.tenant), read_content(call.tenant, request.content)
        async with acting_in(self._risk, call) as acting:
            saved = await use_cases.update(acting, id, content, request.version)
        return pb.UpdateFlowChartResponse(flow_chart=chart_message(call.tenant, *saved))

    async def retire_flow_chart(self, call: Call, request: pb.RetireFlowChartRequest) -> pb.RetireFlowChartResponse:
        async with acting_in(self._risk, call) as acting:
            retired = await use_cases.retire(acting, local_id("name", request.name, call.tenant))
        return pb.RetireFlowChartResponse(flow_chart=chart_message(call.tenant, *retired))

    async def get_flow_chart(self, call: Call, request: pb.GetFlowChartRequest) -> pb.GetFlowChartResponse:
        async with acting_in(self._risk, call) as acting:
            chart = await use_cases.seen_chart(acting, local_id("name", request.name, call.tenant))
            version = await store.version(acting.tx, chart.id, request.version or chart.latest)
        return pb.GetFlowChartResponse(flow_chart=chart_message(call.tenant, chart, version))

    async def list_flow_charts(self, call: Call, request: pb.ListFlowChartsRequest) -> pb.ListFlowChartsResponse:
        page = paging.page(request, store.ByUnit)
        wanted = store.Wanted(
            narrowed(call.actor, local_id("unit", request.unit, call.tenant)),
            Kind(request.kind) if request.kind else None,
            local_id("power", request.power, call.tenant),
            request.show_retired,
        )
        async with acting_in(self._risk, call) as acting:
            found = await store.page(acting.tx, wanted, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.unit, each.title, each.id))
            latest = await store.latest(acting.tx, shown)
        charts = [chart_message(call.tenant, each, latest[each.id]) for each in shown]
        return pb.ListFlowChartsResponse(flow_charts=charts, next_page_token=more)

    async def list_flow_chart_versions(
        self, call: Call, request: pb.ListFlowChartVersionsRequest
    ) -> pb.ListFlowChartVersionsResponse:
        page = paging.page(request, tuple[int])
        async with acting_in(self._risk, call) as acting:
            chart = await use_cases.seen_chart(acting, local_id("name", request.name, call.tenant))
            found = await store.versions(acting.tx, chart.id, page.after[0] if page.after else None, page.limit)
        shown, more = page.cut(found, lambda each: (each.number,))
        return pb.ListFlowChartVersionsResponse(versions=map(version_message, shown), next_page_token=more)

    async def compare_flow_chart(self, call: Call, request: pb.CompareFlowChartRequest) -> pb.CompareFlowChartResponse:
        async with acting_in(self._risk, call) as acting:
            chart = await use_cases.seen_chart(acting, local_id("name", request.name, call.tenant))
            before = await store.version(acting.tx, chart.id, request.before)
            after = await store.version(acting.tx, chart.id, request.after or chart.latest)
        found = difference(before.content, after.content)
        return pb.CompareFlowChartResponse(difference=difference_message(call.tenant, found))

    async def draw_flow_chart(self, call: Call, request: pb.DrawFlowChartRequest) -> pb.DrawFlowChartResponse:
        async with acting_in(self._risk, call) as acting:
            chart = await use_cases.seen_chart(acting, local_id("name", request.name, call.tenant))
            version = await store.version(acting.tx, chart.id, request.version or chart.latest)
            drawn = await picture(acting, chart, version)
        name = f"{NOT_IN_FILE_NAMES.sub('_', printable(version.content.title))}第{version.number}版.svg"
        return pb.DrawFlowChartResponse(content=drawn, content_type=SVG, file_name=name)
