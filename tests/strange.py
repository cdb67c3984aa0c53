"""Events that no service takes: of a later version, of another tenant, or without payload."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.message import Message
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk

from services.common.consumer import Subscription
from services.common.understanding import NotUnderstood
from tests.called import Called, told_of

LATER = 99
"""A number of a later version."""
UNIT = common.LEVEL_UNIT


def other_town(town: str) -> str:
    """Another town of the county."""
    return f"{town[:6]}999"


async def assert_refused(house: Called, subscriptions: Iterable[Subscription], tenant: str, told: Message) -> None:
    """That the service refuses, by name, what another tells of a tenant."""
    event = told_of(("thing", uuid4().hex), tenant, told, house.clock.now())
    (stream,) = (each for each in subscriptions if event.type in each.handlers)
    with pytest.raises(NotUnderstood) as refused:
        await house.take(stream, event)
    assert refused.value.reason == "NOT_UNDERSTOOD"


def of_the_organisation(town: str) -> list[Message]:
    """What the gateway would never tell of a town."""
    other = other_town(town)
    here, there = (gateway.Unit(name=f"tenants/{each}/units/{each}.new", revision=1) for each in (town, other))
    here.kind, there.kind = gateway.Unit.Kind.ValueType(LATER), gateway.Unit.KIND_TOWN_UNIT
    provisioned: dict[str, Any] = {"name": f"tenants/{town}", "county": f"tenants/{town[:6]}", "revision": 9}
    cadre: dict[str, Any] = {"unit": f"tenants/{other}/units/{other}.finance", "revision": 1}
    return [
        gateway.TenantProvisioned(),
        gateway.TenantProvisioned(tenant=gateway.Tenant(**provisioned, kind=LATER), visible_to=UNIT),
        gateway.TenantProvisioned(
            tenant=gateway.Tenant(**provisioned, kind=gateway.Tenant.KIND_TOWN), units=[there], visible_to=UNIT
        ),
        gateway.UnitChanged(),
        gateway.UnitChanged(unit=here, visible_to=UNIT),
        gateway.UnitRetired(unit=there, visible_to=UNIT),
        gateway.UnitChanged(
            unit=gateway.Unit(name=f"tenants/{town[:6]}/units/{town[:6]}.new", kind=there.kind), visible_to=UNIT
        ),
        gateway.CadreChanged(visible_to=UNIT),
        gateway.CadreChanged(cadre=gateway.Cadre(name=f"tenants/{town}/cadres/wang-lei", **cadre), visible_to=UNIT),
        gateway.AccountChanged(visible_to=UNIT),
        gateway.AccountChanged(account=gateway.Account(name=f"tenants/{other}/accounts/wang"), visible_to=UNIT),
        gateway.AccountChanged(account=gateway.Account(name=f"tenants/{town}/accounts/wang"), visible_to=LATER),
    ]


def of_dispositions(town: str, collection: str, id: str) -> list[Message]:
    """What the risk service would never tell: of a thing of the town that exists, and of one of another town."""
    mine, others = f"tenants/{town}/{collection}/{id}", f"tenants/{other_town(town)}/{collection}/{id}"
    severity = risk.Disposition.SEVERITY_CRITICISM
    known: dict[str, Any] = {"disposition": f"tenants/{town}/dispositions/d1", "visible_to": UNIT}
    return [
        risk.DispositionRecorded(),
        risk.DispositionCorrected(),
        risk.DispositionResultReturned(),
        risk.DispositionRecorded(origins=[mine], severity=severity, visible_to=UNIT),
        risk.DispositionRecorded(**known, origins=[mine]),
        risk.DispositionRecorded(**known, origins=[mine], severity=LATER),
        risk.DispositionRecorded(**{**known, "visible_to": LATER}, origins=[mine], severity=severity),
        risk.DispositionRecorded(**known, origins=[mine, others], severity=severity),
        risk.DispositionRecorded(**known, origins=[mine], delayed_origins=[f"{mine}0"], severity=severity),
        risk.DispositionRecorded(**known, origins=[mine], delayed_origins=["something else"], severity=severity),
        risk.DispositionCorrected(**known, origins=[others]),
        risk.DispositionResultReturned(**known, origins=[mine, "something else"]),
    ]
