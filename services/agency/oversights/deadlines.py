"""What happens when a clock of a case, or the last day of an oversight, comes: each looks again, and acts once."""

from __future__ import annotations

from dataclasses import replace

from minshao.agency.v1 import CaseOverdue, CaseOversightOverdue, CaseUrged, CaseUrgeProposed
from minshao.agency.v1 import CaseOversight as Shown
from minshao.common.v1 import Level as Told

from services.agency.cases import store as cases
from services.agency.cases.acting import Acting, CaseEvent
from services.agency.cases.domain.case import Case
from services.agency.cases.domain.dates import told_overdue
from services.agency.cases.domain.deadlines import SHARES, deadlines_of
from services.agency.oversights import store
from services.agency.oversights.domain.causes import ORIGINS, Cause, causes, escalation, new
from services.agency.oversights.domain.oversight import CaseOversight, Origin, State, place_of
from services.agency.oversights.opening import open_by_itself


async def clock_came(acting: Acting, case: Case, kind: str, place: str) -> None:
    """A deadline of the case, or of what the desk at `place` does, has come: told with whom it asks, once. A lateness
    is told by its date: once more only when a later one has passed."""
    found = list(causes(case, kind, place, deadlines_of(case, acting.dated.calendar)))
    known = await store.of_case(acting.tx, case.id)
    fresh = new(found, known)
    after = told_overdue(case, place) if ORIGINS[kind] is Origin.OVERDUE else case
    is_news = after != case if ORIGINS[kind] is Origin.OVERDUE else fresh or not found
    events = [_announcement(case, kind, place, fresh)] if is_news else []
    events += open_by_itself(acting, case, fresh, known)
    if events:
        acting.record(case, after, *events)


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
        store.ROWS.save(acting.tx, oversight, replace(oversight, late=True))
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
            at_work = [part.desk for part in case.parts if part.running]
            return CaseOverdue(desk=desk, desks=() if place else at_work)
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
