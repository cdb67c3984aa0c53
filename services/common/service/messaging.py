"""What a process does beside answering calls: it fires deadlines, publishes its events, and takes those of others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog
from nats.aio.client import Client

from services.common import broker
from services.common.backoff import Backoff
from services.common.consumer import Consumer, Subscription
from services.common.database import Database
from services.common.deadlines import Handler, Sweeper
from services.common.relay import Relay
from services.common.service.parts import Resources
from services.common.settings import Settings

_log = structlog.get_logger(__name__)


async def messaging(resources: Resources, subscriptions: Sequence[Subscription]) -> None:
    """The relay and the consumers, from the moment at which NATS is there. Calls do not wait for it."""
    settings, clock = resources.settings, resources.clock
    client = await _nats(settings)
    try:
        relay = Relay(
            settings.relay_database_url,
            client,
            settings.service,
            resources.database.outbox,
            clock,
            replicas=settings.nats_replicas,
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(relay.run())
            for each in subscriptions:
                consumer = Consumer(resources.database, settings.database_url, client, each, clock)
                group.create_task(consumer.run())
    finally:
        await client.close()


async def _nats(settings: Settings) -> Client:
    backoff = Backoff(longest=5)
    while True:
        try:
            return await broker.connect(
                settings.nats_url, settings.service, user=settings.nats_user, password=settings.nats_password
            )
        except TimeoutError:
            _log.warning("nats_unreachable", hint="events are kept in the ledger until it is there")
            await backoff.wait()


async def sweep(resources: Resources, handlers: Mapping[str, Handler]) -> None:
    """Fires deadlines, listing them through a pool of the sweeper's own role."""
    listing = Database(resources.settings.sweeper_database_url, pool_size=1)
    try:
        await Sweeper(resources.database, listing, handlers, resources.clock).run()
    finally:
        await listing.close()
