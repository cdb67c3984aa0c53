"""What happens when a clock of a case, or the last day of an oversight, comes: each looks again, and acts once."""

from __future__ import annotations

from dataclasses import replace

from minshao.agency.v1 import CaseOverdue, CaseOversightOverdue, CaseUrged, CaseUrgeProposed
from minshao.agency.v1 import CaseOversight as Shown
from minshao.common.v1 import Level as Told

from services.agency.cases import store as cases
from services.agency.cases.acting import Acting, CaseEvent
from services.agency.cases.domain.case import Case
from services.agency.cases.domain.deadlines import SHARES, deadlines_of
from services.agency.oversights import store
from services.agency.oversights.domain.causes import ORIGINS, Cause, causes, escalation, new
from services.agency.oversights.domain.oversight import CaseOversight, Origin, State, place_of
from services.agency.oversights.opening import open_by_itself


async def clock_came(acting: Acting, case: Case, kind: str, place: str) -> None:
    """A deadline of the case, or of what the desk at `place` does, has come: told with whom it asks, once."""
    found = list(causes(case, kind, place, deadlines_of(case, acting.dated.calendar)))
    known = await store.of_case(acting.tx, case.id)
    fresh = new(found, known)
    if fresh or not found:
        events = open_by_itself(acting, case, fresh, known)
        acting.record(case, case, _announcement(case, kind, place, fresh), *events)


async def oversight_due(acting: Acting, owner: str) -> None:
    """The last day of an oversight has passed. Without an answer it is late; where it came to nothing, the county
    takes it."""
    id, _, oversight_id = owner.partition("/")
    case = await cases.lock(acting.tx, id)
    oversight = await store.load(acting.tx, case.id, oversight_id)
    if not case.state.open:
        return
    events: list[CaseEvent] = []
    if oversight.state is State.OPEN:
        store.save(acting.tx, oversight, replace(oversight, late=True))
        events.append(_overdue(oversight))
    known = await store.of_case(acting.tx, case.id)
    events += open_by_itself(acting, case, new(escalation(oversight, case), known), known)
    if events:
        acting.record(case, case, *events)


def _announcement(case: Case, kind: str, place: str, fresh: list[Cause]) -> CaseEvent:
    desk = next((part.desk for part in case.parts if place_of(part.step, part.place) == place), "")
    match ORIGINS[kind]:
        case Origin.LAST_DAY:
            return CaseUrged(desk=desk)
        case Origin.OVERDUE:
            return CaseOverdue(desk=desk)
        case _:
            return CaseUrgeProposed(used_percent=round(100 * SHARES[kind]), desks=[each.desk for each in fresh])


def _overdue(oversight: CaseOversight) -> CaseOversightOverdue:
    return CaseOversightOverdue(
        oversight=oversight.name,
        desk=oversight.desk,
        overseer=Shown.Overseer.ValueType(oversight.overseer),
        level=Told.ValueType(oversight.overseer.level),
        last_day=str(oversight.last_day),
    )
