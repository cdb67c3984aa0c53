"""Processes to be killed, beside the fixtures of the foundation."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict

import pytest

from deploy.local.databases import ServiceDatabase
from tests.engines import NatsRoom
from tests.messaging import addresses, admin, clock, database, publisher, subscriber, sweeper_database

__all__ = ["addresses", "admin", "clock", "database", "publisher", "subscriber", "sweeper_database"]

Process = asyncio.subprocess.Process
Start = Callable[[str], AbstractAsyncContextManager[Process]]


@pytest.fixture
def start(addresses: ServiceDatabase, nats_server: NatsRoom) -> Start:
    """Starts an actor on the test's database and NATS account; at the end it is killed, if it still lives."""

    @asynccontextmanager
    async def started(actor: str) -> AsyncIterator[Process]:
        login, password = nats_server.user("gateway" if actor == "consumer" else "watch")
        where = {**asdict(addresses), "nats": nats_server.url, "login": login, "password": password}
        command = (sys.executable, "-m", "tests.faults.messaging.actor", actor, json.dumps(where))
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    return started


async def hear(process: Process, times: int = 1) -> None:
    """Waits until the actor has said so many words. Raises TimeoutError after 20 seconds."""
    assert process.stdout is not None
    async with asyncio.timeout(20):
        for _ in range(times):
            assert await process.stdout.readline(), "the actor ended"


async def first_to_speak(*processes: Process, times: int) -> Process:
    """The first that has said so many words; what the others say is not heard."""
    hearing = {asyncio.create_task(hear(process, times)): process for process in processes}
    done, others = await asyncio.wait(hearing, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    for task in done:
        await task
    return hearing[done.pop()]
