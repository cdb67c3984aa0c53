"""What the calendar does to findings: a reminder on the working day before the last one, and overdue, each once."""

from __future__ import annotations

from minshao.agency.v1 import FindingDueSoon, FindingOverdue

from services.agency.inspections import store
from services.agency.inspections.acting import Acting
from services.agency.inspections.domain.finding import DUE_SOON
from services.common import deadlines


async def fire(acting: Acting, kind: str, id: str) -> None:
    """What a deadline causes, if it is still the finding's. One that has moved waits for its new time."""
    finding = await store.FINDING_ROWS.lock(acting.tx, id)
    due = finding.deadlines(acting.calendar).get(kind)
    if due is None:
        return
    if due > acting.now:
        deadlines.schedule(acting.tx, kind, id, due)
    elif kind == DUE_SOON:
        acting.record(finding, finding.due_soon(), FindingDueSoon())
    else:
        acting.record(finding, finding.passed(), FindingOverdue())


async def count_again(acting: Acting) -> None:
    """The calendar has changed: reminders that are still to come, come by the new one."""
    for finding in await store.unreminded(acting.tx):
        deadlines.schedule(acting.tx, DUE_SOON, finding.id, finding.deadlines(acting.calendar)[DUE_SOON])
