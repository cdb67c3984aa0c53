"""What is committed to the ledger reaches the stream: all of it, in order, numbered, and nothing else."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

import pytest
from nats.aio.client import Client

from deploy.local.databases import ServiceDatabase
from services.common.broker import declare_stream, jetstream
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.leadership import connection
from services.common.ledger.verification import verify
from services.common.relay import Relay, republish
from services.common.relay import relay as relaying
from tests.messaging import eventually, everything_published, figure, record, running, stored
from tests.sample_events import MOVED, START, sample

NewRelay = Callable[[], Relay]


@pytest.fixture
def new_relay(addresses: ServiceDatabase, publisher: Client, database: Database, clock: FixedClock) -> NewRelay:
    return lambda: Relay(addresses.relay, publisher, "watch", database.outbox, clock)


@pytest.fixture
def relay(new_relay: NewRelay) -> Relay:
    return new_relay()


async def test_what_is_committed_arrives_numbered_and_as_it_was_recorded(
    database: Database, relay: Relay, addresses: ServiceDatabase, admin: Client, tenant: str
) -> None:
    moved = sample(MOVED, note="景村", step=4)
    async with database.transaction(tenant, trace="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01") as tx:
        ids = [record(tx, "box"), record(tx, "box", 2, moved)]

    async with running(relay.run()):
        await everything_published(addresses)

    arrived = await stored(admin)
    assert [str(event.id) for event in arrived] == ids
    assert [event.number for event in arrived] == [1, 2]
    assert arrived[1].message == moved
    assert arrived[1].subject == f"minshao.{tenant}.watch.sample.moved"
    assert (arrived[1].aggregate, arrived[1].aggregate_id, arrived[1].version) == ("sample", "box", 2)
    assert arrived[1].actor == "system/watch"
    assert arrived[1].trace == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_what_is_rolled_back_never_arrives(
    database: Database, relay: Relay, addresses: ServiceDatabase, admin: Client, tenant: str
) -> None:
    async def abandoned() -> None:
        async with database.transaction(tenant) as tx:
            record(tx)
            await tx.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await abandoned()
    async with database.transaction(tenant) as tx:
        kept = record(tx)

    async with running(relay.run()):
        await everything_published(addresses)

    assert [str(event.id) for event in await stored(admin)] == [kept]


async def test_of_each_aggregate_events_arrive_in_the_order_of_its_versions(
    database: Database, relay: Relay, addresses: ServiceDatabase, admin: Client, tenant: str
) -> None:
    async def grow(aggregate_id: str) -> None:
        for version in range(1, 31):
            async with database.transaction(tenant) as tx:
                record(tx, aggregate_id, version)

    async with running(relay.run()):
        await asyncio.gather(*(grow(f"{number}") for number in range(8)))
        await everything_published(addresses)

    versions = defaultdict(list)
    for event in await stored(admin):
        versions[event.aggregate_id].append(event.version)
    assert set(versions) == {f"{number}" for number in range(8)}
    assert all(seen == list(range(1, 31)) for seen in versions.values())


async def test_a_commit_of_this_process_wakes_the_relay(
    database: Database, relay: Relay, addresses: ServiceDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "POLL_SECONDS", 3600)
    async with database.transaction(tenant) as tx:
        record(tx)

    async with running(relay.run()):
        await everything_published(addresses)
        async with database.transaction(tenant) as tx:
            record(tx)
        await everything_published(addresses)


async def test_a_commit_of_another_process_is_found(
    database: Database, relay: Relay, addresses: ServiceDatabase, tenant: str
) -> None:
    other = Database(addresses.app)

    async with running(relay.run()):
        async with other.transaction(tenant) as tx:
            record(tx)
        await everything_published(addresses)

    await other.close()


async def test_numbers_are_gapless_in_each_tenant_and_the_chain_holds(
    database: Database, relay: Relay, addresses: ServiceDatabase, admin: Client
) -> None:
    towns = [f"6110211{town:02}" for town in range(5)]

    async def work(town: str) -> None:
        for _ in range(20):
            async with database.transaction(town) as tx:
                record(tx)

    async with running(relay.run()):
        await asyncio.gather(*(work(town) for town in towns))
        await everything_published(addresses)

    numbers = defaultdict(list)
    for event in await stored(admin):
        numbers[event.tenant].append(event.number)
    assert {town: sorted(numbers[town]) for town in towns} == {town: list(range(1, 21)) for town in towns}
    for town in towns:
        assert (await verify(database, town)).first_broken is None


async def test_one_relay_leads_and_another_takes_over_without_a_fork(
    database: Database, new_relay: NewRelay, addresses: ServiceDatabase, admin: Client, tenant: str
) -> None:
    async def work() -> None:
        for _ in range(50):
            async with database.transaction(tenant) as tx:
                record(tx)

    async with running(new_relay().run(), new_relay().run(), new_relay().run()):
        for _ in range(3):
            await work()
            await depose_leader(addresses)
        await work()
        await everything_published(addresses)

    arrived = await stored(admin)
    assert [event.number for event in arrived] == list(range(1, 201))
    verdict = await verify(database, tenant)
    assert (verdict.entries, verdict.unnumbered, verdict.first_broken) == (200, 0, None)


async def test_a_lost_stream_is_filled_again_with_the_same_events_in_order_before_newer_ones(
    database: Database, relay: Relay, addresses: ServiceDatabase, admin: Client, tenant: str
) -> None:
    async with database.transaction(tenant) as tx:
        for version in range(1, 21):
            record(tx, "box", version)

    async with running(relay.run()):
        await everything_published(addresses)
        before = await stored(admin)
        await jetstream(admin).delete_stream("WATCH")
        async with database.transaction(tenant) as tx:
            record(tx, "box", 21)
        await everything_published(addresses)

    after = await stored(admin)
    assert after[:20] == before
    assert [event.version for event in after] == list(range(1, 22))


async def test_what_is_republished_has_the_same_ids_and_order(
    database: Database, relay: Relay, addresses: ServiceDatabase, admin: Client
) -> None:
    for town in ("611021101", "611021102"):
        async with database.transaction(town) as tx:
            for version in range(1, 6):
                record(tx, "box", version)
    async with running(relay.run()):
        await everything_published(addresses)
    before = [event for event in await stored(admin) if event.tenant == "611021102"]
    await jetstream(admin).purge_stream("WATCH")

    again = await republish(addresses.relay, jetstream(admin), "watch", "611021102")

    async with running(relay.run()):
        await everything_published(addresses)
    assert again == 5
    assert await stored(admin) == before


async def test_a_stream_with_other_settings_gets_the_declared_ones(admin: Client) -> None:
    js = jetstream(admin)
    await declare_stream(js, "WATCH", ["minshao.*.watch.report.>"])

    found = await declare_stream(js, "WATCH", ["minshao.*.watch.>"])

    assert found.config.subjects == ["minshao.*.watch.>"]
    assert found.config.duplicate_window == 600
    assert (await declare_stream(js, "WATCH", ["minshao.*.watch.>"])).config == found.config


async def test_figures_show_what_waits_while_nats_is_away(
    database: Database, new_relay: NewRelay, publisher: Client, clock: FixedClock, tenant: str
) -> None:
    await publisher.close()
    async with database.transaction(tenant) as tx:
        record(tx)
        record(tx)
    clock.set(START + timedelta(minutes=1))

    async def seen() -> bool:
        return figure("minshao_outbox_depth") == 2

    async with running(new_relay().run()):
        await eventually(seen)
        assert figure("minshao_relay_lag_seconds") == 60


async def depose_leader(addresses: ServiceDatabase) -> None:
    """Ends the connection that holds the relay's lock, as the role to which it belongs may."""
    held = """
        SELECT count(pg_terminate_backend(pid)) FROM pg_locks JOIN pg_database d ON d.oid = database
        WHERE locktype = 'advisory' AND granted AND datname = current_database() AND pid <> pg_backend_pid()"""

    async def done() -> bool:
        async with connection(addresses.relay) as relay:
            return bool(await relay.fetchval(held))

    await eventually(done)
