"""Opening a case of accountability, hearing the officer, deciding."""

from __future__ import annotations

from dataclasses import replace

from minshao.agency.v1 import AccountabilityCase as CaseMessage
from minshao.agency.v1 import (
    AccountabilityDecided,
    AccountabilityDropped,
    AccountabilityHeard,
    AccountabilityOpened,
    TextEvidence,
)
from minshao.common.v1 import Level as LevelMessage

from services.agency.accountability import store
from services.agency.accountability.domain import Case, Measure
from services.agency.accountability.sight import decides, sees
from services.agency.acting import Acting, evidence, sealed
from services.agency.cases import store as cases
from services.agency.forgetting import keep
from services.agency.points import store as points
from services.agency.points.officers import officers_of
from services.common.errors import Denied, NotFound, Refused

AGGREGATE = "accountability_case"

_c = store.ACCOUNTABILITY.c


async def open_case(acting: Acting, draft: Case, facts: str) -> Case:
    """Raises NotFound, Denied, Refused, Invalid."""
    tx = acting.tx
    if draft.officer == acting.actor.name:
        raise Denied("不能对本人立案。", "OWN_CASE")
    draft.check_opens(acting.today)
    point = await points.ROWS.load(tx, draft.point)
    if draft.officer not in await officers_of(tx, point):
        raise Refused("NOT_ITS_OFFICER", "只能对该代理点的工作人员立案。", account=draft.officer)
    for each in draft.cases:
        await cases.load(tx, each)
    key = await acting.agency.sealer.new_key(tx, draft.id)
    case = replace(draft, sealed_facts=sealed(key, _c.sealed_facts, facts))
    store.ROWS.insert(tx, case)
    event = AccountabilityOpened(
        accountability_case=case_name(tx.tenant, case.id),
        unit=case.point,
        officer=case.officer,
        ground=CaseMessage.Ground.ValueType(case.ground),
        cases=[f"tenants/{tx.tenant}/cases/{each}" for each in case.cases],
        hear_until=str(case.hear_until),
        facts=evidence(key, facts),
        visible_to=LevelMessage.ValueType(case.level),
    )
    acting.tell(AGGREGATE, case.id, case.version, event)
    return case


async def seen_case(acting: Acting, id: str) -> Case:
    """The case, for reading, if it exists for the actor. Raises NotFound."""
    return _seen(acting, await store.ROWS.load(acting.tx, id))


async def state_view(acting: Acting, id: str, statement: str) -> Case:
    """The officer states their view. Raises NotFound for anybody else, IllegalMove."""
    before = await store.ROWS.lock(acting.tx, id)
    if before.officer != acting.actor.name:
        raise NotFound(store.ROWS.called)
    key = await acting.agency.sealer.key(acting.tx, id)
    case = replace(before.heard(acting.now), sealed_statement=sealed(key, _c.sealed_statement, statement))
    store.ROWS.save(acting.tx, before, case)
    event = AccountabilityHeard(
        accountability_case=case_name(acting.tx.tenant, id),
        unit=case.point,
        statement=evidence(key, statement),
        visible_to=LevelMessage.ValueType(case.level),
    )
    acting.tell(AGGREGATE, id, case.version, event)
    return case


async def decide(acting: Acting, id: str, measure: Measure | None, reason: str) -> Case:
    """Takes a measure, or drops the case. Raises NotFound, Denied, IllegalMove, Refused."""
    before = _seen(acting, await store.ROWS.lock(acting.tx, id))
    if not decides(acting.actor, before):
        raise Denied("由立案的纪检机关处理，本人不能处理自己的事项。", "NOT_DECIDER")
    decided = before.decided(measure, acting.actor.name, acting.now)
    key = await acting.agency.sealer.key(acting.tx, id)
    case = replace(decided, sealed_reason=sealed(key, _c.sealed_reason, reason))
    store.ROWS.save(acting.tx, before, case)
    why = evidence(key, reason)
    event = AccountabilityDropped(reason=why) if measure is None else _measured(case, measure, why)
    event.accountability_case = case_name(acting.tx.tenant, id)
    event.unit = case.point
    event.visible_to = LevelMessage.ValueType(case.level)
    acting.tell(AGGREGATE, id, case.version, event)
    await keep(acting.tx, "accountabilityCases", id, acting.now)
    return case


def _measured(case: Case, measure: Measure, reason: TextEvidence | None) -> AccountabilityDecided:
    return AccountabilityDecided(
        officer=case.officer,
        ground=CaseMessage.Ground.ValueType(case.ground),
        measure=CaseMessage.Measure.ValueType(measure),
        reason=reason,
    )


def _seen(acting: Acting, case: Case) -> Case:
    if not sees(acting.actor, case):
        raise NotFound(store.ROWS.called)
    return case


def case_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/accountabilityCases/{id}"
