"""The outbox as a whole: how much waits in it, and putting back into it what a lost stream had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nats.js import JetStreamContext

from services.common.broker import forget_ids, stream_of
from services.common.leadership import Connection, connection

OUTBOX = """
    SELECT count(*) AS depth, min(time) AS oldest FROM (
        SELECT time FROM ledger WHERE number IS NULL
        UNION ALL
        SELECT time FROM ledger WHERE number IS NOT NULL AND published_time IS NULL
    ) AS waiting"""

TAKE_MARKS_BACK = """
    UPDATE ledger SET published_time = NULL
    WHERE published_time IS NOT NULL AND ($1::text IS NULL OR tenant = $1)"""

LONG_SECONDS = 3600.0
"""How long taking the marks back may take: it touches every entry."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What is committed and not published."""

    depth: int
    oldest: datetime | None
    """Domain time of the oldest entry in it."""


async def outbox(own: Connection) -> Outbox:
    """The service's outbox, over all tenants."""
    (row,) = await own.fetch(OUTBOX)
    return Outbox(row["depth"], row["oldest"])


async def republish(relay_url: str, js: JetStreamContext, service: str, tenant: str | None = None) -> int:
    """Has everything that was ever published, or all of one tenant, published again; returns how much.

    The entries go back into the outbox, from which the relay that leads sends them: with the ids that they had, in
    the order of each tenant's ledger, and before anything newer. What a consumer knows already, its inbox refuses.
    """
    await forget_ids(js, stream_of(service))
    async with connection(relay_url) as own:
        return await take_marks_back(own, tenant)


async def take_marks_back(own: Connection, tenant: str | None = None) -> int:
    """In one transaction, so that no relay sees a newer entry waiting without the older ones before it."""
    done: str = await own.execute(TAKE_MARKS_BACK, tenant, timeout=LONG_SECONDS)
    return int(done.removeprefix("UPDATE "))
