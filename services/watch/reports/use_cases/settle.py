"""How a report ends: closed, reopened once, not accepted; and an opinion's answer for everybody to read."""

from __future__ import annotations

from minshao.watch.v1 import ReportAnswerPublished, ReportClosed, ReportNotAccepted, ReportReopened

from services.watch.oversights.opening import answer_with_report
from services.watch.reports import texts
from services.watch.reports.acting import Acting
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Cause, Satisfaction
from services.watch.reports.keeping import keep
from services.watch.reports.use_cases.handlers import in_hands
from services.watch.reports.use_cases.subject import rerouted


async def close_report(acting: Acting, report: Report, satisfaction: Satisfaction, confirmation: str = "") -> Report:
    """Closes an answered report, and sets when its receipt and its sealed content end."""
    closed = report.closed(satisfaction, acting.now)
    if confirmation:
        texts.put(acting.tx, await acting.key(report), texts.REASON, confirmation, acting.actor.name, acting.now)
    await keep(acting.tx, closed, acting.now)
    return acting.record(report, closed, [ReportClosed(satisfaction=int(satisfaction))])


async def reopen_report(acting: Acting, report: Report, reason: str) -> Report:
    """Reopens an answered report for its dissatisfied reporter: one level up, with a new period."""
    reopened, _ = await in_hands(acting.tx, report.reopened_by_reporter(acting.now))
    evidence = texts.put(acting.tx, await acting.key(report), texts.REASON, reason, acting.actor.name, acting.now)
    events = [ReportReopened(reason=evidence), *rerouted(report, reopened, Cause.REOPENED)]
    return acting.record(report, reopened, events)


async def refuse_report(acting: Acting, id: str, reason: str) -> Report:
    """Does not accept a registered report; the reporter reads why."""
    report = await acting.handled(id)
    refused = report.refused(acting.now)
    key = await acting.key(report)
    evidence = texts.put(acting.tx, key, texts.REFUSAL, reason, acting.actor.name, acting.now)
    await keep(acting.tx, refused, acting.now)
    if report.under_oversight:
        await answer_with_report(acting.tx, key, acting.actor, report, "不予受理，理由已告知反映人。", acting.now)
    return acting.record(report, refused, [ReportNotAccepted(reason=evidence)])


async def publish_answer(acting: Acting, id: str, title: str, answer: str) -> Report:
    """Publishes an opinion's answer in words of its own, which name nobody."""
    report = await acting.handled(id)
    return acting.record(report, report.published(title, answer, acting.now), [ReportAnswerPublished()])
