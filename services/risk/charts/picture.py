"""The picture of a version of a flow chart, with what the things in it are called."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from services.common.organisation import store as organisation
from services.risk.acting import Acting
from services.risk.charts import store
from services.risk.charts.domain.chart import Chart, Version
from services.risk.charts.drawing.svg import Sheet, draw
from services.risk.positions import store as positions


async def picture(
    acting: Acting, chart: Chart, version: Version, risk_points: Mapping[str, int] | None = None
) -> bytes:
    """As SVG. `risk_points` says how many there are at each step; steps of a business chart are called as now."""
    tx, content = acting.tx, version.content
    units = await organisation.units(tx, [chart.unit])
    at = await positions.by_id(tx, content.positions)
    sheet = Sheet(
        content=content,
        subtitle=f"{chart.kind.label} · {units[chart.unit].name} · 第 {version.number} 版",
        positions={id: "·".join(filter(None, (each.section, each.title))) for id, each in at.items()},
        business_steps=await _business_steps(acting, content.business_chart),
        risk_points=risk_points or {},
    )
    return await asyncio.to_thread(draw, sheet)


async def _business_steps(acting: Acting, chart: str | None) -> Mapping[str, str]:
    if chart is None:
        return {}
    business = await store.ROWS.load(acting.tx, chart)
    shown = await store.version(acting.tx, chart, business.latest)
    return {each.id: each.title for each in shown.content.steps}
