"""The process that fills the feeds is killed in the middle of its work: nothing is lost, nothing is told twice."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from random import Random

import sqlalchemy as sa
from minshao.gateway import v1 as gateway
from nats.aio.client import Client

from deploy.local.databases import ServiceDatabase
from services.common.broker import declare_stream, jetstream
from services.common.database import Database
from services.common.events import Event
from services.gateway.board.store import DAILY, OVERDUE
from services.gateway.board.use_cases import rebuild
from tests.engines import NatsRoom
from tests.faults.messaging.conftest import Process, hear
from tests.gateway_feed.observatory import Observatory
from tests.gateway_feed.telling import a_history
from tests.messaging import send

DatabaseFor = Callable[[str], Awaitable[ServiceDatabase]]


async def test_a_consumer_killed_again_and_again_tells_everything_once_and_in_order(
    database_for: DatabaseFor, nats_server: NatsRoom, publisher: Client, admin: Client, tenant: str
) -> None:
    addresses = await database_for("gateway")
    observatory = Observatory(Database(addresses.app), tenant[:6])
    await observatory.provision()
    history = a_history(Random(1), (observatory.jingcun, observatory.shimen), 500)
    events = [event for event in history if event.type.startswith("watch.")]
    await declare_stream(jetstream(admin), "WATCH", ["minshao.*.watch.>"])
    await send(publisher, *events)

    following = [asyncio.create_task(follow(observatory, len(events))) for _ in range(2)]
    for words in (2, 30, 60):
        async with consumer(addresses, nats_server) as process:
            await hear(process, words)
            process.kill()
    async with consumer(addresses, nats_server):
        followed = await asyncio.gather(*following)

    for entries in followed:
        assert sorted(entry.event for entry in entries) == sorted(str(event.id) for event in events)
        assert [int(entry.cursor.partition(".")[2]) for entry in entries] == list(range(1, len(events) + 1))
        assert by_thing(entries) == by_thing_told(events)
    for observer in (observatory.county, observatory.jingcun.code, observatory.shimen.code):
        went_on = await boards(observatory, observer)
        await rebuild(observatory.database, observer)
        assert await boards(observatory, observer) == went_on
    await observatory.database.close()


async def follow(observatory: Observatory, count: int) -> list[gateway.FeedEntry]:
    """So many entries of the county's feed, from its beginning, as they come."""
    request = gateway.StreamFeedRequest(parent=f"tenants/{observatory.county}", after="0.0")
    async with observatory.stream(request, observatory.viewer()) as stream, asyncio.timeout(90):
        return await stream.entries(count)


def by_thing(entries: list[gateway.FeedEntry]) -> dict[str, list[str]]:
    """The events of each thing, in the order in which they came."""
    found = defaultdict(list)
    for entry in entries:
        found[entry.resource].append(entry.event)
    return found


def by_thing_told(events: list[Event]) -> dict[str, list[str]]:
    """The events of each thing, in the order in which they happened."""
    told = defaultdict(list)
    plural = {"report": "reports", "meeting": "meetings", "oversight": "oversights"}
    for event in events:
        told[f"tenants/{event.tenant}/{plural[event.aggregate]}/{event.aggregate_id}"].append(str(event.id))
    return told


async def boards(observatory: Observatory, observer: str) -> list[tuple[object, ...]]:
    """Every row of both tables of an observer."""
    async with observatory.database.transaction(observer) as tx:
        overdue = await tx.rows(sa.select(OVERDUE).order_by(OVERDUE.c.resource))
        figures = await tx.rows(sa.select(DAILY).order_by(DAILY.c.day, DAILY.c.town))
    return [*map(tuple, overdue), *map(tuple, figures)]


@asynccontextmanager
async def consumer(addresses: ServiceDatabase, room: NatsRoom) -> AsyncIterator[Process]:
    """A process that fills the feeds; at the end it is killed, if it still lives."""
    login, password = room.user("gateway")
    where = {**asdict(addresses), "nats": room.url, "login": login, "password": password}
    command = (sys.executable, "-m", "tests.faults.gateway_feed.actor", json.dumps(where))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
