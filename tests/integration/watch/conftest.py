"""Fixtures of the tests of the watch service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa

from deploy.local.databases import ServiceDatabase, create_database, drop_database
from deploy.local.engines import Postgres
from services.common.database import Database
from services.common.foundation import DEADLINES
from tests.conftest import migrated_template
from tests.integration.watch.house import House
from tests.luonan_town import a_town
from tests.unit.watch.reports.builders import local

OPENED = local(2026, 9, 1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def watch_database(postgres: Postgres) -> AsyncIterator[ServiceDatabase]:
    """One database for all towns of this process: they do not see each other."""
    template = await migrated_template(postgres, "watch")
    made = await create_database(postgres, "watch", f"watch_{uuid4().hex}", template)
    yield made
    await drop_database(postgres, made.name)


@pytest.fixture
async def house(watch_database: ServiceDatabase, tenant: str) -> AsyncIterator[House]:
    """A town whose posts were opened on the first of September 2026, at nine."""
    database, listing = Database(watch_database.app, pool_size=16), Database(watch_database.sweeper, pool_size=1)
    yield House(await a_town(database, tenant, OPENED), listing)
    async with database.transaction(tenant) as tx:
        tx.write(sa.delete(DEADLINES).where(DEADLINES.c.tenant == tenant))  # the next town's sweeps are about its own
    await database.close()
    await listing.close()
