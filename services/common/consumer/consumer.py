"""The consumer: from messages of a stream to effects in this service, each once, in the order of each aggregate.

One process at a time reads a subscription, so that no two work on one aggregate side by side. That alone would not
do: a process that lost its leadership may still be at work. But both read in order from the ack floor, and every
effect is one transaction with its row in the inbox, which lets the second of two wait and then skip.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from google.protobuf.message import Message
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from prometheus_client import Gauge

from services.common.backoff import Backoff, finish
from services.common.clock import Clock
from services.common.consumer.lanes import Delivery, Lane, Lanes
from services.common.consumer.putting_aside import DeadLetter, keep, keep_undecodable
from services.common.consumer.reading import Broken, Reading, reading
from services.common.consumer.subscription import Subscription
from services.common.consumer.taking import take
from services.common.database import Database, Unreachable
from services.common.events import Event, Undecodable, decode
from services.common.leadership import Connection, lead

TENANTS_AT_ONCE = 4
PULSE_SECONDS = 2.0

LAG = Gauge("minshao_consumer_lag_events", "Events that a consumer has not settled; 0 if not leading.", ["consumer"])

log = structlog.get_logger(__name__)

Failures = Mapping[str, Exception]
"""What went wrong with an event, by the tenant in which it was to have its effect."""


class Consumer:
    """Takes the events of one subscription."""

    def __init__(
        self,
        database: Database,
        url: str,
        client: Client,
        subscription: Subscription,
        clock: Clock,
        messages: Mapping[str, type[Message]] | None = None,
    ) -> None:
        """`url` is the one of `database`, for a connection that holds a lock; `messages` as for `events.decode`."""
        self._database = database
        self._url = url
        self._client = client
        self._subscription = subscription
        self._clock = clock
        self._messages = messages
        self._room = asyncio.Semaphore(TENANTS_AT_ONCE)
        self._lag = LAG.labels(subscription.name)

    async def run(self) -> None:
        """Consumes whenever this process leads, until it is cancelled; events in hand are finished.

        Survives the loss of PostgreSQL, of NATS and of the stream, and waits for a stream that is not there yet.
        """
        try:
            await lead(self._url, f"consumer/{self._subscription.name}", self._lead)
        finally:
            self._lag.set(0)

    async def _lead(self, own: Connection) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(_pulse(own))
            group.create_task(self._consume())

    async def _consume(self) -> None:
        backoff = Backoff()
        while True:
            try:
                async with reading(self._client, self._subscription) as current:
                    await self._read(current, backoff)
            except (Broken, NatsError, Unreachable) as error:
                log.warning("reading_begins_again", consumer=self._subscription.name, reason=str(error))
            await backoff.wait()

    async def _read(self, current: Reading, backoff: Backoff) -> None:
        lanes = Lanes()
        self._lag.set(current.remaining)
        while True:
            messages = await current.batch(lanes.seconds_to_next_try())
            self._lag.set(current.remaining + len(messages) + len(lanes))
            await finish(self._settle(messages, lanes))
            self._lag.set(current.remaining + len(lanes))
            backoff.reset()

    async def _settle(self, messages: Sequence[Msg], lanes: Lanes) -> None:
        """Each message is acknowledged, put into a lane, or put aside for good."""
        arrived = [delivery for message in messages if (delivery := await self._decoded(message))]
        first_tries = [delivery for delivery in arrived if not lanes.queue(delivery)]
        failures = await self._try(first_tries)
        for delivery in first_tries:
            if lanes.queue(delivery):
                continue
            if delivery.event.id in failures:
                lanes.open(delivery)
            else:
                await delivery.message.ack()
        for lane in lanes.due():
            await self._retry(lane)

    async def _decoded(self, message: Msg) -> Delivery | None:
        """What cannot be decoded will never be: it is kept where people find it, and the stream is told so."""
        try:
            return Delivery(message, decode(message.subject, message.headers or {}, message.data, self._messages))
        except Undecodable as error:
            await keep_undecodable(self._database, self._subscription.name, message, error, self._clock.now())
            await message.term()
            return None

    async def _retry(self, lane: Lane) -> None:
        """Tries the first event of the lane, and then those behind it, up to one that fails again."""
        while lane.waiting:
            delivery = lane.waiting[0]
            failures = (await self._try([delivery])).get(delivery.event.id)
            if failures:
                lane.failed()
                if not lane.exhausted:
                    return
                await self._give_up(delivery, failures, lane.attempts)
            else:
                await delivery.message.ack()
            lane.settled()

    async def _give_up(self, delivery: Delivery, failures: Failures, attempts: int) -> None:
        for tenant, error in failures.items():
            letter = DeadLetter.of(self._subscription.name, tenant, delivery, error, attempts, self._clock.now())
            await keep(self._database, letter)
        await delivery.message.term()

    async def _try(self, deliveries: Sequence[Delivery]) -> Mapping[UUID, Failures]:
        """Has the events their effects in every tenant that they have one in. What failed, by event and tenant."""
        by_tenant: defaultdict[str, list[Event]] = defaultdict(list)
        for delivery in deliveries:
            for tenant in self._subscription.tenants(delivery.event):
                by_tenant[tenant].append(delivery.event)
        try:
            async with asyncio.TaskGroup() as group:
                tries = {each: group.create_task(self._try_in(each, events)) for each, events in by_tenant.items()}
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        failures: defaultdict[UUID, dict[str, Exception]] = defaultdict(dict)
        for tenant, tried in tries.items():
            for event, error in tried.result().items():
                failures[event][tenant] = error
        return failures

    async def _try_in(self, tenant: str, events: Sequence[Event]) -> Mapping[UUID, Exception]:
        """All in one transaction; if that fails, each by itself, without those behind one that fails."""
        try:
            async with self._room:
                await take(self._database, self._subscription, tenant, events, self._clock.now())
        except Unreachable:
            raise
        except Exception as error:  # noqa: BLE001 - a handler may fail in any way; it is logged once it is alone
            if len(events) == 1:
                log.warning("event_failed", consumer=self._subscription.name, id=str(events[0].id), error=error)
                return {events[0].id: error}
            return await self._try_one_by_one(tenant, events)
        return {}

    async def _try_one_by_one(self, tenant: str, events: Sequence[Event]) -> Mapping[UUID, Exception]:
        failures: dict[UUID, Exception] = {}
        blocked = set()
        for event in events:
            if event.thing not in blocked and (failure := await self._try_in(tenant, [event])):
                failures.update(failure)
                blocked.add(event.thing)
        return failures


async def _pulse(own: Connection) -> None:
    """Finds out when the connection that holds the lock is gone."""
    while True:
        await own.execute("SELECT 1")
        await asyncio.sleep(PULSE_SECONDS)
