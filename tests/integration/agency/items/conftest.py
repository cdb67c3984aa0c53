"""A county whose hall has every department of the default catalogue, and those who act in it."""

from __future__ import annotations

import pytest
from minshao.gateway import v1 as gateway

from deploy.local.divisions import departments
from services.common.access import ANYWHERE, Claims, Grant, Role
from tests.integration.agency.house import NEVER, House


@pytest.fixture
async def hall(house: House) -> House:
    """The town and its county, with an operator, the town's party committee, and all windows of Luonan."""
    house.claims |= {
        "operator": Claims("operator", (Grant(Role.OPERATOR, ANYWHERE),), NEVER),
        "party": Claims("party", (Grant(Role.TOWN_PARTY_COMMITTEE, house.town),), NEVER),
        "party next door": Claims("party next door", (Grant(Role.TOWN_PARTY_COMMITTEE, f"{house.county}999"),), NEVER),
    }
    for department in departments():
        slug = department.code.partition(".")[2]
        unit = gateway.Unit(
            name=f"tenants/{house.county}/units/{house.county}.{slug}",
            display_name=department.name,
            kind=gateway.Unit.KIND_COUNTY_DEPARTMENT,
            window=department.has_window,
            revision=2,
        )
        await house.hear_in(house.county, gateway.UnitChanged(unit=unit))
    return house
