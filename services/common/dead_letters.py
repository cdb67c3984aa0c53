"""Events that a consumer gave up: to be looked at, and played again once what was wrong with them is mended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from google.protobuf.message import Message

from services.common.consumer.putting_aside import DeadLetter, mark_taken
from services.common.consumer.subscription import Subscription
from services.common.consumer.taking import affect, aggregate_id, remember
from services.common.database import Database, Tx
from services.common.errors import NotFound, Refused
from services.common.events import Event, decode
from services.common.foundation import AGGREGATE_VERSIONS, DEAD_LETTERS

letters = DEAD_LETTERS.c
COLUMNS = tuple(letters[name] for name in DeadLetter.__slots__)


class Overtaken(Refused):
    """A later version of what the event is about was taken already; playing it now would undo that order."""

    def __init__(self, version: int, seen: int) -> None:
        super().__init__(
            "OVERTAKEN", f"该事件的版本为 {version}，而版本 {seen} 已经处理；如确需补做，请指明不按次序重放。"
        )
        self.version = version
        self.seen = seen


async def listed(database: Database, tenant: str) -> list[DeadLetter]:
    """The dead letters of a tenant, the oldest first."""
    async with database.transaction(tenant) as tx:
        mine = sa.select(*COLUMNS).where(letters.tenant == tenant)
        return [DeadLetter(*row) for row in await tx.rows(mine.order_by(letters.time, letters.event_id))]


async def replay(
    database: Database,
    subscription: Subscription,
    tenant: str,
    event_id: UUID,
    now: datetime,
    *,
    out_of_order: bool = False,
    messages: Mapping[str, type[Message]] | None = None,
) -> Event:
    """Has the event its effect now, and removes the letter, in one transaction; whatever the handler raises is raised.

    Raises NotFound, and Overtaken unless `out_of_order`: then the handler gets an event that is older than what its
    tenant knows already.
    """
    async with database.transaction(tenant) as tx:
        letter = await _locked(tx, subscription.name, event_id)
        event = decode(letter.subject, letter.headers, letter.payload, messages)
        seen = await _last_seen(tx, subscription.name, event)
        if seen < event.version:
            remember(tx, subscription.name, event.aggregate, aggregate_id(event, tenant), event.version)
        elif not out_of_order:
            raise Overtaken(event.version, seen)
        await affect(tx, subscription, event, now)
        mark_taken(tx, subscription.name, event_id, now)
        tx.write(sa.delete(DEAD_LETTERS).where(*_this(tx, subscription.name, event_id)))
    return event


async def _locked(tx: Tx, consumer: str, event_id: UUID) -> DeadLetter:
    """The letter; locked, so that of two replays one finds it gone."""
    row = await tx.row(sa.select(*COLUMNS).where(*_this(tx, consumer, event_id)).with_for_update())
    if row is None:
        raise NotFound("死信", str(event_id))
    return DeadLetter(*row)


async def _last_seen(tx: Tx, consumer: str, event: Event) -> int:
    seen = AGGREGATE_VERSIONS.c
    this = {
        seen.tenant: tx.tenant,
        seen.consumer: consumer,
        seen.aggregate: event.aggregate,
        seen.aggregate_id: aggregate_id(event, tx.tenant),
    }
    return await tx.scalar(sa.select(seen.version).where(*(column == value for column, value in this.items()))) or 0


def _this(tx: Tx, consumer: str, event_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return letters.tenant == tx.tenant, letters.consumer == consumer, letters.event_id == event_id
