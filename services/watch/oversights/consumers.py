"""What follows from the agency's late cases: the third within thirty days at one point brings it under oversight, and
later ones attach to it while it is open; once it was answered, counting begins anew (domain §4). What was not late
after all counts no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from minshao.agency.v1 import CaseOverdue, CaseOverdueLifted

from services.common.access import is_county, tenant_of_unit
from services.common.errors import NotFound
from services.common.events import Event
from services.common.organisation import store as organisation
from services.common.organisation.domain import Unit
from services.common.periods import local_date, overdue_from
from services.common.understanding import own
from services.watch.oversights import late_cases, opening, texts
from services.watch.oversights.domain import Origin, Oversight, State, Target
from services.watch.oversights.lateness import ANSWER_DAYS, LateCase, too_many
from services.watch.posts.domain import KINDS_WITH_POST
from services.watch.reports.acting import Acting
from services.watch.reports.domain.terms import Level


async def case_overdue(acting: Acting, event: Event, said: CaseOverdue) -> None:
    """Counts a late case once at each point of this tenant where it is late, and orders or goes on with what follows.

    Holds the units until the commit, in one order: cases of several towns that are late at one window at the same
    moment count one after the other. Raises NotFound as long as a unit is unknown here.
    """
    own(event.tenant, said.case.case, "代理件")
    for unit in sorted(units_of(said)):
        if (tenant_of_unit(unit) or event.tenant) == acting.tx.tenant:
            await _late_at(acting, event, said, unit)


async def case_overdue_lifted(acting: Acting, event: Event, said: CaseOverdueLifted) -> None:
    """The case counts no more at the points of this tenant where it is late no more. An oversight that it brought about
    stays until it is answered."""
    own(event.tenant, said.case.case, "代理件")
    for unit in sorted(units_of(said)):
        if (tenant_of_unit(unit) or event.tenant) == acting.tx.tenant:
            await organisation.lock_unit(acting.tx, unit)
            late_cases.lift(acting.tx, unit, said.case.case)


def units_of(said: CaseOverdue | CaseOverdueLifted) -> set[str]:
    """Codes of the units at whose point or desk the case is late, or is so no more: of a desk's own time that desk, of
    the promise all that have the case then; the point at which it came in, where no desk has it."""
    if isinstance(said, CaseOverdueLifted):
        return set(said.desks)
    return {said.desk} if said.desk else set(said.desks) or {said.case.unit}


async def _late_at(acting: Acting, event: Event, said: CaseOverdue, unit_code: str) -> None:
    tx = acting.tx
    unit = await organisation.lock_unit(tx, unit_code)
    if unit is None:
        raise NotFound("单位", f"tenants/{tx.tenant}/units/{unit_code}", reason="NO_UNIT")
    before = await late_cases.last_of(tx, unit.code, said.case.case)
    if before and not before.lifted:
        return
    late = LateCase(unit=unit.code, case=said.case.case, number=said.case.number, event=str(event.id), time=event.time)
    late_cases.put(tx, replace(late, oversight=await _followed_by(acting, unit, late)), before)


async def _followed_by(acting: Acting, unit: Unit, late: LateCase) -> str | None:
    """Id of the oversight that the case attaches to or brings about; None for none."""
    latest = await late_cases.latest_oversight(acting.tx, unit.code)
    if latest is not None and latest.state is State.OPEN:
        opening.attach(acting.tx, acting.actor, latest, late, acting.now)
        return latest.id
    since = latest.answer_time if latest else None
    if unit.retired or (since is not None and late.time <= since):
        return None
    gathered = too_many(await late_cases.counting_beside(acting.tx, late, since), late)
    return await _open(acting, unit, late, gathered) if gathered else None


async def _open(acting: Acting, unit: Unit, late: LateCase, gathered: Sequence[LateCase]) -> str:
    tx = acting.tx
    numbers = "、".join(each.number for each in gathered)
    oversight = Oversight(
        tenant=tx.tenant,
        id=uuid4().hex,
        origin=Origin.EVENT,
        target=Target.POST if unit.kind in KINDS_WITH_POST else Target.UNIT,
        unit=unit.code,
        note=f"三十日内有{len(gathered)}件代理件逾期（{numbers}），请查明原因、限期整改并回复。",
        due_time=overdue_from(local_date(acting.now) + timedelta(days=ANSWER_DAYS)),
        level=Level.COUNTY if is_county(tx.tenant) else Level.TOWN,
        orderer=acting.actor.name,
        create_time=acting.now,
        origin_event=late.event,
    )
    key = await texts.key_of(tx, acting.sealer, oversight)
    opening.open_oversight(tx, key, acting.actor, oversight, None, gathered)
    late_cases.attach(tx, unit.code, [each.case for each in gathered if each != late], oversight.id)
    return oversight.id
