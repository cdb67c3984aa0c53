"""Writing and reading the entries of one tenant."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

import sqlalchemy as sa
from google.protobuf.message import Message

from services.common.database import Tx
from services.common.events import event_type
from services.common.foundation import LEDGER


class Actor(Protocol):
    """Who did it. The name is a resource name, or `citizen`, or `system/{service}`."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger, as it stands in the row."""

    tenant: str
    id: UUID
    aggregate: str
    aggregate_id: str
    version: int
    type: str
    actor: str
    time: datetime
    """Domain time, aware, in UTC."""
    payload: bytes
    """The event as protobuf: codes, numbers and times; nothing sealed and no free text."""
    trace: str | None
    number: int | None
    """Place in the tenant's chain, from 1 without gaps; None until the relay has given it."""
    hash: bytes | None


COLUMNS = tuple(LEDGER.c[field.name] for field in fields(Entry))


def append(tx: Tx, actor: Actor, aggregate: str, aggregate_id: str, version: int, event: Message, now: datetime) -> str:
    """PENDING: records a state change; its event is published after the commit. Returns the event's id.

    `version` is the aggregate's new version. Two changes that start from the same one collide: the second raises
    UniqueViolation when it is sent.
    """
    identity = uuid4()
    tx.insert(
        LEDGER,
        id=identity,
        aggregate=aggregate,
        aggregate_id=aggregate_id,
        version=version,
        type=event_type(event),
        actor=actor.name,
        time=now,
        payload=event.SerializeToString(),
        trace=tx.trace,
    )
    tx.on_commit(tx.outbox.set)
    return str(identity)


async def timeline(tx: Tx, aggregate: str, aggregate_id: str) -> list[Entry]:
    """What happened to one thing, in order."""
    ledger = LEDGER.c
    this = (ledger.tenant == tx.tenant, ledger.aggregate == aggregate, ledger.aggregate_id == aggregate_id)
    rows = await tx.rows(sa.select(*COLUMNS).where(*this).order_by(ledger.version))
    return [Entry(*row) for row in rows]
