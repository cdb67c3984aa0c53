"""Flow charts as messages of the contract, and back. What a version shows is stored as the bytes of its message."""

from __future__ import annotations

import minshao.risk.v1 as pb

from services.common.inputs import local_id, read_text
from services.common.instants import stamp
from services.risk.charts.domain.changes import Change, Difference
from services.risk.charts.domain.chart import Chart, Content, Edge, Step, StepKind, Version


def read_content(tenant: str, given: pb.FlowChartContent) -> Content:
    """Raises Invalid."""
    steps = (
        Step(
            id=each.id,
            title=read_text(f"content.steps[{index}].title", each.title),
            kind=StepKind(each.kind),
            position=local_id(f"content.steps[{index}].position", each.position, tenant),
            key_link=each.key_link,
            business_step=each.business_step,
        )
        for index, each in enumerate(given.steps)
    )
    return Content(
        title=read_text("content.title", given.title),
        powers=tuple(local_id(f"content.powers[{index}]", each, tenant) for index, each in enumerate(given.powers)),
        business_chart=local_id("content.business_chart", given.business_chart, tenant) or None,
        steps=tuple(steps),
        edges=tuple(Edge(each.source, each.target, each.condition.strip()) for each in given.edges),
    )


def content_message(tenant: str, content: Content) -> pb.FlowChartContent:
    return pb.FlowChartContent(
        title=content.title,
        powers=[f"tenants/{tenant}/powers/{each}" for each in content.powers],
        business_chart=f"tenants/{tenant}/flowCharts/{content.business_chart}" if content.business_chart else "",
        steps=[_step_message(tenant, each) for each in content.steps],
        edges=[_edge_message(each) for each in content.edges],
    )


def content_bytes(tenant: str, content: Content) -> bytes:
    """What a version shows, as it is stored."""
    return content_message(tenant, content).SerializeToString(deterministic=True)


def content_of(tenant: str, stored: bytes) -> Content:
    """What a version shows, as it was stored."""
    return read_content(tenant, pb.FlowChartContent.FromString(stored))


def chart_message(tenant: str, chart: Chart, version: Version) -> pb.FlowChart:
    return pb.FlowChart(
        name=f"tenants/{tenant}/flowCharts/{chart.id}",
        unit=f"tenants/{tenant}/units/{chart.unit}",
        kind=pb.FlowChart.Kind.ValueType(chart.kind),
        content=content_message(tenant, version.content),
        version=version.number,
        latest_version=chart.latest,
        content_hash=version.content_hash,
        save_time=stamp(version.save_time),
        retired=chart.retired,
    )


def version_message(version: Version) -> pb.FlowChartVersion:
    return pb.FlowChartVersion(
        version=version.number,
        title=version.content.title,
        content_hash=version.content_hash,
        save_time=stamp(version.save_time),
        saver=version.saver,
    )


def difference_message(tenant: str, found: Difference) -> pb.FlowChartDifference:
    return pb.FlowChartDifference(
        fields=found.fields,
        steps=[
            pb.FlowChartDifference.Step(
                change=_change(each),
                before=_step_message(tenant, each.before) if each.before else None,
                after=_step_message(tenant, each.after) if each.after else None,
                fields=each.fields,
            )
            for each in found.steps
        ],
        edges=[
            pb.FlowChartDifference.Edge(
                change=_change(each),
                before=_edge_message(each.before) if each.before else None,
                after=_edge_message(each.after) if each.after else None,
            )
            for each in found.edges
        ],
    )


def _change(change: Change[Step] | Change[Edge]) -> pb.FlowChartDifference.Change.ValueType:
    if change.before is None:
        return pb.FlowChartDifference.CHANGE_ADDED
    if change.after is None:
        return pb.FlowChartDifference.CHANGE_REMOVED
    return pb.FlowChartDifference.CHANGE_CHANGED


def _step_message(tenant: str, step: Step) -> pb.FlowChartStep:
    return pb.FlowChartStep(
        id=step.id,
        title=step.title,
        kind=pb.FlowChartStep.Kind.ValueType(step.kind),
        position=f"tenants/{tenant}/positions/{step.position}",
        key_link=step.key_link,
        business_step=step.business_step,
    )


def _edge_message(edge: Edge) -> pb.FlowChartEdge:
    return pb.FlowChartEdge(source=edge.source, target=edge.target, condition=edge.condition)
