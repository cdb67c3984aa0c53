"""Officers of a point: who works there, by the accounts of the organisation (domain §3, Points and people)."""

from __future__ import annotations

from datetime import datetime

from services.agency.duty import store as duty
from services.agency.points.domain import Point, Tier
from services.common.access import CENTRE, Role, unit_of
from services.common.database import Tx
from services.common.errors import Refused
from services.common.organisation import store as organisation
from services.common.organisation.domain import Account
from services.common.periods import local_date

ROLES = {Tier.VILLAGE: Role.AGENT, Tier.TOWN: Role.TOWN_CLERK, Tier.COUNTY: Role.WINDOW_CLERK}
"""As what people work at a point of each tier; the clerks of a town's centre have the town as their scope."""

AGENCY_ROLES = (Role.TOWN_CLERK, Role.WINDOW_CLERK, Role.AGENT)
"""As what people work in the agency; a tenant's centre, or its windows, before its village rooms."""


async def accounts_of(tx: Tx, unit: str, tier: Tier) -> list[Account]:
    """The accounts of those who work at the point in a unit, in order."""
    return await organisation.accounts_with(tx, ROLES[tier], tx.tenant if tier is Tier.TOWN else unit)


async def officers_of(tx: Tx, point: Point) -> list[str]:
    """The names of those accounts, in order."""
    return [account.name for account in await accounts_of(tx, point.unit, point.tier)]


async def deserted(tx: Tx, point: Point, now: datetime) -> bool:
    """Whether there is nobody at a point today: it is retired, nobody works there, or all who do are absent."""
    officers = [] if point.retired else await officers_of(tx, point)
    return not officers or set(officers) == await duty.absent(tx, officers, local_date(now))


async def answering(tx: Tx, point: Point, now: datetime) -> str:
    """The account that answers for what comes in at a point without passing anybody's hands: who is on duty there, else
    planned for today, else not absent; where a village room has nobody, the same at the town's centre. Raises Refused.
    """
    centre = f"{tx.tenant}.{CENTRE}"
    for unit, tier in ((point.unit, point.tier), (centre, Tier.TOWN)):
        officers = [account.name for account in await accounts_of(tx, unit, tier)]
        if officers:
            known = await duty.presence(tx, unit, officers, local_date(now))
            if (officer := known.foremost(officers)) is not None:
                return officer
        if point.tier is not Tier.VILLAGE:
            break
    elsewhere = "请到便民服务中心办理" if point.tier is Tier.VILLAGE else "请改日再来，或者拨打公布的咨询电话"
    raise Refused("NO_OFFICER", f"该代理点今天没有工作人员，{elsewhere}。")


async def succeeding(tx: Tx, point: Point, now: datetime) -> str | None:
    """The account that answers for what somebody left behind at a point: as above, or a clerk of the tenant though
    absent, or else anybody who works in its agency. None where nobody does."""
    try:
        return await answering(tx, point, now)
    except Refused:
        for role in AGENCY_ROLES:
            if accounts := await organisation.accounts_as(tx, role):
                return accounts[0].name
    return None


def works(account: Account) -> bool:
    """Whether somebody works in the agency at all."""
    return not account.disabled and any(grant.role in AGENCY_ROLES for grant in account.grants)


def points_of(account: Account) -> frozenset[str]:
    """The codes of the units at whose points somebody works."""
    if account.disabled:
        return frozenset()
    return frozenset(unit_of(grant) for grant in account.grants if grant.role in AGENCY_ROLES)
