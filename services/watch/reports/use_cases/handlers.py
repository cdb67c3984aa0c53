"""The people who can handle a report in its organ, and what follows where there are none (domain: watch, Recusal)."""

from __future__ import annotations

from collections.abc import Collection

from services.common.access import Actor, Role, covers
from services.common.database import Tx
from services.common.errors import Refused
from services.common.organisation import store as organisation
from services.common.organisation.domain import Account
from services.watch.reports.domain.recusal import HANDLING_ROLES, Viewer, handles
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.routing import Route, Subject, county_of
from services.watch.reports.domain.terms import Cause, Level

ROLES_OF_LEVEL = {
    Level.UNIT: tuple(sorted(HANDLING_ROLES)),
    Level.TOWN: (Role.TOWN_DISCIPLINE,),
    Level.COUNTY: (Role.COUNTY_DISCIPLINE,),
}


async def candidate(tx: Tx, officer: str) -> Viewer:
    """Whoever could be named an officer, as the rules of sight know them: somebody of the town or of its county.

    An account that is unknown or disabled is nobody, who handles nothing.
    """
    county = county_of(tx.tenant)
    if county != tx.tenant and officer.startswith(f"tenants/{county}/"):
        async with tx.within(county):
            known = await organisation.account(tx, officer)
    else:
        known = await organisation.account(tx, officer)
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


async def kept_from_unit(tx: Tx, subject: Subject, to: Route, conflicted: Collection[str] = ()) -> Cause | None:
    """Why the town handles a report instead of the unit to which it goes: the unit is retired, or only the one whom it
    is about could handle it there. None where the unit has it.

    A unit in which nobody can handle reports at all keeps it: somebody may still come.
    """
    if to.level is not Level.UNIT:
        return None
    unit = await organisation.unit(tx, to.organ)
    if unit is None or unit.retired:
        return Cause.UNIT_RETIRED
    if subject.cadre is None:
        return None
    found = await _holders(tx, Level.UNIT, to.organ)
    others = [each for each in found if each.cadre != subject.cadre and each.name not in conflicted]
    return Cause.SUBJECT if found and not others else None


async def _holders(tx: Tx, level: Level, scope: str) -> list[Account]:
    found = [each for role in ROLES_OF_LEVEL[level] for each in await organisation.accounts_with(tx, role, scope)]
    return list({each.name: each for each in found}.values())


def viewer_of(account: Account, tenant: str) -> Viewer:
    """The viewer that an account is in a tenant, by all that it was granted there; nobody where it is disabled."""
    home = account.name.partition("/accounts/")[0]
    grants = () if account.disabled else tuple(grant for grant in account.grants if covers(grant, tenant))
    cadre = f"{home}/cadres/{account.cadre}" if account.cadre else None
    return Viewer.of(Actor(account.name, grants, cadre), tenant)
