"""What a use case has in its hands, and the one door through which a finding changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, cast

from google.protobuf.message import Message
from minshao.agency.v1 import FindingReference
from minshao.common.v1 import LEVEL_UNIT

from services.agency.agency import Agency
from services.agency.inspections import store
from services.agency.inspections.domain.finding import Finding
from services.agency.inspections.domain.inspection import Inspection
from services.agency.volunteers.use_cases import in_term
from services.common import deadlines, ledger
from services.common.access import SYSTEM, Actor
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.common.sealing import DataKey
from services.common.sight import units_in_sight
from services.common.workdays import Calendar


class FindingEvent(Protocol):
    """Any event of a finding: it names it, its unit, and the level that may see it."""

    @property
    def finding(self) -> FindingReference: ...

    unit: str
    visible_to: int


@dataclass(frozen=True, slots=True)
class Acting:
    """One person, or the system, acting on inspections in one transaction."""

    agency: Agency
    tx: Tx
    actor: Actor
    """As a volunteer of those points alone for which they are in office today."""
    calendar: Calendar
    now: datetime

    @property
    def today(self) -> date:
        return local_date(self.now)

    async def inspection(self, id: str) -> Inspection:
        """The inspection, if it exists for the actor. Raises NotFound."""
        found = await store.load(self.tx, id)
        if found is None or not self.sees(found.point):
            raise NotFound("检查记录", inspection_name(self.tx.tenant, id), reason="NO_INSPECTION")
        return found

    async def finding(self, id: str) -> Finding:
        """The finding, if it exists for the actor. Raises NotFound."""
        return self._seen(await store.FINDING_ROWS.load(self.tx, id))

    async def locked_finding(self, id: str) -> Finding:
        """The same, locked until the transaction ends."""
        return self._seen(await store.FINDING_ROWS.lock(self.tx, id))

    def sees(self, point: str) -> bool:
        points = units_in_sight(self.actor)
        return points is None or point in points

    async def key(self, inspection: str) -> DataKey:
        return await self.agency.sealer.key(self.tx, inspection)

    def open(self, finding: Finding, event: FindingEvent) -> None:
        """PENDING: a new finding, with its deadlines."""
        store.FINDING_ROWS.insert(self.tx, finding)
        self._schedule(finding)
        self._tell(finding, event)

    def record(self, before: Finding, after: Finding, event: FindingEvent) -> Finding:
        """PENDING: what changed, the deadlines that follow from it, and the event in the ledger."""
        store.FINDING_ROWS.save(self.tx, before, after)
        if gone := before.deadlines(self.calendar).keys() - after.deadlines(self.calendar).keys():
            deadlines.cancel(self.tx, after.id, *sorted(gone))
        if after.mend_by != before.mend_by or after.state is not before.state:
            self._schedule(after)
        self._tell(after, event)
        return after

    def _schedule(self, finding: Finding) -> None:
        for kind, due in finding.deadlines(self.calendar).items():
            deadlines.schedule(self.tx, kind, finding.id, due)

    def _seen(self, finding: Finding) -> Finding:
        if not self.sees(finding.point):
            raise NotFound("问题", finding_name(self.tx.tenant, finding.id), reason="NO_FINDING")
        return finding

    def _tell(self, finding: Finding, event: FindingEvent) -> None:
        event.finding.CopyFrom(
            FindingReference(
                finding=finding_name(self.tx.tenant, finding.id),
                inspection=inspection_name(self.tx.tenant, finding.inspection),
                mend_by=str(finding.mend_by),
                late=finding.late,
            )
        )
        event.unit = finding.point
        event.visible_to = LEVEL_UNIT
        ledger.append(self.tx, self.actor, "finding", finding.id, finding.version, cast("Message", event), self.now)


@asynccontextmanager
async def acting_in(agency: Agency, call: Call) -> AsyncIterator[Acting]:
    """The one transaction of a call, and the caller in it."""
    async with call.transaction() as tx:
        yield await acting_of(agency, tx, call)


async def acting_of(agency: Agency, tx: Tx, call: Call) -> Acting:
    """The caller. A volunteer whose term has ended has no rights, whatever the token says."""
    actor = await in_term(tx, call.actor, call.now)
    return Acting(agency, tx, actor, (await agency.calendars.of(tx)).calendar, call.now)


async def system_acting(agency: Agency, tx: Tx, now: datetime) -> Acting:
    """The service itself."""
    return Acting(agency, tx, SYSTEM("agency"), (await agency.calendars.of(tx)).calendar, now)


def inspection_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/inspections/{id}"


def finding_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/findings/{id}"
