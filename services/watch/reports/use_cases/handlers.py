"""The people who can handle a report in its organ, and what follows where there are none (domain: watch, Recusal)."""

from __future__ import annotations

from collections.abc import Collection

from services.common.access import Role
from services.common.database import Tx
from services.common.errors import Refused
from services.watch.organisation import store as organisation
from services.watch.organisation.domain import Account
from services.watch.reports.domain.recusal import HANDLING_ROLES, Viewer, handles
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.routing import Route, Subject, county_of
from services.watch.reports.domain.terms import Level

ROLES_OF_LEVEL = {
    Level.UNIT: tuple(sorted(HANDLING_ROLES)),
    Level.TOWN: (Role.TOWN_DISCIPLINE,),
    Level.COUNTY: (Role.COUNTY_DISCIPLINE,),
}


async def require_handler(tx: Tx, report: Report, officer: str) -> None:
    """Raises Refused unless the account can handle the report in its organ."""
    if all(each.name != officer for each in await handlers(tx, report)):
        raise Refused("NOT_A_HANDLER", "该人员不属于承办单位，或者应当回避。", officer=officer)


async def handlers(tx: Tx, report: Report) -> list[Account]:
    """Who can handle a report in its organ: the accounts with the role there, without those who are recused."""
    if report.level is Level.COUNTY and tx.tenant != county_of(tx.tenant):
        async with tx.within(county_of(tx.tenant)):
            found = await _holders(tx, report.level, county_of(report.tenant))
    else:
        found = await _holders(tx, report.level, report.organ if report.level is Level.UNIT else report.tenant)
    return [each for each in found if handles(report, _viewer(each, report))]


async def floor_above(tx: Tx, subject: Subject, to: Route, conflicted: Collection[str] = ()) -> Level:
    """The town, where only the one whom a report is about could handle it in the unit to which it goes.

    A unit in which nobody can handle reports at all keeps it: somebody may still come.
    """
    if to.level is not Level.UNIT or subject.cadre is None:
        return Level.UNIT
    found = await _holders(tx, Level.UNIT, to.organ)
    others = [each for each in found if each.cadre != subject.cadre and each.name not in conflicted]
    return Level.TOWN if found and not others else Level.UNIT


async def _holders(tx: Tx, level: Level, scope: str) -> list[Account]:
    found = [each for role in ROLES_OF_LEVEL[level] for each in await organisation.accounts_with(tx, role, scope)]
    return list({each.name: each for each in found}.values())


def _viewer(account: Account, report: Report) -> Viewer:
    at_home = account.name.startswith(f"tenants/{report.tenant}/")
    return Viewer(
        account=account.name,
        cadre=account.cadre if at_home else None,
        handles_for=frozenset({report.organ}),
        town=report.level is Level.TOWN,
        county=report.level is Level.COUNTY,
    )
