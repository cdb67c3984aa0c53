"""Deciding the class of a report, and raising it (domain: watch, Handling)."""

from __future__ import annotations

from minshao.watch.v1 import ReportClassified, ReportRaised

from services.watch.reports import texts
from services.watch.reports.acting import Acting
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Class
from services.watch.reports.use_cases.handlers import in_hands
from services.watch.reports.use_cases.subject import rerouted


async def classify_report(acting: Acting, id: str, decided: Class, reason: str) -> Report:
    """A person's decision, whatever the rules proposed; a reason is kept where one is given."""
    report = await acting.decided(id)
    classified, cause = await in_hands(acting.tx, report.classified(decided, acting.now))
    if reason:
        texts.put(acting.tx, await acting.key(report), texts.REASON, reason, acting.actor.name, acting.now)
    return acting.record(report, classified, [ReportClassified(), *rerouted(report, classified, cause)])


async def raise_report(acting: Acting, id: str, reason: str) -> Report:
    """A general report made a major one, with a month from today."""
    report = await acting.decided(id)
    raised, cause = await in_hands(acting.tx, report.raised(acting.now))
    evidence = texts.put(acting.tx, await acting.key(report), texts.REASON, reason, acting.actor.name, acting.now)
    return acting.record(report, raised, [ReportRaised(reason=evidence), *rerouted(report, raised, cause)])
