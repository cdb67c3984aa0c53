"""Relay, consumer and sweeper are killed in the middle of their work; nothing is lost and nothing happens twice."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa
from nats.aio.client import Client

from deploy.local.databases import ServiceDatabase
from services.common import deadlines
from services.common.broker import declare_stream, jetstream
from services.common.database import Database
from services.common.foundation import DEADLINES, LEDGER
from services.common.ledger.verification import verify
from tests.faults.messaging.conftest import Start, first_to_speak, hear
from tests.messaging import eventually, everything_published, record, send, stored
from tests.sample_events import START, sample_event

TOWN = "611021101"


async def fill_ledger(database: Database, boxes: int, versions: int) -> list[str]:
    """Ids of entries, each box with its versions in order, many boxes at a time."""
    ids: list[str] = []

    async def grow(box: int) -> None:
        for version in range(1, versions + 1):
            async with database.transaction(TOWN) as tx:
                ids.append(record(tx, f"{box}", version))

    await asyncio.gather(*map(grow, range(boxes)))
    return ids


async def effects(database: Database) -> dict[str, list[int]]:
    """Versions of each thing in the order of their effects."""
    query = sa.select(LEDGER.c.aggregate_id, LEDGER.c.version).where(LEDGER.c.aggregate == "effect")
    found = defaultdict(list)
    async with database.transaction(TOWN) as tx:
        for aggregate_id, version in await tx.rows(query.order_by(LEDGER.c.seq)):
            found[aggregate_id].append(version)
    return found


async def test_a_relay_killed_between_publishing_and_marking_loses_and_doubles_nothing(
    start: Start, database: Database, addresses: ServiceDatabase, admin: Client
) -> None:
    ids = await fill_ledger(database, boxes=5, versions=10)
    async with start("relay_that_never_marks") as relay:
        await hear(relay)
        relay.kill()

    async with start("relay"):
        await everything_published(addresses)

    arrived = [str(event.id) for event in await stored(admin)]
    assert sorted(arrived) == sorted(ids)
    assert (await verify(database, TOWN)).first_broken is None


async def test_a_relay_killed_again_and_again_during_writes_loses_and_doubles_nothing(
    start: Start, database: Database, addresses: ServiceDatabase, admin: Client
) -> None:
    await declare_stream(jetstream(admin), "WATCH", ["minshao.*.watch.>"])
    writing = asyncio.create_task(fill_ledger(database, boxes=20, versions=60))
    for _ in range(4):
        growth = await growth_from_now(admin)
        async with start("relay") as relay:
            await eventually(growth)
            relay.kill()
    ids = await writing
    async with start("relay"):
        await everything_published(addresses)

    arrived = await stored(admin)
    assert sorted(str(event.id) for event in arrived) == sorted(ids)
    assert [event.number for event in sorted(arrived, key=lambda event: event.number)] == list(range(1, 1201))
    versions = defaultdict(list)
    for event in arrived:
        versions[event.aggregate_id].append(event.version)
    assert all(seen == list(range(1, 61)) for seen in versions.values())
    verdict = await verify(database, TOWN)
    assert (verdict.entries, verdict.unnumbered, verdict.first_broken) == (1200, 0, None)


async def test_a_consumer_killed_again_and_again_takes_each_event_once_and_in_order(
    start: Start, publisher: Client, admin: Client, database: Database
) -> None:
    await declare_stream(jetstream(admin), "WATCH", ["minshao.*.watch.>"])
    events = [sample_event(aggregate_id=f"{box}", version=version) for version in range(1, 41) for box in range(10)]
    await send(publisher, *events)

    for words in (3, 90, 150):
        async with start("consumer") as consumer:
            await hear(consumer, words)
            consumer.kill()
    async with start("consumer"):
        await eventually(lambda: taken(database, len(events)))

    assert await effects(database) == {f"{box}": list(range(1, 41)) for box in range(10)}


@pytest.mark.parametrize("all_of_them", [False, True])
async def test_a_sweeper_killed_in_the_middle_fires_each_deadline_once(
    start: Start, database: Database, all_of_them: bool
) -> None:
    async with database.transaction(TOWN) as tx:
        for number in range(400):
            deadlines.schedule(tx, "overdue", f"{number}", START)

    async with start("sweeper") as one, start("sweeper") as other:
        busy = await first_to_speak(one, other, times=20)
        for sweeper in (one, other) if all_of_them else (busy,):
            sweeper.kill()
        async with start("sweeper"):
            await eventually(lambda: none_left(database))

    assert await effects(database) == {f"{number}": [1] for number in range(400)}


async def growth_from_now(admin: Client) -> Callable[[], Awaitable[bool]]:
    """Whether the stream holds more than it does now."""

    async def length() -> int:
        return (await jetstream(admin).stream_info("WATCH")).state.messages

    before = await length()

    async def grown() -> bool:
        return await length() > before

    return grown


async def taken(database: Database, count: int) -> bool:
    return sum(map(len, (await effects(database)).values())) == count


async def none_left(database: Database) -> bool:
    async with database.transaction(TOWN) as tx:
        return not await tx.scalar(sa.select(sa.func.count()).select_from(DEADLINES))
