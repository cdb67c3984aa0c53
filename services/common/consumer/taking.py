"""Taking events in one tenant: the inbox, the order of versions and the effects, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from prometheus_client import Counter

from services.common.consumer.subscription import Subscription
from services.common.database import Database, Tx
from services.common.events import Event
from services.common.foundation import AGGREGATE_VERSIONS
from services.common.tracing import working

TAKEN = Counter("minshao_consumer_taken_total", "Events taken, by consumer and outcome.", ["consumer", "outcome"])

log = structlog.get_logger(__name__)

RECEIVE = sa.text(
    """
    WITH arrived AS (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:aggregates AS text[]), CAST(:aggregate_ids AS text[]))
        AS arrived (id, aggregate, aggregate_id)
    ), fresh AS (
        INSERT INTO inbox (tenant, consumer, event_id, time) SELECT :tenant, :consumer, id, :now FROM arrived
        ON CONFLICT DO NOTHING RETURNING event_id
    )
    SELECT id, version FROM arrived JOIN fresh ON event_id = id
    LEFT JOIN aggregate_versions AS seen ON seen.tenant = :tenant AND seen.consumer = :consumer
        AND seen.aggregate = arrived.aggregate AND seen.aggregate_id = arrived.aggregate_id
    """
)


async def take(
    database: Database, subscription: Subscription, tenant: str, events: Sequence[Event], now: datetime
) -> None:
    """Has the events their effects in the tenant: all of them, or none and an error. Those taken before have none."""
    async with database.transaction(tenant) as tx:
        taken = await receive(tx, subscription.name, events, now)
        if subscription.together is None:
            for event in taken:
                await affect(tx, subscription, event, now)
        elif taken:
            for event in taken:
                subscription.understand(event)
            await subscription.together(tx, taken, now)
    TAKEN.labels(subscription.name, "effect").inc(len(taken))
    TAKEN.labels(subscription.name, "none").inc(len(events) - len(taken))


async def affect(tx: Tx, subscription: Subscription, event: Event, now: datetime) -> None:
    """Calls the event's handler, in the event's trace."""
    subscription.understand(event)
    with working(event.trace) as work:
        tx.trace = work.trace
        await subscription.handlers[event.type](tx, event, now)


async def receive(tx: Tx, consumer: str, events: Sequence[Event], now: datetime) -> list[Event]:
    """Writes the events into the inbox, and returns those that are to have their effect.

    Not those that were there already, and not those whose aggregate was seen in this version or a later one: order is
    the sender's promise, and what breaks it is refused.
    """
    arrived = {
        "tenant": tx.tenant,
        "consumer": consumer,
        "now": now,
        "ids": [event.id for event in events],
        "aggregates": [event.aggregate for event in events],
        "aggregate_ids": [aggregate_id(event, tx.tenant) for event in events],
    }
    rows: Sequence[sa.Row[Any]] = await tx.rows(RECEIVE, arrived)
    fresh = {row.id: row.version or 0 for row in rows}
    last: dict[tuple[str, str], int] = {}
    taken = []
    for event in events:
        if (in_database := fresh.pop(event.id, None)) is None:
            continue
        this = event.aggregate, aggregate_id(event, tx.tenant)
        if event.version <= last.get(this, in_database):
            log.warning("event_overtaken", type=event.type, id=str(event.id))
            continue
        last[this] = event.version
        taken.append(event)
    for (aggregate, identity), version in last.items():
        remember(tx, consumer, aggregate, identity, version)
    return taken


def remember(tx: Tx, consumer: str, aggregate: str, identity: str, version: int) -> None:
    """PENDING: notes the last version of the aggregate that the consumer has seen."""
    key = {"consumer": consumer, "aggregate": aggregate, "aggregate_id": identity}
    tx.upsert(AGGREGATE_VERSIONS, tuple(key), **key, version=version)


def aggregate_id(event: Event, tenant: str) -> str:
    """The aggregate's id as the tenant knows it: one tenant's ids say nothing in another."""
    return event.aggregate_id if event.tenant == tenant else f"{event.tenant}/{event.aggregate_id}"
