"""The people who can handle a report in its organ, and what follows where there are none (domain: watch, Recusal)."""

from __future__ import annotations

from dataclasses import replace

from services.common.access import Actor, Role, county_of, covers
from services.common.database import Tx
from services.common.errors import Refused
from services.common.organisation import store as organisation
from services.common.organisation.domain import Account
from services.watch.reports.domain.recusal import HANDLING_ROLES, Viewer, handles
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.routing import Route, Subject
from services.watch.reports.domain.terms import Cause, Level

ROLES_OF_LEVEL = {
    Level.UNIT: tuple(sorted(HANDLING_ROLES)),
    Level.TOWN: (Role.TOWN_DISCIPLINE,),
    Level.COUNTY: (Role.COUNTY_DISCIPLINE,),
}


async def candidate(tx: Tx, officer: str, *, hold: bool = False) -> Viewer:
    """Whoever could be named an officer, as the rules of sight know them: somebody of the town or of its county.

    An account that is unknown or disabled is nobody, who handles nothing. Whoever names an officer holds the account as
    it is until the commit, before the report is locked: else it could be disabled meanwhile.
    """
    find = organisation.hold_account if hold else organisation.account
    county = county_of(tx.tenant)
    if county != tx.tenant and officer.startswith(f"tenants/{county}/"):
        async with tx.within(county):
            known = await find(tx, officer)
    else:
        known = await find(tx, officer)
    return viewer_of(known, tx.tenant) if known else Viewer(officer)


def check_handles(report: Report, officer: Viewer) -> None:
    """Raises Refused unless the account can handle the report in its organ."""
    if not handles(report, officer):
        raise Refused("NOT_A_HANDLER", "该人员不属于承办单位，或者应当回避。", officer=officer.account)


async def handlers(tx: Tx, report: Report) -> list[Account]:
    """Who can handle a report in its organ: the accounts with the role there, without those who are recused."""
    if report.level is Level.COUNTY and tx.tenant != county_of(tx.tenant):
        async with tx.within(county_of(tx.tenant)):
            found = await _holders(tx, report.level, county_of(report.tenant))
    else:
        found = await _holders(tx, report.level, report.organ if report.level is Level.UNIT else report.tenant)
    return [each for each in found if handles(report, viewer_of(each, report.tenant))]


async def in_hands(tx: Tx, report: Report) -> tuple[Report, Cause | None]:
    """The report with somebody who can handle it: where its route leads or, past organs in which everybody is recused
    and units that are retired, above; and why it went past them.

    An organ in which nobody handles reports at all keeps it: somebody may still come. The county keeps everything.
    """
    floor, cause = await floor_of(tx, report)
    return (report, None) if cause is None else (report.risen(floor), cause)


async def floor_of(tx: Tx, report: Report) -> tuple[Level, Cause | None]:
    """The level from which on somebody can handle the report, however it is routed now, and why not one below."""
    cause = None
    while why := await _kept_from(tx, report, report.route()):
        report, cause = replace(report, floor=report.route().level.above), why
    return report.floor, cause


async def _kept_from(tx: Tx, report: Report, to: Route) -> Cause | None:
    if to.level is Level.COUNTY:
        return None
    if to.level is Level.UNIT and await _is_gone(tx, to.organ):
        return Cause.UNIT_RETIRED
    found = await _holders(tx, to.level, to.organ if to.level is Level.UNIT else report.tenant)
    there = replace(report, level=to.level, organ=to.organ)
    if not found or any(handles(there, viewer_of(each, report.tenant)) for each in found):
        return None
    return Cause.CONFLICT if any(each.name in report.conflicted for each in found) else Cause.SUBJECT


async def kept_from_unit(tx: Tx, subject: Subject, to: Route) -> Cause | None:
    """The same for a report that is about to be registered and goes to a unit."""
    if to.level is not Level.UNIT:
        return None
    if await _is_gone(tx, to.organ):
        return Cause.UNIT_RETIRED
    if subject.cadre is None:
        return None
    found = await _holders(tx, Level.UNIT, to.organ)
    return Cause.SUBJECT if found and all(each.cadre == subject.cadre for each in found) else None


async def _is_gone(tx: Tx, code: str) -> bool:
    unit = await organisation.unit(tx, code)
    return unit is None or unit.retired


async def _holders(tx: Tx, level: Level, scope: str) -> list[Account]:
    found = [each for role in ROLES_OF_LEVEL[level] for each in await organisation.accounts_with(tx, role, scope)]
    return list({each.name: each for each in found}.values())


def viewer_of(account: Account, tenant: str) -> Viewer:
    """The viewer that an account is in a tenant, by all that it was granted there; nobody where it is disabled."""
    home = account.name.partition("/accounts/")[0]
    grants = () if account.disabled else tuple(grant for grant in account.grants if covers(grant, tenant))
    cadre = f"{home}/cadres/{account.cadre}" if account.cadre else None
    return Viewer.of(Actor(account.name, grants, cadre), tenant)
