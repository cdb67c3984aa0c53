"""Who works at the points of the town, as the tests of duty tell it."""

from __future__ import annotations

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.access import ANYWHERE, Claims, Grant, Role
from tests.integration.agency.house import LONG_AGO, NEVER, House
from tests.integration.agency.items.catalogue import publish

ITEM, OF_COUNTY = "SH-04", "SH-01"
"""One of village and town, and one that also a window of the county receives."""


def grants_of(house: House) -> dict[str, tuple[Grant, ...]]:
    """Everybody with what they are; those of the county's windows have names that begin with it."""
    village, civil = house.unit("village"), house.unit("civil-affairs", house.county)
    return {
        "agent": (Grant(Role.AGENT, village),),
        "colleague": (Grant(Role.AGENT, village),),
        "neighbour": (Grant(Role.AGENT, house.unit("community")),),
        "clerk": (Grant(Role.TOWN_CLERK, house.town),),
        "second-clerk": (Grant(Role.TOWN_CLERK, house.town),),
        "leader": (Grant(Role.UNIT_LEADER, village),),
        "secretary": (Grant(Role.BRANCH_SECRETARY, village),),
        "other-leader": (Grant(Role.UNIT_LEADER, house.unit("community")),),
        "discipline": (Grant(Role.TOWN_DISCIPLINE, house.town),),
        "county-window": (Grant(Role.WINDOW_CLERK, civil),),
        "county-second": (Grant(Role.WINDOW_CLERK, civil),),
        "county-finance": (Grant(Role.WINDOW_CLERK, house.unit("finance", house.county)),),
    }


def home(house: House, login: str) -> str:
    return house.county if login.startswith("county-") else house.town


def account(house: House, login: str) -> str:
    return f"tenants/{home(house, login)}/accounts/{login}"


async def change(house: House, login: str, *grants: Grant, revision: int, disabled: bool = False) -> None:
    """The gateway tells that an account is so from now on."""
    told = gateway.Account(
        name=account(house, login),
        cadre=f"tenants/{home(house, login)}/cadres/{login}",
        roles=[gateway.RoleGrant(role=common.Role.ValueType(grant.role), scope=grant.scope) for grant in grants],
        revision=revision,
    )
    if disabled:
        told.disable_time.CopyFrom(LONG_AGO)
    await house.hear_in(home(house, login), gateway.AccountChanged(account=told))


async def staff(house: House) -> None:
    """Lets everybody begin to work, and publishes an item that they act for."""
    house.claims["operator"] = Claims("operator", (Grant(Role.OPERATOR, ANYWHERE),), NEVER)
    for login, grants in grants_of(house).items():
        house.claims[login] = Claims(account(house, login), grants, NEVER)
        await change(house, login, *grants, revision=1)
    cadre = gateway.Cadre(
        name=f"tenants/{house.town}/cadres/agent",
        display_name="李会计",
        unit=f"tenants/{house.town}/units/{house.unit('village')}",
        position="村会计、代办员",
        account=account(house, "agent"),
        revision=1,
    )
    await house.hear_in(house.town, gateway.CadreChanged(cadre=cadre))
    for code in (ITEM, OF_COUNTY):
        await publish(house, code)
