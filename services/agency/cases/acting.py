"""What a use case has in its hands, and the one door through which a case changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, cast

from google.protobuf.message import Message
from minshao.agency.v1 import Case as Shown
from minshao.agency.v1 import CaseReference
from minshao.common.v1 import LEVEL_UNIT

from services.agency.agency import Agency
from services.agency.calendars.calendars import Dated
from services.agency.cases import explanations, outcomes, store
from services.agency.cases.domain.case import Case
from services.agency.cases.domain.dates import counted, is_late, late_parts, still_told, told_as
from services.agency.cases.domain.deadlines import deadlines_of
from services.agency.cases.sight import handles, receives, sees, works_at
from services.agency.points import store as points
from services.agency.points.domain import Tier
from services.agency.points.officers import deserted
from services.common import deadlines, ledger
from services.common.access import Actor, Role
from services.common.database import Tx
from services.common.errors import Denied, NotFound
from services.common.instants import stamp
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.common.sealing import DataKey
from services.common.workdays import Calendar, Due


class CaseEvent(Protocol):
    """Any event of a case: it names the case, and the level that may see it, the unit where it says none."""

    @property
    def case(self) -> CaseReference: ...

    visible_to: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised to the applicant, as it stands."""

    last_day: date | None
    """None before acceptance, and while a pause keeps it open."""
    provisional: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Acting:
    """One person, or the system, acting on cases in one transaction."""

    agency: Agency
    tx: Tx
    actor: Actor
    dated: Dated
    now: datetime

    @property
    def today(self) -> date:
        return local_date(self.now)

    async def found(self, id: str) -> Case:
        """The case, for reading, if it exists for the actor. Raises NotFound."""
        return self._seen(await store.load(self.tx, id))

    async def seen(self, id: str) -> Case:
        """The same, locked. Raises NotFound."""
        return self._seen(await store.lock(self.tx, id))

    async def received(self, id: str) -> Case:
        """The case, locked, for the people of its point. Raises NotFound, Denied."""
        case = await self.seen(id)
        if not receives(self.actor, case):
            raise Denied("由收件的代理点办理。", "NOT_ITS_POINT")
        return case

    async def handled(self, id: str) -> Case:
        """The case, locked, for whoever it has come to. Raises NotFound, Denied."""
        case = await self.seen(id)
        if not handles(self.actor, case):
            raise Denied("该代理件不由您所在的代理点（窗口）办理。", "NOT_AT_DESK")
        return case

    async def acts_for(self, case: Case, desk: str) -> bool:
        """Whether the actor does what is a desk's to do: its people; at one below the county also who answers for the
        case; and a clerk of the town for a village room where nobody is today."""
        if works_at(self.actor, case.tenant, desk):
            return True
        tiers = {part.tier for part in case.parts if part.desk == desk}
        if case.owner == self.actor.name and Tier.COUNTY not in tiers:
            return True
        if not self.actor.has(Role.TOWN_CLERK) or tiers != {Tier.VILLAGE}:
            return False
        point = (await points.load_those(self.tx, [desk])).get(desk)
        return point is not None and await deserted(self.tx, point, self.now)

    async def key(self, case: Case) -> DataKey:
        return await self.agency.sealer.key(self.tx, case.id)

    def due(self, case: Case) -> Due | None:
        """The promised date, by the calendar of today."""
        return case.clock.due(self.dated.calendar) if case.clock else None

    def promise(self, case: Case) -> Promise:
        """What is promised: by the calendar of today while the case is open, and as it stood when it was decided."""
        if not case.state.open:
            return Promise(case.promised_date, provisional=False, overdue=False)
        if (due := self.due(case)) is None:
            return Promise(None, provisional=False, overdue=False)
        return Promise(due.last_day, due.provisional, overdue=self.today > due.last_day)

    def open(self, case: Case, event: CaseEvent) -> Case:
        """Writes a new case with the event of its receipt, and sets its deadlines; all as pending writes."""
        store.insert(self.tx, case, self.dated.revision)
        for (kind, owner), due in deadlines_of(case, self.dated.calendar).items():
            deadlines.schedule(self.tx, kind, owner, due)
        self._tell(case, event)
        return case

    def record(self, before: Case, after: Case, *events: CaseEvent) -> Case:
        """Writes what changed, moves the deadlines and appends the events to the ledger, all as pending writes.

        Dates that another calendar has moved stay as they are until they are recounted, with an entry of their own.
        """
        calendar = self.dated.calendar
        after = replace(after, version=before.version + len(events))
        behind = before.state.open and after.state.open and counted(before, calendar) != before
        if before.state.open:
            dated = still_told(before, counted(after, calendar), self.today)
            after = told_as(after, dated) if behind else dated
        store.save(self.tx, before, after, self.due(after), self.dated.revision, behind=behind)
        if before.state.open and not after.state.open:
            outcomes.insert(self.tx, after, calendar)
            explanations.insert(self.tx, after, calendar)
        old, new = (deadlines_of(each, calendar) for each in (before, after))
        for (kind, owner), due in new.items():
            if old.get((kind, owner)) != due:
                deadlines.schedule(self.tx, kind, owner, due)
        for kind, owner in old.keys() - new.keys():
            deadlines.cancel(self.tx, owner, kind)
        for version, event in enumerate(events, before.version + 1):
            self._tell(replace(after, version=version), event)
        return after

    def move_promises(self, moved: Sequence[tuple[Case, Sequence[CaseEvent]]]) -> None:
        """Writes the dates of many cases as they were counted by the calendar of today, each with its events, as
        pending writes. Their deadlines are set by whoever counted."""
        after = [(replace(case, version=case.version + len(events)), self.due(case)) for case, events in moved]
        store.save_promises(self.tx, after, self.dated.revision)
        for case, events in moved:
            for version, event in enumerate(events, case.version + 1):
                self._tell(replace(case, version=version), event)

    def _tell(self, case: Case, event: CaseEvent) -> None:
        event.case.CopyFrom(reference_of(case, self.dated.calendar, self.today))
        event.visible_to = event.visible_to or LEVEL_UNIT
        ledger.append(self.tx, self.actor, "case", case.id, case.version, cast("Message", event), self.now)

    def _seen(self, case: Case) -> Case:
        if not sees(self.actor, case):
            raise NotFound("代理件", name_of(case), reason="NO_CASE")
        return case


@asynccontextmanager
async def acting_in(agency: Agency, call: Call) -> AsyncIterator[Acting]:
    """The one transaction of a call, and the caller in it."""
    async with call.transaction() as tx:
        yield await acting_of(agency, tx, call.actor, call.now)


async def acting_of(agency: Agency, tx: Tx, actor: Actor, now: datetime) -> Acting:
    return Acting(agency, tx, actor, await agency.calendars.of(tx), now)


def name_of(case: Case) -> str:
    return f"tenants/{case.tenant}/cases/{case.id}"


def reference_of(case: Case, calendar: Calendar, today: date) -> CaseReference:
    """The case, as events name it."""
    late = [CaseReference.Late.Desk(desk=each.desk, due_date=str(each.due_date)) for each in late_parts(case, today)]
    late.sort(key=lambda each: (each.due_date, each.desk))
    return CaseReference(
        case=name_of(case),
        number=case.number,
        unit=case.point,
        item=case.item,
        receive_time=stamp(case.receive_time),
        promised_date=str(case.promised_date or ""),
        state=Shown.State.ValueType(case.state),
        windows=_windows(case, calendar),
        late=CaseReference.Late(promise=is_late(case, today), desks=late),
    )


def _windows(case: Case, calendar: Calendar) -> Iterator[CaseReference.Window]:
    """The windows of the county that are not done with an open case."""
    for part in case.parts if case.state.open else ():
        if part.tier is Tier.COUNTY and part.end is None:
            due = case.due_of(part, calendar)
            yield CaseReference.Window(
                desk=part.desk,
                step=part.step + 1,
                start_date=str(part.start or ""),
                due_date=str(due.last_day) if due else "",
            )
