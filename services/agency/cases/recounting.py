"""Counting again what was promised, when the calendar has changed (domain §3, Clocks).

In batches, each a transaction of its own: an end in the middle loses nothing, since each case says by which revision of
the calendar it was counted. Whatever moves is an entry of the ledger with the old date, the new one, and why.
"""

from __future__ import annotations

import structlog
from minshao.agency.v1 import CasePromiseMoved

from services.agency.calendars.store import changes_after
from services.agency.cases import store
from services.agency.cases.acting import Acting
from services.agency.cases.domain.case import Case
from services.agency.cases.domain.deadlines import deadlines_of
from services.common import deadlines

BATCH = 500
MOST_REASONS = 5
"""So many changes are named in one entry; the newest ones."""

log = structlog.get_logger(__name__)


async def recount(acting: Acting) -> bool:
    """Counts a batch again; whether there may be more."""
    tx, revision = acting.tx, acting.dated.revision
    cases = await store.behind(tx, revision, BATCH)
    changes = await changes_after(tx, min(counted for _, counted in cases)) if cases else []
    stayed, moved = [], []
    for case, counted in cases:
        _move_deadlines(acting, case)
        due = acting.due(case)
        if case.promised_date == (due.last_day if due else None):
            stayed.append(case.id)
        else:
            why = "；".join([said for at, said in changes if at > counted][-MOST_REASONS:])
            moved.append((case, due, CasePromiseMoved(old_date=str(case.promised_date or ""), why=why)))
    if stayed:
        store.save_revision(tx, stayed, revision)
    if moved:
        acting.move_promises(moved)
    if cases:
        left = await store.count_behind(tx, revision) - len(cases)
        log.info("promises counted again", tenant=tx.tenant, revision=revision, cases=len(cases), left=left)
    return len(cases) == BATCH


def _move_deadlines(acting: Acting, case: Case) -> None:
    """Sets all deadlines of the case as the calendar of today has them; which ones it has does not change by it."""
    for (kind, owner), due in deadlines_of(case, acting.dated.calendar).items():
        if due > acting.now:
            deadlines.schedule(acting.tx, kind, owner, due)
