"""Officers of a point: who works there, by the accounts of the organisation (domain §3, Points and people)."""

from __future__ import annotations

from services.agency.points.domain import Point, Tier
from services.common.access import Role
from services.common.database import Tx
from services.common.errors import Refused
from services.common.organisation import store as organisation

ROLES = {Tier.VILLAGE: Role.AGENT, Tier.TOWN: Role.TOWN_CLERK, Tier.COUNTY: Role.WINDOW_CLERK}
"""As what people work at a point of each tier; the clerks of a town's centre have the town as their scope."""


async def officers_of(tx: Tx, point: Point) -> list[str]:
    """The accounts of those who work at a point, in order."""
    scope = tx.tenant if point.tier is Tier.TOWN else point.unit
    return [account.name for account in await organisation.accounts_with(tx, ROLES[point.tier], scope)]


async def answering(tx: Tx, point: Point) -> str:
    """The account that answers for what comes in at a point without passing anybody's hands. Raises Refused."""
    if officers := await officers_of(tx, point):
        return officers[0]
    raise Refused("NO_OFFICER", "该代理点暂无工作人员，请到便民服务中心办理。")
