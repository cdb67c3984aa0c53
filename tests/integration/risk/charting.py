"""Flow charts to save: what they show, as messages of the contract."""

from __future__ import annotations

from typing import Any

from minshao.risk import v1 as pb

from tests.integration.risk.house import House

START, STEP, DECISION, END = (
    pb.FlowChartStep.KIND_START,
    pb.FlowChartStep.KIND_STEP,
    pb.FlowChartStep.KIND_DECISION,
    pb.FlowChartStep.KIND_END,
)
BUSINESS, POWER = pb.FlowChart.KIND_BUSINESS, pb.FlowChart.KIND_POWER


def a_step(id: str, position: str, **facts: Any) -> pb.FlowChartStep:
    return pb.FlowChartStep(**{"id": id, "title": id, "kind": STEP, "position": position, **facts})


def an_edge(source: str, target: str, condition: str = "") -> pb.FlowChartEdge:
    return pb.FlowChartEdge(source=source, target=target, condition=condition)


def of_business(position: str) -> pb.FlowChartContent:
    """An application is accepted, checked, and paid or sent back, all by one position."""
    return pb.FlowChartContent(
        title="资金拨付办理",
        steps=[
            a_step("apply", position, title="受理申请", kind=START),
            a_step("check", position, title="材料是否齐全", kind=DECISION),
            a_step("pay", position, title="拨付资金", kind=END),
        ],
        edges=[an_edge("apply", "check"), an_edge("check", "pay", "齐全"), an_edge("check", "apply", "不齐")],
    )


def of_power(position: str, power: str, business_chart: str) -> pb.FlowChartContent:
    """A power is exercised in two steps, of which the first is a key link."""
    return pb.FlowChartContent(
        title="资金拨付审核权",
        powers=[power],
        business_chart=business_chart,
        steps=[
            a_step("review", position, title="审核", kind=START, key_link=True, business_step="check"),
            a_step("sign", position, title="签批", kind=END, business_step="pay"),
        ],
        edges=[an_edge("review", "sign")],
    )


def creation(
    house: House, kind: pb.FlowChart.Kind.ValueType, content: pb.FlowChartContent
) -> pb.CreateFlowChartRequest:
    """Of a chart of the finance office."""
    unit = f"tenants/{house.town}/units/{house.unit('finance')}"
    return pb.CreateFlowChartRequest(parent=f"tenants/{house.town}", unit=unit, kind=kind, content=content)


async def a_business_chart(house: House, position: str) -> pb.FlowChart:
    made: pb.FlowChart = (await house("officer", creation(house, BUSINESS, of_business(position)))).flow_chart
    return made


async def a_power_chart(house: House, position: str, power: str, business_chart: str) -> pb.FlowChart:
    request = creation(house, POWER, of_power(position, power, business_chart))
    made: pb.FlowChart = (await house("officer", request)).flow_chart
    return made
