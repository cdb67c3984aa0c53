"""Those who keep the records of points, beside the people of the office; and what of a refusal nothing may be left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.agency.parts import deadlines
from services.common.access import ANYWHERE, Claims, Grant, Role
from services.common.deadlines import Sweeper
from services.common.errors import DomainError
from services.common.foundation import LEDGER
from tests.integration.agency.house import NEVER, House
from tests.integration.agency.volunteers.steps import asked


async def staffed(house: House) -> House:
    """Everybody with a role that has to do with records; also as accounts that the service has heard of."""
    town, county, village = house.town, house.county, house.unit("village")
    house.claims["operator"] = Claims("operator", (Grant(Role.OPERATOR, ANYWHERE),), NEVER)
    people = {
        "agent": (town, Role.AGENT, village),
        "neighbour": (town, Role.AGENT, house.unit("community")),
        "clerk": (town, Role.TOWN_CLERK, town),
        "volunteer": (town, Role.VOLUNTEER, village),
        "secretary": (town, Role.BRANCH_SECRETARY, village),
        "leader": (town, Role.UNIT_LEADER, village),
        "party": (town, Role.TOWN_PARTY_COMMITTEE, town),
        "discipline": (town, Role.TOWN_DISCIPLINE, town),
        "commission": (county, Role.COUNTY_DISCIPLINE, county),
        "viewer": (county, Role.COUNTY_VIEWER, county),
        "window": (county, Role.WINDOW_CLERK, house.unit("civil-affairs", county)),
    }
    for login, (home, role, scope) in people.items():
        name = f"tenants/{home}/accounts/{login}"
        house.claims[login] = Claims(name, (Grant(role, scope),), NEVER)
        grant = gateway.RoleGrant(role=common.Role.ValueType(role), scope=scope)
        account = gateway.Account(name=name, roles=[grant], revision=1)
        await house.hear_in(home, gateway.AccountChanged(account=account))
    cadres = {
        "secretary-of-party": {"in_party": True, "leads": True},
        "deputy-mayor": {"leads": True},
        "accountant": {},
    }
    for id, told in cadres.items():
        cadre = gateway.Cadre(
            name=f"tenants/{town}/cadres/{id}",
            display_name={"secretary-of-party": "王书记", "deputy-mayor": "李副镇长", "accountant": "赵会计"}[id],
            unit=f"tenants/{town}/units/{house.unit('party-committee')}",
            position="干部",
            leads_town=told.get("leads", False),
            party_committee=told.get("in_party", False),
            revision=1,
        )
        await house.hear_in(town, gateway.CadreChanged(cadre=cadre))
    day = house.clock.now().date()
    term = {"first_day": str(day), "last_day": str(day + timedelta(days=730))}
    await house("party", asked(house, "volunteer", **term))
    return house


def cadre(house: House, id: str) -> str:
    return f"tenants/{house.town}/cadres/{id}"


async def pages(house: House, login: str, request: Any) -> list[Any]:
    """What a list shows, on all of its pages of two."""
    found: list[Any] = []
    request.page_size = 2
    while True:
        answer = await house(login, request)
        [items] = [value for field, value in answer.ListFields() if field.name != "next_page_token"] or [[]]
        found += items
        if not answer.next_page_token:
            return found
        request.page_token = answer.next_page_token


def account(house: House, login: str) -> str:
    return house.claims[login].subject


async def entries(house: House, tenant: str = "") -> int:
    """How many entries the ledger of the tenant has."""
    tenant = tenant or house.town
    async with house.database.transaction(tenant) as tx:
        return await tx.scalar(sa.select(sa.func.count()).where(LEDGER.c.tenant == tenant)) or 0


@asynccontextmanager
async def refused(
    house: House, error: type[DomainError], match: str | None = None, tenant: str = ""
) -> AsyncIterator[None]:
    """Whatever is done inside is refused, and leaves nothing in the ledger of the tenant."""
    before = await entries(house, tenant)
    with pytest.raises(error, match=match):
        yield
    assert await entries(house, tenant) == before


async def sweep_at(house: House, instant: datetime) -> None:
    """Moves the clock, and fires all that is due by then."""
    house.clock.set(instant)
    sweeper = Sweeper(house.database, house.listing, deadlines(house.agency), house.clock)
    while await sweeper.sweep():
        pass
