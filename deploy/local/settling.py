"""Waiting until nothing is under way in a county on this machine: every event published and taken, nothing due."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import nats
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from deploy.local.databases import superuser
from deploy.local.stack import Stack

PATIENCE = 180.0
"""Seconds."""
PAUSE = 0.02

COURSE = (
    ("gateway", ("watch", "agency", "risk", "gateway")),
    ("agency", ("watch", "risk", "gateway")),
    ("watch", ("risk", "gateway")),
    ("risk", ("watch", "agency", "gateway")),
    ("agency", ("gateway",)),
    ("watch", ("risk", "gateway")),
)
"""The way of events: each service, and who takes from its stream, as the services subscribe: one that is named here and
does not would be waited for in vain. What one takes fills its own outbox behind it."""

UNPUBLISHED = "SELECT EXISTS (SELECT FROM ledger WHERE published_time IS NULL)"
DUE = "SELECT EXISTS (SELECT FROM deadlines WHERE due_time <= $1)"


class NotSettled(Exception):
    """What was waited for did not come in time."""


@dataclass(frozen=True, slots=True)
class Settling:
    """Looks into the databases and streams of a county that runs."""

    databases: Mapping[str, asyncpg.Connection]
    """As the superuser, whom no row security binds; by service."""
    streams: JetStreamContext

    async def settled(self, due_by: datetime | None = None, patience: float = PATIENCE) -> None:
        """Returns when every event is published and taken, and no deadline until `due_by` waits any more. Raises
        NotSettled after so many seconds."""
        await until(lambda: self._is_quiet(due_by), patience=patience)

    async def _is_quiet(self, due_by: datetime | None) -> bool:
        for service, takers in COURSE:
            database = self.databases[service]
            if due_by is not None and await database.fetchval(DUE, due_by):
                return False
            if await database.fetchval(UNPUBLISHED):
                return False
            for taker in takers:
                if not await self._has_taken_all(service.upper(), taker):
                    return False
        return True

    async def _has_taken_all(self, stream: str, taker: str) -> bool:
        try:
            found = await self.streams.consumer_info(stream, taker)
        except NotFoundError:
            return False
        return not found.num_pending and not found.num_ack_pending


async def until(holds: Callable[[], Awaitable[bool]], pause: float = PAUSE, patience: float = PATIENCE) -> None:
    """Looks every so many seconds. Raises NotSettled."""
    try:
        async with asyncio.timeout(patience):
            while not await holds():  # noqa: ASYNC110 - it happens in other processes, which tell nobody
                await asyncio.sleep(pause)
    except TimeoutError:
        raise NotSettled(f"events or deadlines are still under way after {patience:g} seconds") from None


@asynccontextmanager
async def settling(stack: Stack) -> AsyncIterator[Settling]:
    """Connected to PostgreSQL and NATS of a county that runs."""
    user, password = stack.nats.user("admin")
    async with AsyncExitStack() as opened:
        client = await nats.connect(stack.nats.url, user=user, password=password)
        opened.push_async_callback(client.close)
        databases = {
            service: await opened.enter_async_context(superuser(stack.postgres, f"minshao_{service}"))
            for service in dict.fromkeys(service for service, _ in COURSE)
        }
        yield Settling(databases, client.jetstream())
