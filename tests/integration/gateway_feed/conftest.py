"""Fixtures of the tests of feeds and boards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from tests.gateway_feed.observatory import Observatory
from tests.messaging import admin, publisher, subscriber

__all__ = ["admin", "publisher", "subscriber"]


@pytest.fixture
async def addresses(database_for: Callable[[str], Awaitable[ServiceDatabase]]) -> ServiceDatabase:
    """A database of the gateway."""
    return await database_for("gateway")


@pytest.fixture
async def observatory(addresses: ServiceDatabase, tenant: str) -> AsyncIterator[Observatory]:
    """A county with two towns, of which nothing has been told yet."""
    database = Database(addresses.app, pool_size=8)
    made = Observatory(database, tenant[:6])
    await made.provision()
    yield made
    await database.close()
