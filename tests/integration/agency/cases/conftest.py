"""A town where cases are received: its agents and clerks, the windows of the county, and three items."""

from __future__ import annotations

import pytest

from services.common.access import ANYWHERE, Claims, Grant, Role
from tests.integration.agency.house import NEVER, House
from tests.integration.agency.items.catalogue import publish

ITEMS = ("SH-01", "QT-01", "SH-04")
"""A joint one of three tiers, one that is done at once, and one of village and town."""


@pytest.fixture
async def office(house: House) -> House:
    house.claims["operator"] = Claims("operator", (Grant(Role.OPERATOR, ANYWHERE),), NEVER)
    people = {
        "agent": (house.town, Role.AGENT, house.unit("village")),
        "neighbour": (house.town, Role.AGENT, house.unit("community")),
        "clerk": (house.town, Role.TOWN_CLERK, house.town),
        "secretary": (house.town, Role.BRANCH_SECRETARY, house.unit("village")),
        "discipline": (house.town, Role.TOWN_DISCIPLINE, house.town),
        "commission": (house.county, Role.COUNTY_DISCIPLINE, house.county),
        "window": (house.county, Role.WINDOW_CLERK, house.unit("civil-affairs", house.county)),
        "finance": (house.county, Role.WINDOW_CLERK, house.unit("finance", house.county)),
        "stranger": (house.county, Role.WINDOW_CLERK, house.unit("discipline", house.county)),
    }
    for login, (home, role, scope) in people.items():
        await house.person(login, role, scope, home)
    for code in ITEMS:
        await publish(house, code)
    return house
