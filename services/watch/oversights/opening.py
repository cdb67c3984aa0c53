"""Opening oversights and ending them: what other features of the service cause. Knows nothing of who may see what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from minshao.watch.v1 import (
    OversightAnswered,
    OversightAttached,
    OversightOrdered,
    OversightOverdue,
    OversightRescheduled,
    OversightRestricted,
)

from services.common import deadlines, ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.instants import stamp
from services.common.periods import local_date, overdue_from
from services.common.sealing import DataKey
from services.watch.oversights import store, texts
from services.watch.oversights.domain import OVERDUE_DAYS, Origin, Oversight, Target
from services.watch.oversights.lateness import LateCase
from services.watch.recused import accounts_among, cadres_among, units_among
from services.watch.reports.domain.recusal import accused_as_whole
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Level

DUE = "oversight.due"

OversightEvent = (
    OversightOrdered
    | OversightAttached
    | OversightAnswered
    | OversightOverdue
    | OversightRestricted
    | OversightRescheduled
)


def open_oversight(
    tx: Tx,
    key: DataKey,
    actor: Actor,
    oversight: Oversight,
    report: Report | None,
    late_cases: Sequence[LateCase] = (),
) -> Oversight:
    """Opens it, as pending writes: the clock starts, and the order is announced, with the late cases behind it."""
    store.ROWS.insert(tx, texts.with_note_sealed(oversight, key))
    deadlines.schedule(tx, DUE, oversight.id, oversight.due_time)
    event = OversightOrdered(
        note=texts.evidence(oversight, key, oversight.note), cases=[each.case for each in late_cases]
    )
    _append(tx, actor, oversight, event, report, oversight.create_time)
    return oversight


def open_for_overdue(tx: Tx, key: DataKey, actor: Actor, report: Report, now: datetime) -> Oversight:
    """The oversight of the town discipline committee over a unit's overdue report."""
    last_day = local_date(now) + timedelta(days=OVERDUE_DAYS)
    oversight = Oversight(
        tenant=tx.tenant,
        id=uuid4().hex,
        origin=Origin.OVERDUE,
        target=Target.REPORT,
        report=report.id,
        unit=report.organ,
        note="逾期未答复，请尽快办理并答复反映人。",
        due_time=overdue_from(last_day),
        level=Level.TOWN,
        orderer=actor.name,
        create_time=now,
    )
    return open_oversight(tx, key, actor, oversight, report)


def end_oversight(
    tx: Tx, key: DataKey, actor: Actor, before: Oversight, answer: str, report: Report | None, now: datetime
) -> Oversight:
    """Answers it, as pending writes; late stays late."""
    answered = texts.with_answer_sealed(before.answered(answer, actor.name, now), key)
    store.ROWS.save(tx, before, answered)
    deadlines.cancel(tx, answered.id, DUE)
    _append(tx, actor, answered, OversightAnswered(answer=texts.evidence(answered, key, answer)), report, now)
    return answered


async def answer_with_report(tx: Tx, key: DataKey, actor: Actor, report: Report, answer: str, now: datetime) -> None:
    """What ends a report, its answer or its refusal, answers the oversights of it. `key` is the report's."""
    for oversight in await store.open_of_report(tx, report.id):
        end_oversight(tx, key, actor, oversight, answer, report, now)


def attach(tx: Tx, actor: Actor, before: Oversight, late: LateCase, now: datetime) -> None:
    """One more late case is behind an open oversight of a point, as pending writes."""
    after = before.attached()
    store.ROWS.save(tx, before, after)
    _append(tx, actor, after, OversightAttached(case=late.case, number=late.number), None, now)


def keep_from_more(tx: Tx, actor: Actor, before: Oversight, after: Oversight, now: datetime) -> None:
    """It is seen from a higher level on, or kept from more accounts, as pending writes."""
    store.ROWS.save(tx, before, after)
    _append(tx, actor, after, OversightRestricted(), None, now)


def reschedule(tx: Tx, actor: Actor, before: Oversight, after: Oversight, now: datetime) -> None:
    """It is due at another time, as pending writes."""
    store.ROWS.save(tx, before, after)
    deadlines.schedule(tx, DUE, after.id, after.due_time)
    _append(tx, actor, after, OversightRescheduled(), None, now)


def announce_overdue(tx: Tx, actor: Actor, before: Oversight, report: Report | None, now: datetime) -> Oversight:
    """The last day has passed without an answer, as pending writes."""
    late = before.overdue()
    store.ROWS.save(tx, before, late)
    _append(tx, actor, late, OversightOverdue(), report, now)
    return late


def _append(
    tx: Tx,
    actor: Actor,
    oversight: Oversight,
    event: OversightEvent,
    report: Report | None,
    now: datetime,
) -> None:
    event.oversight = f"tenants/{oversight.tenant}/oversights/{oversight.id}"
    event.unit = oversight.unit
    event.origin = int(oversight.origin)
    event.due_time.CopyFrom(stamp(oversight.due_time))
    event.level = int(oversight.level)
    event.visible_to = int(report.level if report else oversight.seen_from)
    if oversight.warning and not isinstance(event, OversightAttached):
        event.warning = oversight.warning
        event.recused_accounts.extend(accounts_among(oversight.kept_from))
        event.recused_cadres.extend(cadres_among(oversight.kept_from))
        event.recused_units.extend(units_among(oversight.kept_from))
    if report and not isinstance(event, OversightAttached):
        event.report = f"tenants/{report.tenant}/reports/{report.id}"
        event.subject_cadre = report.subject_cadre or ""
        event.recused_accounts.extend(report.conflicted)
        event.recused_units.extend(accused_as_whole(report))
    ledger.append(tx, actor, "oversight", oversight.id, oversight.version, event, now)
