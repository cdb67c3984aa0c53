"""What becomes of a finding: mended by the people of its point, confirmed or sent back by whoever inspects."""

from __future__ import annotations

from datetime import date

from minshao.agency.v1 import FindingConfirmed, FindingEnded, FindingMended, FindingSentBack

from services.agency.cases.sight import works_at
from services.agency.forgetting import keep
from services.agency.inspections import store, texts
from services.agency.inspections.acting import Acting
from services.agency.inspections.domain.finding import Finding, check_mend_by
from services.common.access import Role
from services.common.errors import Denied


async def mend_finding(acting: Acting, id: str, text: str) -> Finding:
    """The people of the point say what they did about it. Raises Denied for others who see it."""
    before = await acting.locked_finding(id)
    if not works_at(acting.actor, acting.tx.tenant, before.point):
        raise Denied("由该代理点的工作人员整改。", "NOT_ITS_POINT")
    after = before.mended(acting.actor.name, acting.now)
    key = await acting.key(before.inspection)
    evidence = texts.put(acting.tx, key, texts.mending(id), text, acting.actor, acting.now)
    return acting.record(before, after, FindingMended(text=evidence))


async def confirm_finding(acting: Acting, id: str) -> Finding:
    """Whoever inspects has seen that it is mended. With the last of its findings an inspection ends."""
    inspection = (await acting.finding(id)).inspection
    unconfirmed = await store.lock_unconfirmed_of(acting.tx, inspection)
    before = await _inspected(acting, id)
    after = acting.record(before, before.confirmed(acting.actor.name, acting.now), FindingConfirmed())
    if {each.id for each in unconfirmed} == {id}:
        await keep(acting.tx, "inspections", inspection, acting.now)
    return after


async def send_back_finding(acting: Acting, id: str, reason: str, mend_by: date) -> Finding:
    """Whoever inspects does not think that it is mended, and gives a new date."""
    check_mend_by("mend_by", mend_by, acting.today)
    before = await _inspected(acting, id)
    after = before.sent_back(mend_by)
    key = await acting.key(before.inspection)
    evidence = texts.put(acting.tx, key, texts.objection(id), reason, acting.actor, acting.now)
    return acting.record(before, after, FindingSentBack(reason=evidence))


async def end_with_point(acting: Acting, point: str) -> None:
    """A point was retired: what is not confirmed yet of its findings ends, and with them the inspections."""
    ending = await store.lock_unconfirmed_at(acting.tx, point)
    for finding in ending:
        acting.record(finding, finding.ended(acting.today), FindingEnded())
    for inspection in sorted({each.inspection for each in ending}):
        await keep(acting.tx, "inspections", inspection, acting.now)


async def _inspected(acting: Acting, id: str) -> Finding:
    """The finding, locked, for discipline officers, and for the volunteer who found it. Raises Denied for another, and
    for whoever said that it is mended."""
    finding = await acting.locked_finding(id)
    if finding.mender == acting.actor.name:
        raise Denied("不能复核自己所作的整改。", "OWN_MENDING")
    if acting.actor.has(Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE):
        return finding
    inspection = await store.load(acting.tx, finding.inspection)
    if inspection is None or inspection.inspector != acting.actor.name:
        raise Denied("由检查人或者纪检干部复核。", "NOT_ITS_INSPECTOR")
    return finding
