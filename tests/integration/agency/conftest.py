"""Fixtures of the tests of the agency service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa

from deploy.local.databases import ServiceDatabase, create_database, drop_database
from deploy.local.engines import Postgres
from deploy.local.standards import publication
from services.common.access import ANYWHERE, Claims, Grant, Role
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.foundation import DEADLINES
from tests.conftest import migrated_template
from tests.integration.agency.house import NEVER, House
from tests.integration.agency.records import staffed
from tests.unit.watch.reports.builders import local


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def agency_database(postgres: Postgres) -> AsyncIterator[ServiceDatabase]:
    """One database for all towns of this process: they do not see each other."""
    template = await migrated_template(postgres, "agency")
    made = await create_database(postgres, "agency", f"agency_{uuid4().hex}", template)
    yield made
    await drop_database(postgres, made.name)


@pytest.fixture
async def house(agency_database: ServiceDatabase, tenant: str) -> AsyncIterator[House]:
    """A town and its county, provisioned on the first of September 2026, at nine."""
    database, listing = Database(agency_database.app, pool_size=16), Database(agency_database.sweeper, pool_size=1)
    house = House(database, listing, tenant, FixedClock(local(2026, 9, 1)))
    await house.provision()
    yield house
    for each in (house.town, house.county):
        async with database.transaction(each) as tx:
            tx.write(sa.delete(DEADLINES).where(DEADLINES.c.tenant == each))  # the next one's sweeps are about its own
    await database.close()
    await listing.close()


@pytest.fixture
async def staff(house: House) -> House:
    """The house with those who keep and read the records of its points."""
    return await staffed(house)


@pytest.fixture
async def supervised(house: House) -> House:
    """A town and the hall of its county with those who work there, those who inspect, and the county's standards."""
    house.claims["operator"] = Claims("operator", (Grant(Role.OPERATOR, ANYWHERE),), NEVER)
    window = house.unit("civil-affairs", house.county)
    people = {
        "agent": (house.town, Role.AGENT, house.unit("village")),
        "neighbour": (house.town, Role.AGENT, house.unit("community")),
        "clerk": (house.town, Role.TOWN_CLERK, house.town),
        "party": (house.town, Role.TOWN_PARTY_COMMITTEE, house.town),
        "discipline": (house.town, Role.TOWN_DISCIPLINE, house.town),
        "deputy": (house.town, Role.VOLUNTEER, house.unit("village")),
        "elder": (house.town, Role.VOLUNTEER, house.unit("service-centre")),
        "commission": (house.county, Role.COUNTY_DISCIPLINE, house.county),
        "window": (house.county, Role.WINDOW_CLERK, window),
        "member": (house.county, Role.VOLUNTEER, window),
    }
    for login, (home, role, scope) in people.items():
        await house.person(login, role, scope, home)
    await house("operator", publication(house.county))
    return house
