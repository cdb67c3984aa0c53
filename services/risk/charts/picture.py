"""The picture of a version of a flow chart, with what the things in it are called."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from services.common.organisation import store as organisation
from services.risk.acting import Acting
from services.risk.charts import store
from services.risk.charts.domain.chart import Chart, Version
from services.risk.charts.domain.marks import Mark, Place, marks
from services.risk.charts.drawing.svg import Sheet, draw
from services.risk.positions import store as positions
from services.risk.powers import store as powers
from services.risk.risk_points import store as risk_points


async def picture(acting: Acting, chart: Chart, version: Version) -> bytes:
    """As SVG, for who sees the unit. Steps of a business chart are called as now."""
    tx, content = acting.tx, version.content
    units = await organisation.units(tx, [chart.unit])
    at = await positions.by_id(tx, content.positions)
    sheet = Sheet(
        content=content,
        subtitle=f"{chart.kind.label} · {units[chart.unit].name} · 第 {version.number} 版",
        positions={id: "·".join(filter(None, (each.section, each.title))) for id, each in at.items()},
        business_steps=await _business_steps(acting, content.business_chart),
        marks=await _marks(acting, chart, version),
    )
    return await asyncio.to_thread(draw, sheet)


async def _marks(acting: Acting, chart: Chart, version: Version) -> Mapping[str, Mark]:
    """The confirmed risk points of today; none for what is drawn no more."""
    if chart.retired or version.number < chart.latest:
        return {}
    at = {each.id: each for each in await positions.of_unit(acting.tx, chart.unit)}
    exercised = {each.id: each for each in await powers.of_unit(acting.tx, chart.unit)}
    places = []
    for each in await risk_points.confirmed_of(acting.tx, chart.unit):
        if power := exercised.get(each.power or ""):
            places.append(Place(power.position, power.id, power.grade))
        elif not each.power and (position := at.get(each.position or "")):
            places.append(Place(position.id, None, position.grade))
    linked = await store.latest(acting.tx, await store.linked_to(acting.tx, chart.id))
    return marks(version.content, places, [each.content for each in linked.values()])


async def _business_steps(acting: Acting, chart: str | None) -> Mapping[str, str]:
    if chart is None:
        return {}
    business = await store.ROWS.load(acting.tx, chart)
    shown = await store.version(acting.tx, chart, business.latest)
    return {each.id: each.title for each in shown.content.steps}
