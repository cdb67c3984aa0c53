"""A ledger with entries, the relay's connection to number them, and an intruder who may do everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest

from deploy.local.databases import ServiceDatabase, superuser
from deploy.local.engines import Postgres
from services.common import ledger
from services.common.access import SYSTEM
from services.common.database import Database
from services.common.leadership import Connection, connection
from tests.sample_events import sample

NOW = datetime(2026, 2, 28, 15, 59, 59, 999999, tzinfo=UTC)

Appending = Callable[..., Awaitable[None]]


@pytest.fixture
async def relay(addresses: ServiceDatabase) -> AsyncIterator[Connection]:
    """PostgreSQL as the relay's role sees it."""
    async with connection(addresses.relay) as opened:
        yield opened


@pytest.fixture
async def intruder(postgres: Postgres, addresses: ServiceDatabase) -> AsyncIterator[Connection]:
    """PostgreSQL as its superuser sees it, whom no wall stops."""
    async with superuser(postgres, addresses.name) as opened:
        yield opened


@pytest.fixture
def append(database: Database) -> Appending:
    """Appends entries of one thing, the versions one after the other, in one transaction."""

    async def entries(town: str, thing: str, *versions: int) -> None:
        async with database.transaction(town) as tx:
            for version in versions:
                event = sample(note=f"{thing} {version}", step=version)
                ledger.append(tx, SYSTEM("watch"), "sample", thing, version, event, NOW)

    return entries
