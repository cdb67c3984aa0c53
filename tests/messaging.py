"""Fixtures and builders for tests of the foundation's moving parts: ledger to stream, stream to effect, deadlines.

Everything is real: a database with the foundation's tables and its four roles, and the NATS users of watch, which
publishes, and gateway, which consumes, with the rights that they have in production and no more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from google.protobuf.message import Message
from nats.aio.client import Client
from prometheus_client import REGISTRY

from deploy.local.databases import ServiceDatabase
from services.common import broker, ledger
from services.common.access import SYSTEM
from services.common.clock import FixedClock
from services.common.database import Database, Tx
from services.common.events import Event, decode, headers
from services.common.leadership import connection
from services.common.migrations import create_foundation
from services.common.relay.republishing import outbox
from tests.engines import NatsRoom
from tests.sample_events import SAMPLES, START, sample

SOON = timedelta(seconds=30)


class Collected:
    """Stands for alembic's `op`: keeps statements, to be run together."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, sqltext: str) -> None:
        self.statements.append(sqltext)


async def lay_foundation(database: ServiceDatabase, service: str) -> None:
    """Makes the foundation's tables in an empty database of the service, as its owner."""
    collected = Collected()
    create_foundation(collected, service)
    async with connection(database.owner) as owner:
        await owner.execute(";\n".join(collected.statements))


@pytest.fixture
async def addresses(bare_database: Callable[[str], Awaitable[ServiceDatabase]]) -> ServiceDatabase:
    """A database of a service called sample, with the foundation's tables and nothing else."""
    made = await bare_database("sample")
    await lay_foundation(made, "sample")
    return made


@pytest.fixture
async def database(addresses: ServiceDatabase) -> AsyncIterator[Database]:
    """The database as the application sees it."""
    opened = Database(addresses.app)
    yield opened
    await opened.close()


@pytest.fixture
async def sweeper_database(addresses: ServiceDatabase) -> AsyncIterator[Database]:
    """The database as the sweeper's role sees it."""
    opened = Database(addresses.sweeper, pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@asynccontextmanager
async def as_user(room: NatsRoom, service: str) -> AsyncIterator[Client]:
    """A connection to NATS with a service's own user, or `admin`."""
    login, password = room.user(service)
    client = await broker.connect(room.url, service, user=login, password=password)
    try:
        yield client
    finally:
        await client.close()


@pytest.fixture
async def publisher(nats_server: NatsRoom) -> AsyncIterator[Client]:
    """NATS as watch may use it."""
    async with as_user(nats_server, "watch") as client:
        yield client


@pytest.fixture
async def subscriber(nats_server: NatsRoom) -> AsyncIterator[Client]:
    """NATS as gateway may use it."""
    async with as_user(nats_server, "gateway") as client:
        yield client


@pytest.fixture
async def admin(nats_server: NatsRoom) -> AsyncIterator[Client]:
    """NATS as nobody in production may use it."""
    async with as_user(nats_server, "admin") as client:
        yield client


@asynccontextmanager
async def running(*work: Awaitable[None]) -> AsyncIterator[None]:
    """Runs loops that never end beside the test; an error in one of them fails the test."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    failures = [error for error in ended if isinstance(error, Exception)]
    assert not failures, failures


async def eventually(condition: Callable[[], Awaitable[bool]], within: timedelta = SOON) -> None:
    """Waits until the condition holds. Raises TimeoutError after `within`."""
    async with asyncio.timeout(within.total_seconds()):
        while not await condition():  # noqa: ASYNC110 - it asks PostgreSQL or NATS, which cannot tell us
            await asyncio.sleep(0.01)


async def send(publisher: Client, *events: Event) -> None:
    """Publishes events as they are, without a ledger."""
    for event in events:
        await broker.jetstream(publisher).publish(event.subject, event.payload, headers=headers(event))


async def stored(admin: Client, stream: str = "WATCH") -> list[Event]:
    """What the stream holds, in its order."""
    js = broker.jetstream(admin)
    state = (await js.stream_info(stream)).state
    messages = [await js.get_msg(stream, place) for place in range(state.first_seq, state.last_seq + 1)]
    return [decode(each.subject or "", each.headers or {}, each.data or b"", SAMPLES) for each in messages]


async def everything_published(addresses: ServiceDatabase) -> None:
    """Waits until the outbox is empty."""
    async with connection(addresses.relay) as relay:

        async def nothing_waits() -> bool:
            return (await outbox(relay)).depth == 0

        await eventually(nothing_waits)


def record(tx: Tx, aggregate_id: str | None = None, version: int = 1, event: Message | None = None) -> str:
    """Appends an entry about a sample; returns the event's id."""
    aggregate_id = aggregate_id or uuid4().hex
    return ledger.append(tx, SYSTEM("watch"), "sample", aggregate_id, version, event or sample(), START)


def figure(name: str, **labels: str) -> float | None:
    """A figure of this process as Prometheus would read it."""
    return REGISTRY.get_sample_value(name, labels)
