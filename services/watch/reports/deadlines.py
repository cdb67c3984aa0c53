"""What happens to a report when one of its deadlines comes: each locks the report, looks again, and acts once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from minshao.watch.v1 import ReportDueSoon, ReportEscalated, ReportOverdue

from services.watch.oversights.opening import open_for_overdue
from services.watch.reports import store
from services.watch.reports.acting import Acting, ReportEvent
from services.watch.reports.domain import deadlines
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.states import State
from services.watch.reports.domain.terms import Level, Satisfaction
from services.watch.reports.keeping import end_receipt, shred
from services.watch.reports.use_cases.settle import close_report


async def due_soon(acting: Acting, report: Report) -> None:
    """The last day of a general report, the last five of a major one, has begun."""
    if report.state.open and acting.now < report.due_time:
        acting.record(report, report, [ReportDueSoon()])


async def overdue(acting: Acting, report: Report) -> None:
    """Announces overdue once for the period. The town discipline committee takes a unit's report under oversight; of
    its own the county is told at once (domain: watch, Overdue)."""
    if not report.state.open or report.announced_period == report.period or acting.now < report.due_time:
        return
    announced = report.overdue_announced(acting.now)
    events: list[ReportEvent] = [ReportOverdue()]
    if report.level is not Level.COUNTY:
        events.append(ReportEscalated(to_level=int(announced.escalated_level or Level.COUNTY)))
    if report.level is Level.UNIT:
        open_for_overdue(acting.tx, await acting.key(report), acting.actor, report, acting.now)
        announced = replace(announced, under_oversight=True)
    acting.record(report, announced, events)


async def escalation(acting: Acting, report: Report) -> None:
    """A week after a unit's report fell overdue, or when it is overdue as a major one: the county is told."""
    due = deadlines.deadlines_of(report).get(deadlines.ESCALATION)
    if due is not None and due <= acting.now:
        acting.record(report, report.escalated(Level.COUNTY), [ReportEscalated(to_level=int(Level.COUNTY))])


async def silence(acting: Acting, report: Report) -> None:
    """Fifteen days after the answer without a word from the reporter: closed."""
    if report.state is State.ANSWERED:
        await close_report(acting, report, Satisfaction.SILENT)


HANDLERS: dict[str, Callable[[Acting, Report], Awaitable[None]]] = {
    deadlines.DUE_SOON: due_soon,
    deadlines.OVERDUE: overdue,
    deadlines.ESCALATION: escalation,
    deadlines.SILENCE: silence,
    deadlines.RECEIPT_EXPIRY: end_receipt,
    deadlines.SHREDDING: shred,
}


async def fire(acting: Acting, kind: str, report: str) -> None:
    """Locks the report and lets its deadline come."""
    await HANDLERS[kind](acting, await store.lock(acting.tx, report))
