"""Fixtures of the tests of the risk service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa

from deploy.local.databases import ServiceDatabase, create_database, drop_database
from deploy.local.engines import Postgres
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.foundation import DEADLINES
from tests.conftest import migrated_template
from tests.integration.risk.house import House
from tests.unit.watch.reports.builders import local


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def risk_database(postgres: Postgres) -> AsyncIterator[ServiceDatabase]:
    """One database for all towns of this process: they do not see each other."""
    template = await migrated_template(postgres, "risk")
    made = await create_database(postgres, "risk", f"risk_{uuid4().hex}", template)
    yield made
    await drop_database(postgres, made.name)


@pytest.fixture
async def house(risk_database: ServiceDatabase, tenant: str) -> AsyncIterator[House]:
    """A town and its county with their people, provisioned on the first of September 2026, at nine."""
    database, listing = Database(risk_database.app, pool_size=16), Database(risk_database.sweeper, pool_size=1)
    house = House(database, listing, tenant, FixedClock(local(2026, 9, 1)))
    await house.provision()
    await house.people()
    yield house
    for each in (house.town, house.county):
        async with database.transaction(each) as tx:
            tx.write(sa.delete(DEADLINES).where(DEADLINES.c.tenant == each))  # the next one's sweeps are about its own
    await database.close()
    await listing.close()
