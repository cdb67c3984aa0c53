"""Naming officers, handing over, and leaving a report because of a conflict (domain: watch, Handling, Who; Recusal)."""

from __future__ import annotations

from minshao.watch.v1 import ReportAssigned, ReportConflictDeclared, ReportHandedOver

from services.common.errors import Denied, Refused
from services.watch.reports import store, texts
from services.watch.reports.acting import Acting, name_of
from services.watch.reports.domain.recusal import Viewer, handles, may_hand_over
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.states import State
from services.watch.reports.domain.terms import Cause
from services.watch.reports.use_cases.handlers import candidate, check_handles, handlers, in_hands
from services.watch.reports.use_cases.subject import rerouted


async def assign_report(acting: Acting, id: str, officer: str) -> Report:
    """Names the officer; naming the same one again changes nothing. Whoever it is about, or who left it, is refused."""
    named = await candidate(acting.tx, officer, hold=True)
    report = await acting.handled(id)
    if report.officer == officer and report.state is State.ASSIGNED:
        return report
    assigned = report.assigned(officer)
    check_handles(report, named)
    return acting.record(report, assigned, [ReportAssigned(officer=officer)])


async def hand_over_report(acting: Acting, id: str, officer: str, reason: str) -> Report:
    """Gives the report to another officer of the organ, by name; the investigation goes on."""
    successor = await candidate(acting.tx, officer, hold=True)
    report = await acting.handled(id)
    if not may_hand_over(report, acting.viewer):
        raise Denied("移交由承办人本人或交办的人办理。", "NOT_ITS_OFFICER")
    return await _hand_over(acting, report, successor, reason)


async def hand_over_all(acting: Acting, from_officer: str, to_officer: str, reason: str) -> tuple[list[str], list[str]]:
    """Hands over every open report of an officer that the other may handle: the names of these, and of those left."""
    done, left = [], []
    successor = await candidate(acting.tx, to_officer, hold=True)
    for report in await store.open_of_officers(acting.tx, [from_officer]):
        if not may_hand_over(report, acting.viewer):
            continue
        try:
            await _hand_over(acting, report, successor, reason)
        except Refused:
            left.append(name_of(report))
        else:
            done.append(name_of(report))
    return done, left


async def declare_conflict(acting: Acting, id: str, reason: str) -> Report:
    """The caller leaves the report; where nobody else in the organ can handle it, the next level does."""
    report = await acting.seen(id)
    account = acting.actor.name
    others = [each for each in await handlers(acting.tx, report) if each.name != account]
    left = report.left_by(account, organ_empty=handles(report, acting.viewer) and not others)
    left, _ = await in_hands(acting.tx, left) if left.state.open else (left, None)
    evidence = texts.put(acting.tx, await acting.key(report), texts.REASON, reason, account, acting.now)
    declared = ReportConflictDeclared(account=account, reason=evidence)
    return acting.record(report, left, [declared, *rerouted(report, left, Cause.CONFLICT)])


async def _hand_over(acting: Acting, report: Report, officer: Viewer, reason: str) -> Report:
    check_handles(report, officer)
    before = report.officer or ""
    handed = report.handed_over(officer.account)
    texts.put(acting.tx, await acting.key(report), texts.REASON, reason, acting.actor.name, acting.now)
    return acting.record(report, handed, [ReportHandedOver(from_officer=before, to_officer=officer.account)])
