"""Holding up what is on its way in a county, so that a process dies at the very moment that is meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import psutil

from deploy.local.databases import superuser
from tests.faults.county.luonan import Luonan
from tests.faults.county.tally import PATIENCE
from tests.messaging import eventually

WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"

Wanted = Callable[[], Awaitable[None]]
"""Returns when the service wants what is held."""


@asynccontextmanager
async def held(luonan: Luonan, service: str, rows: str) -> AsyncIterator[Wanted]:
    """Somebody has rows of a service's database in their hands: it can begin what needs them, and cannot end it."""
    async with superuser(luonan.stack.postgres, f"minshao_{service}") as database, database.transaction():
        await database.execute(f"SELECT FROM {rows} FOR UPDATE")

        async def is_wanted() -> bool:
            return bool(await database.fetchval(WAITS))

        async def wanted() -> None:
            await eventually(is_wanted, timedelta(seconds=PATIENCE))

        yield wanted


@asynccontextmanager
async def halted(luonan: Luonan, name: str) -> AsyncIterator[None]:
    """A process stands still: what it is sent waits for it, and is lost if it dies."""
    process = luonan.stack.children[name].process()
    assert process is not None
    process.suspend()
    try:
        yield
    finally:
        with suppress(psutil.NoSuchProcess):
            process.resume()
