"""One process at a time: whoever holds an advisory lock of PostgreSQL leads, for as long as its connection lives.

The lock belongs to a connection of its own, made straight to PostgreSQL: a pooler that hands connections from
transaction to transaction (pgbouncer) would lose it. A leader that is cut off from PostgreSQL does not know at once
that another has taken its place; whatever must not happen twice needs more than leadership to prevent it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
import structlog
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import make_url

from services.common.backoff import Backoff

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

CANDIDATE_SECONDS = 0.5
"""How often one who does not lead asks for the lock."""

ANSWER_SECONDS = 10.0
"""How long PostgreSQL may take for a statement on such a connection before the connection counts as lost."""

TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"

log = structlog.get_logger(__name__)


async def lead(url: str, name: str, work: Callable[[Connection], Awaitable[None]]) -> None:
    """Runs `work` whenever this process leads under `name` in the database at `url`; ends only by cancellation.

    `work` gets the connection that holds the lock. When it fails, for whatever reason, the lock is given up and
    asked for again after a while.
    """
    backoff = Backoff()
    while True:
        try:
            async with connection(url) as own:
                await _acquire(own, name)
                log.info("leads", name=name)
                backoff.reset()
                await work(own)
        except Exception as error:  # noqa: BLE001 - work may fail in any way; another may lead meanwhile
            log.warning("leadership_given_up", name=name, error=error)
        await backoff.wait()


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[Connection]:
    """A connection to PostgreSQL outside of any pool; in no tenant and in no transaction."""
    # What may stand in an address (hosts, TLS) is then the same as for the pool of the service.
    _, options = PGDialect_asyncpg().create_connect_args(make_url(url))  # type: ignore[no-untyped-call]
    own: Connection = await asyncpg.connect(**options, timeout=ANSWER_SECONDS, command_timeout=ANSWER_SECONDS)
    try:
        yield own
    finally:
        own.terminate()


async def _acquire(own: Connection, name: str) -> None:
    while not await own.fetchval(TRY_LOCK, name):  # noqa: ASYNC110 - PostgreSQL tells nobody that a lock is free
        await asyncio.sleep(CANDIDATE_SECONDS)
