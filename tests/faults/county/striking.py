"""Killing processes of a county in turns, each at a random moment in the middle of what it has to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from random import Random

import asyncpg

from deploy.local.databases import superuser
from tests.faults.county.luonan import Luonan
from tests.faults.county.tally import PATIENCE
from tests.messaging import eventually

TURNS: Sequence[Sequence[str]] = (("watch", "agency"), ("nats",), ("risk", "gateway"))
"""Who dies at the same time, turn by turn. Every event between two services has in some turn its sender killed, in some
its broker, and in some its receiver."""

ENTRIES, FEEDS = "SELECT count(*) FROM ledger", "SELECT count(*) FROM feed"
WORK: Mapping[str, tuple[str, str]] = {
    "watch": ("watch", ENTRIES),
    "agency": ("agency", ENTRIES),
    "risk": ("risk", ENTRIES),
    "gateway": ("gateway", FEEDS),
    "nats": ("risk", ENTRIES),
}
"""What shows how far each has come: in whose database, and how it is counted there. NATS: what has come through it."""
LATEST = 4
"""After at most so many entries more a victim is killed: fewer than it has to write in any turn."""


@asynccontextmanager
async def struck(luonan: Luonan, victims: Sequence[str], moments: Random) -> AsyncIterator[None]:
    """Kills each victim by SIGKILL when something has come of what is done inside, and starts it again."""
    async with AsyncExitStack() as opened, asyncio.TaskGroup() as group:
        for victim in victims:
            service, count = WORK[victim]
            database = await opened.enter_async_context(superuser(luonan.stack.postgres, f"minshao_{service}"))
            moment = await database.fetchval(count) + moments.randint(1, LATEST)
            group.create_task(_strike(luonan, victim, database, moment))
        yield


async def _strike(luonan: Luonan, victim: str, database: asyncpg.Connection, moment: int) -> None:
    _, count = WORK[victim]

    async def has_come() -> bool:
        return bool(await database.fetchval(count) >= moment)

    await eventually(has_come, timedelta(seconds=PATIENCE))
    await luonan.kill(victim)
    await luonan.start(victim)
