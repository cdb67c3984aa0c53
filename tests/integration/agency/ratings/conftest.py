"""The town of the tests of cases, with those above it who look at ratings."""

from __future__ import annotations

import pytest

from services.common.access import Claims, Grant, Role
from tests.integration.agency.cases.conftest import office
from tests.integration.agency.house import NEVER, House

__all__ = ["office"]


@pytest.fixture
async def town(office: House) -> House:
    above = {"discipline": (office.town, Role.TOWN_DISCIPLINE), "commission": (office.county, Role.COUNTY_DISCIPLINE)}
    for login, (home, role) in above.items():
        office.claims[login] = Claims(f"tenants/{home}/accounts/{login}", (Grant(role, home),), NEVER)
    return office
