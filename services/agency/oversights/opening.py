"""What cases cause in urgings and oversights: opening them, and ending them by what is done.

Knows nothing of who may see what. The case is locked; everything here is pending writes and events of the case.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from minshao.agency.v1 import (
    CaseEscalated,
    CaseOverdueLifted,
    CaseOversightAnswered,
    CaseOversightLifted,
    CaseOversightOrdered,
)
from minshao.agency.v1 import CaseOversight as Shown
from minshao.common.v1 import Level as Told

from services.agency.cases.acting import Acting, CaseEvent
from services.agency.cases.domain.case import Case
from services.agency.cases.domain.dates import counted, still_told, was_told
from services.agency.oversights import store
from services.agency.oversights.domain.causes import Cause, first_at, late_no_more
from services.agency.oversights.domain.oversight import CaseOversight, Kind, State, answer_by
from services.common import deadlines
from services.common.periods import overdue_from

DUE = "case_oversight.due"


def open_by_itself(
    acting: Acting, case: Case, causes: Iterable[Cause], known: Iterable[CaseOversight]
) -> list[CaseEvent]:
    """Asks the desks for each of the causes, as the system; the events that tell of it, escalation among them."""
    there, events = list(known), list[CaseEvent]()
    last_day = answer_by(acting.today, acting.dated.calendar)
    for cause in causes:
        oversight = cause.record(case, uuid4().hex, acting.actor.name, acting.now, last_day)
        if first_at(cause, there):
            events.append(_escalated(oversight))
        events += open_oversight(acting, oversight)
        there.append(oversight)
    return events


def open_oversight(acting: Acting, oversight: CaseOversight) -> list[CaseOversightOrdered]:
    """Writes a new record. An oversight starts its clock, and is told of."""
    store.ROWS.insert(acting.tx, oversight)
    if oversight.last_day is None:
        return []
    deadlines.schedule(acting.tx, DUE, f"{oversight.case}/{oversight.id}", overdue_from(oversight.last_day))
    return [
        CaseOversightOrdered(
            oversight=oversight.name,
            desk=oversight.desk,
            origin=Shown.Origin.ValueType(oversight.origin),
            overseer=Shown.Overseer.ValueType(oversight.overseer),
            level=Told.ValueType(oversight.overseer.level),
            last_day=str(oversight.last_day),
        )
    ]


async def end_what_is_done(acting: Acting, case: Case) -> list[CaseOversightAnswered]:
    """What was done answers what was asked for. Of an oversight that is told; of an urging, and of a proposal that is
    idle now, the event of what was done tells enough."""
    events = []
    for oversight in await store.waiting(acting.tx, case.id):
        if oversight.idle_in(case):
            done = oversight.done(acting.actor.name, acting.now)
            store.ROWS.save(acting.tx, oversight, done)
            if done.kind is Kind.OVERSIGHT:
                events.append(answered(done))
    return events


async def lift_what_holds_no_more(
    acting: Acting, before: Case, after: Case
) -> list[CaseOverdueLifted | CaseOversightLifted]:
    """Tells where a case is late no more, since its dates have moved ahead, and ends the oversights of that, as the
    system. `before` says of what it was told."""
    if not was_told(before) and not was_told(after):
        return []
    dated = still_told(before, counted(after, acting.dated.calendar), acting.today)
    known = await store.of_case(acting.tx, after.id)
    desks = sorted(late_no_more(before, dated, known))
    events: list[CaseOverdueLifted | CaseOversightLifted] = [CaseOverdueLifted(desks=desks)] if desks else []
    for oversight in known:
        if oversight.baseless_in(dated, acting.today):
            lifted = oversight.lifted()
            store.ROWS.save(acting.tx, oversight, lifted)
            if lifted.state is State.LIFTED:
                deadlines.cancel(acting.tx, f"{after.id}/{oversight.id}", DUE)
                events.append(_lifted(lifted))
    return events


def answered(oversight: CaseOversight) -> CaseOversightAnswered:
    """The event of an answer."""
    return CaseOversightAnswered(
        oversight=oversight.name,
        desk=oversight.desk,
        kind=Shown.Kind.ValueType(oversight.kind),
        overseer=Shown.Overseer.ValueType(oversight.overseer),
        level=Told.ValueType(oversight.overseer.level),
        late=oversight.late,
    )


def _lifted(oversight: CaseOversight) -> CaseOversightLifted:
    return CaseOversightLifted(
        oversight=oversight.name,
        desk=oversight.desk,
        overseer=Shown.Overseer.ValueType(oversight.overseer),
        level=Told.ValueType(oversight.overseer.level),
    )


def _escalated(oversight: CaseOversight) -> CaseEscalated:
    """Told to the level that it has come to, and above."""
    level = Told.ValueType(oversight.overseer.level)
    overseer = Shown.Overseer.ValueType(oversight.overseer)
    return CaseEscalated(level=level, overseer=overseer, desk=oversight.desk, visible_to=level)
