"""Counting again what was promised, when the calendar has changed (domain §3, Clocks).

In batches, each a transaction of its own: an end in the middle loses nothing, since each case says by which revision of
the calendar it was counted. Whatever moves of a case is one entry of the ledger: each date with the old one and the new
one, and why. A deadline that has come stays past, unless its date has moved ahead; one that moved behind the present
comes at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog
from minshao.agency.v1 import CasePromiseMoved

from services.agency.calendars.store import changes_after, why_since
from services.agency.cases import store
from services.agency.cases.acting import Acting, CaseEvent
from services.agency.cases.domain import deadlines as kinds
from services.agency.cases.domain.case import Case, Part
from services.agency.cases.domain.dates import counted, still_told
from services.agency.cases.domain.deadlines import Key, deadlines_of
from services.agency.oversights.opening import lift_what_holds_no_more
from services.common import deadlines
from services.common.periods import local_date

BATCH = 500

Moved = CasePromiseMoved.Moved

DAYS = {
    kinds.DEEMED: Moved.KIND_DEEMED,
    kinds.HALF: Moved.KIND_HALF_USED,
    kinds.MOST: Moved.KIND_MOST_USED,
    kinds.LAST_DAY: Moved.KIND_LAST_DAY,
    kinds.PART_LAST_DAY: Moved.KIND_DESK_LAST_DAY,
    kinds.DEBT_DUE_SOON: Moved.KIND_DEBT_DUE_SOON,
}
"""What is told of each kind of deadline, but for those whose dates the case itself keeps."""
KEPT = frozenset({kinds.OVERDUE, kinds.PART_OVERDUE})
"""These come again where the date of a lateness has moved ahead."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recounted:
    """A case before and after, and all that moved."""

    before: Case
    after: Case
    moved: Sequence[Moved]


async def recount(acting: Acting) -> bool:
    """Counts a batch again; whether there may be more."""
    tx, revision = acting.tx, acting.dated.revision
    cases = await store.behind(tx, revision, BATCH)
    await _recount(acting, cases)
    if cases:
        left = await store.count_behind(tx, revision)
        log.info("promises counted again", tenant=tx.tenant, revision=revision, cases=len(cases), left=left)
    return len(cases) == BATCH


async def recount_case(acting: Acting, id: str, fired: deadlines.Deadline) -> bool:
    """Counts one case again whose deadline has just fired by an earlier calendar; whether there was such a case."""
    cases = await store.behind(acting.tx, acting.dated.revision, 1, id)
    await _recount(acting, cases, {(fired.kind, fired.owner): fired.due_time})
    return bool(cases)


async def _recount(
    acting: Acting, cases: Sequence[tuple[Case, int]], fired: Mapping[Key, datetime] | None = None
) -> None:
    if not cases:
        return
    changes = await changes_after(acting.tx, min(revision for _, revision in cases))
    pending = await _pending(acting, [case for case, _ in cases]) | dict(fired or {})
    stayed, moved = [], []
    for case, revision in cases:
        recounted = _recounted(acting, case, pending)
        if recounted.moved:
            why = why_since(changes, revision)
            event = CasePromiseMoved(old_date=str(case.promised_date or ""), why=why, moved=recounted.moved)
            events: list[CaseEvent] = [event, *await lift_what_holds_no_more(acting, case, recounted.after)]
            moved.append((recounted, events))
        else:
            stayed.append(recounted)
    if stayed:
        store.save_revision(acting.tx, [each.before.id for each in stayed], acting.dated.revision)
    parts = [part for each in (*stayed, *(recounted for recounted, _ in moved)) for part in _changed(each)]
    if parts:
        store.save_last_days(acting.tx, parts)
    if moved:
        acting.move_promises([(recounted.after, events) for recounted, events in moved])


def _recounted(acting: Acting, case: Case, pending: Mapping[Key, datetime]) -> Recounted:
    """Counts a case, and sets those of its deadlines that have not come yet, or come again."""
    now = deadlines_of(case, acting.dated.calendar)
    for (kind, owner), due in now.items():
        comes = pending.get((kind, owner))
        if comes != due and (comes is not None or (kind in KEPT and due > acting.now)):
            deadlines.schedule(acting.tx, kind, owner, due)
    after = counted(case, acting.dated.calendar)
    moved = [*_moved_dates(case, after), *_moved_deadlines(case, now, pending)]
    return Recounted(case, _first_counted(case, still_told(case, after, acting.today), now, pending), moved)


def _first_counted(before: Case, after: Case, now: Mapping[Key, datetime], pending: Mapping[Key, datetime]) -> Case:
    """The same, where an earlier version kept no dates of desks: a deadline that does not come any more was told."""
    parts = list(after.parts)
    for number, (old, new) in enumerate(zip(before.parts, after.parts, strict=True)):
        key = (kinds.PART_OVERDUE, f"{after.id}/{new.step}.{new.place}")
        if old.due_date is None and key in now and key not in pending:
            parts[number] = replace(new, overdue_date=new.due_date)
    return replace(after, parts=tuple(parts))


def _moved_dates(before: Case, after: Case) -> Iterator[Moved]:
    if before.promised_date != after.promised_date:
        yield _moved(Moved.KIND_PROMISE, "", before.promised_date, after.promised_date)
    for old, new in zip(before.parts, after.parts, strict=True):
        if old.due_date is not None and old.due_date != new.due_date:
            yield _moved(Moved.KIND_DESK, new.desk, old.due_date, new.due_date)


def _moved_deadlines(case: Case, now: Mapping[Key, datetime], pending: Mapping[Key, datetime]) -> Iterator[Moved]:
    desks = {f"{case.id}/{part.step}.{part.place}": part.desk for part in case.parts}
    for (kind, owner), due in now.items():
        old = pending.get((kind, owner))
        if kind in DAYS and old is not None and old != due:
            yield _moved(DAYS[kind], desks.get(owner, ""), *(_day(kind, each) for each in (old, due)))


def _day(kind: str, comes: datetime) -> date:
    """The day of a deadline: of one that ends a period its last day, else that on which it comes."""
    return local_date(comes) - timedelta(days=kind == kinds.DEEMED)


def _moved(kind: Moved.Kind.ValueType, desk: str, old: date | None, new: date | None) -> Moved:
    return Moved(kind=kind, desk=desk, old_date=str(old or ""), new_date=str(new or ""))


async def _pending(acting: Acting, cases: Sequence[Case]) -> dict[Key, datetime]:
    """When those deadlines of the cases come that have not come yet."""
    owners = [
        owner
        for case in cases
        for owner in (case.id, *(f"{case.id}/{part.step}.{part.place}" for part in case.parts if part.running))
    ]
    found = await deadlines.set_for(acting.tx, owners)
    return {(each.kind, each.owner): each.due_time for each in found}


def _changed(recounted: Recounted) -> Iterator[tuple[str, Part]]:
    parts = zip(recounted.before.parts, recounted.after.parts, strict=True)
    yield from ((recounted.after.id, new) for old, new in parts if old != new)
