"""Drawing up flow charts, version by version."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk import v1 as pb

from services.common.errors import AlreadyExists, Conflict, InvalidFields, Refused
from services.common.sight import check_in_sight
from services.risk.acting import Acting, content_hash
from services.risk.charts import store
from services.risk.charts.domain.changes import difference
from services.risk.charts.domain.chart import Chart, Content, Kind, Version, new_chart
from services.risk.charts.domain.rules import Surroundings, flaws
from services.risk.charts.encoding import content_message
from services.risk.inventories.use_cases import own_inventory
from services.risk.positions import store as positions
from services.risk.powers import store as powers


async def create(acting: Acting, id: str, unit: str, kind: Kind, content: Content) -> tuple[Chart, Version]:
    """Raises NotFound, Refused, InvalidFields, AlreadyExists."""
    await own_inventory(acting, unit)
    await _check(acting, unit, kind, content)
    await _check_powers_free(acting, id, content)
    chart = new_chart(id, unit, kind, content)
    store.ROWS.insert(acting.tx, chart)
    store.set_powers(acting.tx, id, (), content.powers)
    return chart, _saved(acting, pb.FlowChartCreated, chart, content)


async def update(acting: Acting, id: str, content: Content, version: int) -> tuple[Chart, Version]:
    """Raises NotFound, Refused, InvalidFields, AlreadyExists, Conflict. The same again changes nothing."""
    before = await own_chart(acting, id)
    if version not in (0, before.latest):
        raise Conflict
    shown = await store.version(acting.tx, id, before.latest)
    if not difference(shown.content, content):
        return before, shown
    await _check(acting, before.unit, before.kind, content)
    await _check_powers_free(acting, id, content)
    await _check_links_kept(acting, before, content)
    after = before.showing(content)
    store.ROWS.save(acting.tx, before, after)
    store.set_powers(acting.tx, id, shown.content.powers, content.powers)
    return after, _saved(acting, pb.FlowChartChanged, after, content)


async def retire(acting: Acting, id: str) -> tuple[Chart, Version]:
    """Raises NotFound, Refused."""
    before = await own_chart(acting, id)
    if linked := await store.linked_to(acting.tx, id):
        raise Refused("FLOW_CHART_LINKED", f"权力运行流程图“{linked[0].title}”还对应着它，不能停用。")
    shown = await store.version(acting.tx, id, before.latest)
    after = replace(before, version=before.version + 1, retired=True)
    store.ROWS.save(acting.tx, before, after)
    store.set_powers(acting.tx, id, shown.content.powers, ())
    told = pb.FlowChartRetired(
        flow_chart=acting.named("flowCharts", id),
        unit=after.unit,
        kind=pb.FlowChart.Kind.ValueType(after.kind),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("flow_chart", id, after.version, told)
    return after, shown


async def own_chart(acting: Acting, id: str) -> Chart:
    """A chart in force of a unit in which the actor writes, locked. Raises NotFound, Refused."""
    await own_inventory(acting, (await store.ROWS.load(acting.tx, id)).unit)
    chart = await store.ROWS.lock(acting.tx, id)
    chart.check_in_force()
    return chart


async def seen_chart(acting: Acting, id: str) -> Chart:
    """A chart of a unit in sight. Raises NotFound."""
    chart = await store.ROWS.load(acting.tx, id)
    check_in_sight(acting.actor, chart.unit, store.ROWS.called)
    return chart


async def _check(acting: Acting, unit: str, kind: Kind, content: Content) -> None:
    """Raises InvalidFields with everything that is wrong with what a chart of the unit would show."""
    around = Surroundings(
        {each.id for each in await positions.of_unit(acting.tx, unit)},
        {each.id for each in await powers.of_unit(acting.tx, unit)} if kind is Kind.POWER else (),
        await _steps_of_business_charts(acting, unit) if content.business_chart else {},
    )
    if found := flaws(kind, content, around):
        raise InvalidFields(found, "FLOW_CHART_FLAWED")


async def _steps_of_business_charts(acting: Acting, unit: str) -> dict[str, Collection[str]]:
    business = [each for each in await store.of_unit(acting.tx, unit) if each.kind is Kind.BUSINESS]
    shown = await store.latest(acting.tx, business)
    return {id: version.content.step_of for id, version in shown.items()}


async def _check_powers_free(acting: Acting, id: str, content: Content) -> None:
    charts = await store.charts_of_powers(acting.tx, content.powers)
    if any(chart != id for chart in charts.values()):
        raise AlreadyExists("POWER_HAS_FLOW_CHART", "其中有的权力事项已有在用的权力运行流程图，请修订那一张。")


async def _check_links_kept(acting: Acting, chart: Chart, content: Content) -> None:
    """Raises Refused where a step would be gone to which a power chart is linked."""
    linked = await store.linked_to(acting.tx, chart.id)
    for id, version in (await store.latest(acting.tx, linked)).items():
        if gone := sorted(version.content.linked_steps - content.step_of.keys()):
            [title] = (each.title for each in linked if each.id == id)
            told = f"权力运行流程图“{title}”还对应着步骤 {gone[0]}，不能去掉。"
            raise Refused("STEP_LINKED", told, flow_chart=acting.named("flowCharts", id), step=gone[0])


def _saved(
    acting: Acting, kind: type[pb.FlowChartCreated | pb.FlowChartChanged], chart: Chart, content: Content
) -> Version:
    """PENDING: the chart's latest version, and the entry of it."""
    version = Version(
        chart=chart.id,
        number=chart.latest,
        content=content,
        content_hash=content_hash(content_message(acting.tx.tenant, content)),
        save_time=acting.now,
        saver=acting.actor.name,
    )
    store.add_version(acting.tx, version)
    told = kind(
        flow_chart=acting.named("flowCharts", chart.id),
        unit=chart.unit,
        kind=pb.FlowChart.Kind.ValueType(chart.kind),
        chart_version=version.number,
        content_hash=version.content_hash,
        powers=[acting.named("powers", each) for each in content.powers],
        step_count=len(content.steps),
        key_link_count=sum(each.key_link for each in content.steps),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("flow_chart", chart.id, chart.version, told)
    return version
