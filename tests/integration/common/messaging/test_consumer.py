"""Each event has its effect once, in the order of its aggregate, whatever fails and however often it arrives."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from nats.aio.client import Client
from nats.js.api import ConsumerConfig

from deploy.local.databases import ServiceDatabase
from services.common import dead_letters, ledger
from services.common.access import SYSTEM
from services.common.broker import declare_stream, jetstream
from services.common.clock import FixedClock
from services.common.consumer import Consumer, Subscription, lanes
from services.common.database import Database, Tx
from services.common.errors import NotFound
from services.common.events import Event, headers
from services.common.foundation import INBOX, LEDGER, UNDECODABLE
from tests.messaging import eventually, figure, running, send
from tests.sample_events import MADE, MOVED, SAMPLES, START, sample, sample_event

TOWN, COUNTY = "611021101", "611021"


class Trouble(Exception):
    pass


class Effects:
    """A handler whose effect is an entry of the ledger: happening twice, it would violate a key."""

    def __init__(self) -> None:
        self.fails: Callable[[Tx, Event], bool] = lambda tx, event: False
        self.tries: list[tuple[str, int]] = []

    async def __call__(self, tx: Tx, event: Event, now: datetime) -> None:
        self.tries.append((event.aggregate_id, event.version))
        ledger.append(tx, SYSTEM("gateway"), "effect", event.aggregate_id, event.version, sample(), now)
        if self.fails(tx, event):
            raise Trouble


@pytest.fixture
def effects() -> Effects:
    return Effects()


@pytest.fixture
def subscription(effects: Effects) -> Subscription:
    return Subscription("WATCH", "gateway", {MADE: effects, MOVED: effects})


@pytest.fixture(autouse=True)
async def stream(admin: Client) -> None:
    await declare_stream(jetstream(admin), "WATCH", ["minshao.*.watch.>"])


@pytest.fixture
def consumer(
    database: Database, addresses: ServiceDatabase, subscriber: Client, subscription: Subscription, clock: FixedClock
) -> Consumer:
    return Consumer(database, addresses.app, subscriber, subscription, clock, SAMPLES)


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "RETRY_SECONDS", (0.01, 0.01, 0.01, 0.01))


async def happened(database: Database, tenant: str = TOWN) -> list[tuple[str, int]]:
    """Aggregate and version of each effect, in the order in which they happened."""
    entries = sa.select(LEDGER.c.aggregate_id, LEDGER.c.version).where(LEDGER.c.aggregate == "effect")
    async with database.transaction(tenant) as tx:
        return [tuple(row) for row in await tx.rows(entries.order_by(LEDGER.c.seq))]


async def until_happened(database: Database, expected: Sequence[tuple[str, int]], tenant: str = TOWN) -> None:
    async def all_there() -> bool:
        return await happened(database, tenant) == list(expected)

    await eventually(all_there)


async def all_settled(admin: Client) -> None:
    """Waits until the durable consumer has nothing left, acknowledged or not."""

    async def settled() -> bool:
        info = await jetstream(admin).consumer_info("WATCH", "gateway")
        return (info.num_pending, info.num_ack_pending) == (0, 0)

    await eventually(settled)


def history(aggregate_id: str, *versions: int, tenant: str = TOWN) -> list[Event]:
    return [sample_event(tenant=tenant, aggregate_id=aggregate_id, version=version) for version in versions]


async def test_an_event_has_its_effect_once_in_its_tenant(
    consumer: Consumer, publisher: Client, admin: Client, database: Database
) -> None:
    await send(publisher, *history("box", 1, 2), *history("box", 1, tenant="611021102"))

    async with running(consumer.run()):
        await until_happened(database, [("box", 1), ("box", 2)])
        await all_settled(admin)

    assert await happened(database, "611021102") == [("box", 1)]


async def test_an_effect_happens_in_the_trace_of_its_event(
    consumer: Consumer, publisher: Client, database: Database
) -> None:
    await send(publisher, sample_event())

    async with running(consumer.run()):
        await eventually_one_effect(database)

    async with database.transaction(TOWN) as tx:
        trace = await tx.scalar(sa.select(LEDGER.c.trace)) or ""
    assert trace.startswith("00-0af7651916cd43dd8448eb211c80319c-")


async def test_the_same_event_again_has_no_second_effect(
    consumer: Consumer, publisher: Client, admin: Client, database: Database
) -> None:
    events = history("box", 1, 2, 3)
    await send(publisher, *events)
    async with running(consumer.run()):
        await until_happened(database, [("box", 1), ("box", 2), ("box", 3)])

        await jetstream(admin).delete_stream("WATCH")
        await declare_stream(jetstream(admin), "WATCH", ["minshao.*.watch.>"])
        await send(publisher, *events, *history("box", 4))

        await until_happened(database, [("box", 1), ("box", 2), ("box", 3), ("box", 4)])
        await all_settled(admin)


async def test_a_version_that_was_passed_is_refused_and_a_hole_is_not(
    consumer: Consumer, publisher: Client, admin: Client, database: Database
) -> None:
    await send(publisher, *history("box", 2, 7, 7, 3, 8))

    async with running(consumer.run()):
        await until_happened(database, [("box", 2), ("box", 7), ("box", 8)])
        await all_settled(admin)


async def test_an_aggregate_of_one_town_is_not_that_of_another_in_the_county(
    consumer: Consumer, publisher: Client, database: Database, subscription: Subscription
) -> None:
    object.__setattr__(subscription, "tenants", lambda event: [event.tenant, COUNTY])
    other = sample_event(tenant="611021102", aggregate_id="2026-03", version=2)
    await send(publisher, *history("2026-03", 3), other)

    async with running(consumer.run()):
        await until_happened(database, [("2026-03", 3), ("2026-03", 2)], COUNTY)


async def test_what_fails_is_tried_again_and_holds_back_only_its_own_aggregate(
    consumer: Consumer, publisher: Client, database: Database, effects: Effects, quick_retries: None
) -> None:
    failures = iter([True, True])
    effects.fails = lambda tx, event: (event.aggregate_id, event.version) == ("box", 2) and next(failures, False)
    await send(publisher, *history("box", 1, 2, 3), *history("letter", 1), *history("box", 4))

    async with running(consumer.run()):
        await until_happened(database, [("box", 1), ("letter", 1), ("box", 2), ("box", 3), ("box", 4)])


async def test_what_fails_in_the_county_does_not_happen_twice_in_the_town(
    consumer: Consumer,
    publisher: Client,
    database: Database,
    effects: Effects,
    subscription: Subscription,
    quick_retries: None,
) -> None:
    object.__setattr__(subscription, "tenants", lambda event: [event.tenant, COUNTY])
    failures = iter([True])
    effects.fails = lambda tx, event: tx.tenant == COUNTY and event.version == 1 and next(failures, False)
    await send(publisher, *history("box", 1, 2))

    async with running(consumer.run()):
        await until_happened(database, [("box", 1), ("box", 2)], COUNTY)

    assert await happened(database) == [("box", 1), ("box", 2)]


async def test_after_five_tries_an_event_is_a_dead_letter_and_the_next_one_goes_on(
    consumer: Consumer, publisher: Client, admin: Client, database: Database, effects: Effects, quick_retries: None
) -> None:
    effects.fails = lambda tx, event: event.version == 2
    first, poison, third = history("box", 1, 2, 3)
    await send(publisher, first, poison, third)

    async with running(consumer.run()):
        await until_happened(database, [("box", 1), ("box", 3)])
        await all_settled(admin)

    # Once together with the others, then by itself: both belong to the first try.
    assert effects.tries.count(("box", 2)) == 6
    (letter,) = await dead_letters.listed(database, TOWN)
    assert (letter.event_id, letter.consumer, letter.attempts) == (poison.id, "WATCH/gateway", 5)
    assert (letter.payload, letter.headers) == (poison.payload, headers(poison))
    assert letter.error.startswith("Trouble\n")


async def test_a_dead_letter_is_not_tried_again_when_the_stream_comes_back(
    consumer: Consumer, publisher: Client, admin: Client, database: Database, effects: Effects, quick_retries: None
) -> None:
    effects.fails = lambda tx, event: event.version == 2
    events = history("box", 1, 2)
    await send(publisher, *events)
    async with running(consumer.run()):
        await all_settled_with_letters(database, 1)
        effects.fails = lambda tx, event: False
        await jetstream(admin).delete_stream("WATCH")
        await declare_stream(jetstream(admin), "WATCH", ["minshao.*.watch.>"])
        await send(publisher, *events, *history("letter", 1))
        await until_happened(database, [("box", 1), ("letter", 1)])

    assert len(await dead_letters.listed(database, TOWN)) == 1


async def test_a_replayed_letter_has_its_effect_once_and_is_gone(
    consumer: Consumer,
    publisher: Client,
    database: Database,
    effects: Effects,
    subscription: Subscription,
    quick_retries: None,
) -> None:
    poison = await a_dead_letter(consumer, publisher, database, effects, 1)

    await dead_letters.replay(database, subscription, TOWN, poison, START, messages=SAMPLES)

    assert await happened(database) == [("box", 1)]
    assert await dead_letters.listed(database, TOWN) == []
    with pytest.raises(NotFound):
        await dead_letters.replay(database, subscription, TOWN, poison, START, messages=SAMPLES)


async def test_a_replay_that_fails_keeps_the_letter(
    consumer: Consumer,
    publisher: Client,
    database: Database,
    effects: Effects,
    subscription: Subscription,
    quick_retries: None,
) -> None:
    poison = await a_dead_letter(consumer, publisher, database, effects, 1)
    effects.fails = lambda tx, event: True

    with pytest.raises(Trouble):
        await dead_letters.replay(database, subscription, TOWN, poison, START, messages=SAMPLES)

    assert await happened(database) == []
    assert [letter.event_id for letter in await dead_letters.listed(database, TOWN)] == [poison]


async def test_a_letter_that_was_overtaken_is_replayed_only_on_demand(
    consumer: Consumer,
    publisher: Client,
    database: Database,
    effects: Effects,
    subscription: Subscription,
    quick_retries: None,
) -> None:
    poison = await a_dead_letter(consumer, publisher, database, effects, 1, followed_by=2)

    with pytest.raises(dead_letters.Overtaken):
        await dead_letters.replay(database, subscription, TOWN, poison, START, messages=SAMPLES)
    assert await happened(database) == [("box", 2)]

    await dead_letters.replay(database, subscription, TOWN, poison, START, out_of_order=True, messages=SAMPLES)
    assert await happened(database) == [("box", 2), ("box", 1)]


async def test_what_cannot_be_decoded_is_kept_and_holds_up_nothing(
    consumer: Consumer, publisher: Client, admin: Client, database: Database
) -> None:
    place = f"minshao.{TOWN}.{MADE}"
    await jetstream(publisher).publish(place, b"\xff", headers={"ce-type": MADE, "ce-id": "x"})
    await jetstream(publisher).publish(place, b"no headers")
    await send(publisher, *history("box", 1))

    async with running(consumer.run()):
        await until_happened(database, [("box", 1)])
        await all_settled(admin)

    async with database.platform() as tx:
        kept = await tx.rows(sa.select(UNDECODABLE.c.payload, UNDECODABLE.c.subject).order_by(UNDECODABLE.c.payload))
    assert [tuple(row) for row in kept] == [(b"no headers", place), (b"\xff", place)]


async def test_deliveries_that_a_dead_reader_left_come_first(
    consumer: Consumer, publisher: Client, subscriber: Client, admin: Client, database: Database
) -> None:
    await send(publisher, *history("box", 1, 2, 3))
    await take_and_die(subscriber, 2)
    await send(publisher, *history("box", 4))

    async with running(consumer.run()):
        await until_happened(database, [("box", version) for version in (1, 2, 3, 4)])


async def test_a_consumer_waits_for_a_stream_that_is_not_there_yet(
    consumer: Consumer, publisher: Client, admin: Client, database: Database
) -> None:
    await jetstream(admin).delete_stream("WATCH")

    async with running(consumer.run()):
        await declare_stream(jetstream(admin), "WATCH", ["minshao.*.watch.>"])
        await send(publisher, *history("box", 1))
        await until_happened(database, [("box", 1)])


async def test_a_durable_consumer_that_was_deleted_is_made_again(
    consumer: Consumer, publisher: Client, admin: Client, database: Database
) -> None:
    await send(publisher, *history("box", 1))
    async with running(consumer.run()):
        await until_happened(database, [("box", 1)])
        await jetstream(admin).delete_consumer("WATCH", "gateway")
        await send(publisher, *history("box", 2))
        await until_happened(database, [("box", 1), ("box", 2)])


async def test_a_type_that_is_subscribed_later_is_taken_from_then_on(
    consumer: Consumer, publisher: Client, database: Database, subscription: Subscription, effects: Effects
) -> None:
    moved = sample(MOVED)
    object.__setattr__(subscription, "handlers", {MADE: effects})
    await send(publisher, *history("box", 1), sample_event(moved, aggregate_id="box", version=2), *history("box", 3))
    async with running(consumer.run()):
        await until_happened(database, [("box", 1), ("box", 3)])

    object.__setattr__(subscription, "handlers", {MADE: effects, MOVED: effects})
    await send(publisher, sample_event(moved, aggregate_id="box", version=4))

    async with running(consumer.run()):
        await until_happened(database, [("box", 1), ("box", 3), ("box", 4)])


async def test_figures_show_what_waits_behind_a_failure(
    consumer: Consumer, publisher: Client, database: Database, effects: Effects
) -> None:
    effects.fails = lambda tx, event: event.aggregate_id == "box"
    await send(publisher, *history("box", 1, 2, 3), *history("letter", 1))

    async def waiting() -> bool:
        return figure("minshao_consumer_lag_events", consumer="WATCH/gateway") == 3

    async with running(consumer.run()):
        await until_happened(database, [("letter", 1)])
        await eventually(waiting)


async def test_of_two_consumers_one_takes_over_when_the_other_stops(
    consumer: Consumer,
    publisher: Client,
    database: Database,
    addresses: ServiceDatabase,
    subscriber: Client,
    subscription: Subscription,
    clock: FixedClock,
) -> None:
    other = Consumer(database, addresses.app, subscriber, subscription, clock, SAMPLES)
    async with running(other.run()):
        async with running(consumer.run()):
            await send(publisher, *history("box", *range(1, 50)))
            await until_happened(database, [("box", version) for version in range(1, 50)])
        await send(publisher, *history("box", *range(50, 100)))
        await until_happened(database, [("box", version) for version in range(1, 100)])


async def test_events_in_hand_are_finished_when_a_consumer_is_stopped(
    consumer: Consumer, publisher: Client, admin: Client, database: Database, subscription: Subscription
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    inner = subscription.handlers[MADE]

    async def slow(tx: Tx, event: Event, now: datetime) -> None:
        begun.set()
        await go_on.wait()
        await inner(tx, event, now)

    object.__setattr__(subscription, "handlers", {MADE: slow})
    await send(publisher, *history("box", 1))

    consuming = asyncio.create_task(consumer.run())
    await begun.wait()
    consuming.cancel()
    go_on.set()
    await asyncio.gather(consuming, return_exceptions=True)

    assert consuming.cancelled()
    assert await happened(database) == [("box", 1)]
    await all_settled(admin)


async def take_and_die(subscriber: Client, count: int) -> None:
    """Has some events delivered by the durable consumer, and forgets them without an acknowledgement."""
    config = ConsumerConfig(
        name="gateway", durable_name="gateway", filter_subjects=[f"minshao.*.{MADE}", f"minshao.*.{MOVED}"]
    )
    await jetstream(subscriber).add_consumer("WATCH", config, ack_policy="explicit", ack_wait=3600)
    inbox = await subscriber.subscribe(subscriber.new_inbox())
    request = json.dumps({"batch": count}).encode()
    await subscriber.publish("$JS.API.CONSUMER.MSG.NEXT.WATCH.gateway", request, reply=inbox.subject)
    for _ in range(count):
        await inbox.next_msg(5)
    await inbox.unsubscribe()


async def all_settled_with_letters(database: Database, letters: int) -> None:
    async def so_many() -> bool:
        return len(await dead_letters.listed(database, TOWN)) == letters

    await eventually(so_many)


async def a_dead_letter(
    consumer: Consumer,
    publisher: Client,
    database: Database,
    effects: Effects,
    version: int,
    *,
    followed_by: int | None = None,
) -> UUID:
    """The id of an event that was given up; afterwards nothing fails any more."""
    effects.fails = lambda tx, event: event.version == version
    poison, *rest = history("box", version, *([followed_by] if followed_by else []))
    await send(publisher, poison, *rest)
    async with running(consumer.run()):
        await all_settled_with_letters(database, 1)
        await until_happened(database, [("box", event.version) for event in rest])
    effects.fails = lambda tx, event: False
    return poison.id


async def eventually_one_effect(database: Database) -> None:
    async def one() -> bool:
        async with database.transaction(TOWN) as tx:
            return await tx.scalar(sa.select(sa.func.count()).select_from(INBOX)) == 1

    await eventually(one)
