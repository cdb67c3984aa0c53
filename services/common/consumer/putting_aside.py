"""Where events go that a consumer cannot take: kept whole, with the reason, until a person decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import cast
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog
from nats.aio.msg import Msg
from prometheus_client import Counter
from sqlalchemy.dialects.postgresql import insert

from services.common.consumer.lanes import Delivery
from services.common.database import Database, Tx
from services.common.errors import DomainError
from services.common.events import Undecodable
from services.common.foundation import DEAD_LETTERS, INBOX, TENANTS, UNDECODABLE
from services.common.logs import describe

KEPT = Counter("minshao_dead_letters_total", "Events put aside, by consumer and reason.", ["consumer", "reason"])

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that had all its tries in one tenant."""

    tenant: str
    """Where its effect failed; not always where the event happened."""
    consumer: str
    event_id: UUID
    type: str
    subject: str
    headers: Mapping[str, str]
    payload: bytes
    error: str
    """Kind and place of the last error. Not its message, which may quote what is not for everybody's eyes."""
    attempts: int
    time: datetime
    """When it was given up (domain time)."""

    @classmethod
    def of(
        cls, consumer: str, tenant: str, delivery: Delivery, error: Exception, attempts: int, now: datetime
    ) -> DeadLetter:
        message, event = delivery.message, delivery.event
        return cls(
            tenant=tenant,
            consumer=consumer,
            event_id=event.id,
            type=event.type,
            subject=message.subject,
            headers=message.headers or {},
            payload=message.data,
            error=_told(error),
            attempts=attempts,
            time=now,
        )


async def keep(database: Database, letter: DeadLetter) -> None:
    """Keeps the letter and marks its event as taken, so that only a replay can still bring about its effect."""
    async with database.transaction(letter.tenant) as tx:
        tx.upsert(DEAD_LETTERS, ("consumer", "event_id"), **asdict(letter))
        mark_taken(tx, letter.consumer, letter.event_id, letter.time)
        # The event that would have told of a new tenant may be the very one that failed.
        tx.write(insert(TENANTS).values(tenant=letter.tenant, create_time=letter.time).on_conflict_do_nothing())
    KEPT.labels(letter.consumer, "failed").inc()
    log.error(
        "dead_letter",
        consumer=letter.consumer,
        id=str(letter.event_id),
        type=letter.type,
        tenant=letter.tenant,
    )


def mark_taken(tx: Tx, consumer: str, event_id: UUID, now: datetime) -> None:
    """PENDING: writes the event into the inbox, if it is not there yet."""
    row = {"tenant": tx.tenant, "consumer": consumer, "event_id": event_id, "time": now}
    tx.write(insert(INBOX).values(row).on_conflict_do_nothing())


async def keep_undecodable(database: Database, consumer: str, message: Msg, error: Undecodable, now: datetime) -> None:
    """Keeps what is no event; once, also when it is delivered again."""
    row = {
        "id": uuid5(NAMESPACE_URL, f"{consumer}/{message.metadata.sequence.stream}/{message.metadata.timestamp}"),
        "consumer": consumer,
        "subject": message.subject,
        "headers": message.headers or {},
        "payload": message.data,
        "error": str(error),
        "time": now,
    }
    async with database.platform() as tx:
        tx.write(insert(UNDECODABLE).values(row).on_conflict_do_nothing())
    KEPT.labels(consumer, "undecodable").inc()
    log.error("undecodable", consumer=consumer, subject=message.subject, reason=str(error))


def _told(error: Exception) -> str:
    """Where and as what it was raised; the message only where it is one of ours, which quote no values."""
    described = describe(error)
    said = [str(error)] if isinstance(error, DomainError) else []
    return "\n".join([str(described["error"]), *said, *map(str, cast(list[object], described["frames"]))])
