"""Dispositions of the risk service: who applied reads what was done because of a case."""

from __future__ import annotations

from datetime import timedelta

from minshao.agency import v1 as pb
from minshao.common import v1 as common
from minshao.risk import v1 as risk

from services.agency.parts import subscriptions
from services.common.events import Event
from tests.called import told_of
from tests.integration.agency.cases.steps import application, followed, required
from tests.integration.agency.house import House

Severity = risk.Disposition


def recorded(house: House, case: str, id: str, severity: Severity.Severity.ValueType, minutes: int) -> Event:
    """What was done because of a case, so many minutes from now."""
    said = risk.DispositionRecorded(
        disposition=f"tenants/{house.town}/dispositions/{id}",
        severity=severity,
        origins=[case],
        visible_to=common.LEVEL_UNIT,
    )
    return told_of(("disposition", id), house.town, said, house.clock.now() + timedelta(minutes=minutes))


async def test_what_was_done_on_one_day_is_read_in_the_order_in_which_it_was_done(office: House) -> None:
    received: pb.CreateCaseResponse = await office("agent", application(office, brought=await required(office)))
    done = [
        recorded(office, received.case.name, "d3", Severity.SEVERITY_CRITICISM, 0),
        recorded(office, received.case.name, "d1", Severity.SEVERITY_CORRECTION, 1),
        recorded(office, received.case.name, "d2", Severity.SEVERITY_REMINDER, 2),
    ]
    [of_risk] = [each for each in subscriptions(office.agency) if each.stream == "RISK"]

    await office.take(of_risk, *reversed(done))

    assert list((await followed(office, received.receipt_code)).effects) == [
        "因您办理的事项，有关人员已被批评教育（2026年9月1日）。",
        "因您办理的事项，有关单位已被责令纠错（2026年9月1日）。",
        "因您办理的事项，有关单位已收到风险提示（2026年9月1日）。",
    ]
