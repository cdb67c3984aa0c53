"""Naming officers, handing over, and leaving a report because of a conflict (domain: watch, Handling, Who; Recusal)."""

from __future__ import annotations

from minshao.watch.v1 import ReportAssigned, ReportConflictDeclared, ReportHandedOver

from services.common.access import Role
from services.common.database import Tx
from services.common.errors import Refused
from services.watch.organisation import store as organisation
from services.watch.organisation.domain import Account
from services.watch.reports import store, texts
from services.watch.reports.acting import Acting, name_of
from services.watch.reports.domain.recusal import HANDLING_ROLES, Viewer, handles
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.routing import county_of
from services.watch.reports.domain.terms import Cause, Level
from services.watch.reports.use_cases.subject import rerouted

ROLES_OF_LEVEL = {
    Level.UNIT: tuple(sorted(HANDLING_ROLES)),
    Level.TOWN: (Role.TOWN_DISCIPLINE,),
    Level.COUNTY: (Role.COUNTY_DISCIPLINE,),
}


async def assign_report(acting: Acting, id: str, officer: str) -> Report:
    """Names the officer. Whoever the report is about, or who left it, is refused."""
    report = await acting.handled(id)
    assigned = report.assigned(officer)
    await require_handler(acting.tx, report, officer)
    return acting.record(report, assigned, [ReportAssigned(officer=officer)])


async def hand_over_report(acting: Acting, id: str, officer: str, reason: str) -> Report:
    """Gives the report to another officer of the organ, by name; the investigation goes on."""
    report = await acting.handled(id)
    await require_handler(acting.tx, report, officer)
    return await _hand_over(acting, report, officer, reason)


async def hand_over_all(acting: Acting, from_officer: str, to_officer: str, reason: str) -> tuple[list[str], list[str]]:
    """Hands over every open report of an officer that the other may handle: the names of these, and of those left."""
    done, left = [], []
    for report in await store.open_of_officer(acting.tx, from_officer):
        if not handles(report, acting.viewer):
            continue
        try:
            await require_handler(acting.tx, report, to_officer)
            await _hand_over(acting, report, to_officer, reason)
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
    evidence = texts.put(acting.tx, await acting.key(report), texts.REASON, reason, account, acting.now)
    declared = ReportConflictDeclared(account=account, reason=evidence)
    return acting.record(report, left, [declared, *rerouted(report, left, Cause.CONFLICT)])


async def require_handler(tx: Tx, report: Report, officer: str) -> None:
    """Raises Refused unless the account can handle the report in its organ."""
    if all(each.name != officer for each in await handlers(tx, report)):
        raise Refused("NOT_A_HANDLER", "该人员不属于承办单位，或者应当回避。", officer=officer)


async def handlers(tx: Tx, report: Report) -> list[Account]:
    """Who can handle a report in its organ: the accounts with the role there, without those who are recused."""
    if report.level is Level.COUNTY and tx.tenant != county_of(tx.tenant):
        async with tx.within(county_of(tx.tenant)):
            found = await _holders(tx, report)
    else:
        found = await _holders(tx, report)
    return [each for each in found if handles(report, _viewer(each, report))]


async def _holders(tx: Tx, report: Report) -> list[Account]:
    scope = {Level.UNIT: report.organ, Level.TOWN: report.tenant, Level.COUNTY: county_of(report.tenant)}[report.level]
    found = [
        each for role in ROLES_OF_LEVEL[report.level] for each in await organisation.accounts_with(tx, role, scope)
    ]
    return list({each.name: each for each in found}.values())


def _viewer(account: Account, report: Report) -> Viewer:
    return Viewer(
        account=account.name,
        cadre=account.cadre,
        handles_for=frozenset({report.organ}),
        town=report.level is Level.TOWN,
        county=report.level is Level.COUNTY,
    )


async def _hand_over(acting: Acting, report: Report, officer: str, reason: str) -> Report:
    before = report.officer or ""
    handed = report.handed_over(officer)
    texts.put(acting.tx, await acting.key(report), texts.REASON, reason, acting.actor.name, acting.now)
    return acting.record(report, handed, [ReportHandedOver(from_officer=before, to_officer=officer)])
