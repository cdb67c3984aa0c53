"""From the officer's first step to the answer, with more time in between (domain: watch, Handling)."""

from __future__ import annotations

from datetime import date, datetime

from minshao.watch.v1 import (
    ReportAnswered,
    ReportAnswerTold,
    ReportMoreTimeDecided,
    ReportMoreTimeRequested,
    ReportRescheduled,
    ReportStarted,
    ReportSubstantiated,
)

from services.common.errors import Denied, NotFound
from services.common.instants import stamp
from services.common.periods import overdue_from
from services.watch.oversights.opening import answer_with_report
from services.watch.reports import store, texts
from services.watch.reports.acting import Acting, ReportEvent
from services.watch.reports.domain.clocks import last_day_before
from services.watch.reports.domain.recusal import decides_above
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Finding


async def start_investigation(acting: Acting, id: str) -> Report:
    report = await acting.handled(id)
    return acting.record(report, report.started(), [ReportStarted()])


async def request_more_time(acting: Acting, id: str, days: int, reason: str) -> Report:
    """Asks the next level, once and before the report is overdue."""
    report = await acting.handled(id)
    asked = report.asked_for_more_time(days, acting.actor.name, acting.now)
    evidence = texts.put(acting.tx, await acting.key(report), texts.MORE_TIME, reason, acting.actor.name, acting.now)
    return acting.record(report, asked, [ReportMoreTimeRequested(days=days, reason=evidence)])


async def decide_more_time(acting: Acting, id: str, granted: bool, reason: str) -> Report:
    """The next level's decision; the county decides on its own, by another officer."""
    report = await acting.seen(id)
    if not decides_above(report, acting.viewer):
        raise Denied("延期由上一级审批。", "NOT_NEXT_LEVEL")
    decided = report.more_time_decided(granted, acting.actor.name, acting.now)
    key = await acting.key(report)
    evidence = texts.put(acting.tx, key, texts.MORE_TIME_DECISION, reason, acting.actor.name, acting.now)
    return acting.record(report, decided, [ReportMoreTimeDecided(granted=granted, reason=evidence)])


async def answer_report(acting: Acting, id: str, finding: Finding, text: str) -> Report:
    """The answer to the reporter. Ends overdue, and the oversight that it had caused; late stays late."""
    return await _answer(acting, await acting.handled(id), finding, text)


async def answer_with_origin(acting: Acting, origin: str, text: str) -> None:
    """What the system made a report from was answered where it stands: that answers the report, if it is open still and
    due with it. A major matter is answered by who handles it.

    Raises NotFound as long as there is no such report.
    """
    report = await _made_from(acting, origin)
    if report.state.open and report.due_with_origin:
        await _answer(acting, report, Finding.ELSEWHERE, text)


async def reschedule_with_origin(acting: Acting, origin: str, last_day: date, why: str) -> None:
    """What the system made a report from is due on another day, and so is the report, if it is open still.

    Raises NotFound as long as there is no such report.
    """
    report = await _made_from(acting, origin)
    rescheduled = report.rescheduled(overdue_from(last_day))
    if rescheduled != report:
        before = last_day_before(report.due_time)
        event = ReportRescheduled(old_last_day=str(before), last_day=str(last_day), why=why)
        acting.record(report, rescheduled, [event])


async def _made_from(acting: Acting, origin: str) -> Report:
    report = await store.lock_made_from(acting.tx, origin)
    if report is None:
        raise NotFound("反映", origin)
    return report


async def _answer(acting: Acting, report: Report, finding: Finding, text: str) -> Report:
    answered = report.answered(finding, acting.actor.name, acting.now)
    key = await acting.key(report)
    evidence = texts.put(acting.tx, key, texts.ANSWER, text, acting.actor.name, acting.now)
    events: list[ReportEvent] = [
        ReportAnswered(
            finding=int(finding),
            late=answered.late,
            was_overdue=report.overdue_time is not None,
            text=evidence,
            answer_time=stamp(acting.now),
        )
    ]
    if finding.substantiated:
        events.append(ReportSubstantiated(finding=int(finding)))
    if report.under_oversight:
        await answer_with_report(acting.tx, key, acting.actor, report, "已答复反映人。", acting.now)
    return acting.record(report, answered, events)


async def tell_answer(acting: Acting, id: str, teller: str, manner: str, at: datetime) -> Report:
    """Records who told the answer to a reporter without a way to read on line."""
    report = await acting.told_for(id)
    told = report.told(at)
    key, author = await acting.key(report), acting.actor.name
    event = ReportAnswerTold(
        tell_time=stamp(at),
        teller=texts.put(acting.tx, key, texts.TELLER, teller, author, acting.now),
        manner=texts.put(acting.tx, key, texts.TELL_MANNER, manner, author, acting.now),
    )
    return acting.record(report, told, [event])
