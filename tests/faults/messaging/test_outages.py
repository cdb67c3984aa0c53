"""NATS and PostgreSQL are killed under a running service, and NATS loses its store; all is made good afterwards."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest
import sqlalchemy as sa
from nats.aio.client import Client

from deploy.local.databases import ServiceDatabase, create_database
from deploy.local.engines import Nats, Postgres
from services.common import broker, dead_letters, deadlines
from services.common.clock import FixedClock
from services.common.consumer import Consumer, Subscription
from services.common.database import Database, Tx, Unreachable
from services.common.deadlines import Deadline, Sweeper
from services.common.events import Event
from services.common.foundation import DEADLINES, LEDGER
from services.common.ledger.verification import verify
from services.common.relay import Relay
from tests.messaging import eventually, lay_foundation, record, running, stored
from tests.sample_events import MADE, SAMPLES, START

TOWN = "611021101"


async def take(tx: Tx, event: Event, now: datetime) -> None:
    """An effect that cannot happen twice. It is no event of its own, or it would come back."""
    tx.insert(DEADLINES, owner=event.aggregate_id, kind=f"taken {event.version:04}", due_time=now)


async def fire(tx: Tx, deadline: Deadline, now: datetime) -> None:
    record(tx, deadline.owner)


@dataclass
class Town:
    """A town at work: it records events, and a consumer takes them in the same database."""

    addresses: ServiceDatabase
    database: Database
    watch: Client
    gateway: Client
    admin: Client
    recorded: int = 0
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))

    def relay(self) -> Relay:
        return Relay(self.addresses.relay, self.watch, "watch", self.database.outbox, self.clock)

    def consumer(self) -> Consumer:
        subscription = Subscription("WATCH", "gateway", {MADE: take})
        return Consumer(self.database, self.addresses.app, self.gateway, subscription, self.clock, SAMPLES)

    async def record(self, versions: range) -> None:
        """Ten things get these versions, a transaction each; what fails is repeated until it is written."""

        async def grow(thing: int) -> None:
            for version in versions:
                await self._insist(f"{thing}", version)

        await asyncio.gather(*map(grow, range(10)))
        self.recorded += 10 * len(versions)

    async def everything_taken(self) -> None:
        async def all_of_it() -> bool:
            try:
                return sum(map(len, (await self.taken()).values())) == self.recorded
            except Unreachable:
                return False

        await eventually(all_of_it)

    async def taken(self) -> dict[str, list[int]]:
        """Which versions of each thing the consumer has taken."""
        query = sa.select(DEADLINES.c.owner, DEADLINES.c.kind).where(DEADLINES.c.kind.startswith("taken"))
        found = defaultdict(list)
        async with self.database.transaction(TOWN) as tx:
            for owner, kind in await tx.rows(query.order_by(DEADLINES.c.kind)):
                found[owner].append(int(kind.removeprefix("taken ")))
        return found

    async def _insist(self, thing: str, version: int) -> None:
        while True:
            try:
                async with self.database.transaction(TOWN) as tx:
                    known = sa.select(LEDGER.c.version).where(
                        LEDGER.c.aggregate_id == thing, LEDGER.c.version == version
                    )
                    if await tx.scalar(known) is None:
                        record(tx, thing, version)
            except Unreachable:
                await asyncio.sleep(0.02)
            else:
                return


@pytest.fixture
async def town(own_postgres: Postgres, own_nats: Nats) -> AsyncIterator[Town]:
    addresses = await create_database(own_postgres, "sample", "sample")
    await lay_foundation(addresses, "sample")
    database = Database(addresses.app)
    async with (
        client(own_nats, "watch") as watch,
        client(own_nats, "gateway") as gateway,
        client(own_nats, "admin") as admin,
    ):
        yield Town(addresses, database, watch, gateway, admin)
    await database.close()


@asynccontextmanager
async def client(nats: Nats, service: str) -> AsyncIterator[Client]:
    login, password = nats.user(service)
    opened = await broker.connect(nats.url, service, user=login, password=password)
    try:
        yield opened
    finally:
        await opened.close()


async def assert_stream_is_whole(town: Town) -> None:
    """Every entry once, those of one thing in order."""
    arrived = await stored(town.admin)
    assert sorted(event.number for event in arrived) == list(range(1, 601))
    versions = defaultdict(list)
    for event in arrived:
        versions[event.aggregate_id].append(event.version)
    assert versions == ALL


ALL = {f"{thing}": list(range(1, 61)) for thing in range(10)}


async def test_nats_is_killed_and_comes_back(town: Town, own_nats: Nats) -> None:
    async with running(town.relay().run(), town.consumer().run()):
        await town.record(range(1, 21))
        own_nats.kill()
        await town.record(range(21, 41))
        own_nats.start()
        await town.record(range(41, 61))
        await town.everything_taken()

    assert await town.taken() == ALL
    await assert_stream_is_whole(town)


async def test_nats_loses_its_store_and_gets_it_back_from_the_ledger(town: Town, own_nats: Nats) -> None:
    async with running(town.relay().run(), town.consumer().run()):
        await town.record(range(1, 21))
        await town.everything_taken()
        await town.record(range(21, 41))
        own_nats.kill()
        own_nats.delete_store()
        own_nats.start()
        await town.record(range(41, 61))
        await town.everything_taken()

    assert await town.taken() == ALL
    await assert_stream_is_whole(town)
    assert await dead_letters.listed(town.database, TOWN) == []


async def test_postgresql_is_killed_and_recovers(town: Town, own_postgres: Postgres) -> None:
    async with running(town.relay().run(), town.consumer().run()):
        await town.record(range(1, 21))
        writing = asyncio.create_task(town.record(range(21, 61)))
        own_postgres.kill()
        own_postgres.start()
        await writing
        await town.everything_taken()

    assert await town.taken() == ALL
    assert await dead_letters.listed(town.database, TOWN) == []
    verdict = await verify(town.database, TOWN)
    assert (verdict.entries, verdict.unnumbered, verdict.first_broken) == (600, 0, None)


async def test_a_sweeper_outlives_postgresql(town: Town, own_postgres: Postgres) -> None:
    async with town.database.transaction(TOWN) as tx:
        for number in range(300):
            deadlines.schedule(tx, "overdue", f"{number}", START)
    listing = Database(town.addresses.sweeper)
    sweeper = Sweeper(town.database, listing, {"overdue": fire}, town.clock, pause=0.01)

    async def fired(at_least: int) -> bool:
        try:
            async with town.database.transaction(TOWN) as tx:
                return (await tx.scalar(sa.select(sa.func.count()).select_from(LEDGER)) or 0) >= at_least
        except Unreachable:
            return False

    async with running(sweeper.run()):
        await eventually(lambda: fired(1))
        own_postgres.kill()
        own_postgres.start()
        await eventually(lambda: fired(300))

    assert await fired(300)
    await listing.close()
