"""One county for all tests of this process: its rows stay as they are, since calls are only rehearsed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from deploy.local.databases import ServiceDatabase, create_database, drop_database
from deploy.local.engines import Postgres
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.keys import KeyRing
from services.common.sealing import Sealer
from services.common.token_keys import PublishedKeys, to_document
from services.common.tokens import TokenVerifier
from services.gateway.sessions import key_file
from services.gateway.sessions.key_file import SigningKeys
from services.watch.watch import Watch
from tests.conftest import migrated_template
from tests.isolation.county import County
from tests.isolation.furnishing import furnish
from tests.isolation.house import TYPESETTER, House, Ports, Stage
from tests.isolation.people import Tokens
from tests.unit.watch.reports.builders import local

BEGINNING = local(2026, 9, 1)
DAYS = 9
"""So long after the beginning everything that is asked happens: what was filed then is overdue by now."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def county(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[County]:
    """The county, furnished, nine days after its beginning."""
    async with empty_county(postgres, tmp_path_factory.mktemp("keys") / "signing.json") as (county, listings):
        await county.provision()
        await furnish(county)
        await county.sweep(listings["watch"], DAYS)
        await county.carry()
        yield county


@asynccontextmanager
async def empty_county(
    postgres: Postgres, key_path: Path, kind: type[County] = County
) -> AsyncIterator[tuple[County, Mapping[str, Database]]]:
    """A county in which nothing has been provisioned, and the database of each service as its sweeper sees it."""
    key_file.create(key_path)
    signing, keys, clock = (
        SigningKeys(key_path, "minshao"),
        KeyRing.parse(KeyRing.new_text("test")),
        FixedClock(BEGINNING),
    )

    async def published() -> bytes:
        return to_document(signing.public()).encode()

    ports = Ports(keys, signing, TokenVerifier("minshao", PublishedKeys(published)), clock)
    made = {service: await _database(postgres, service) for service in ("gateway", "watch", "agency", "risk")}
    lived = [Database(made[service].app, 4) for service in made]
    rehearsed = [Stage(made[service].app, 8) for service in made]
    listings = {service: Database(made[service].sweeper, 1) for service in made}
    tokens = Tokens(signing.public())
    yield (
        kind(
            House(*lived, ports=ports),
            House(*rehearsed, ports=ports),
            tokens,
            clock,
            Watch(Sealer(keys), keys, TYPESETTER),
        ),
        listings,
    )
    for database in (*lived, *rehearsed, *listings.values()):
        await database.close()
    for each in made.values():
        await drop_database(postgres, each.name)


async def _database(postgres: Postgres, service: str) -> ServiceDatabase:
    template = await migrated_template(postgres, service)
    return await create_database(postgres, service, f"{service}_{uuid4().hex}", template)
