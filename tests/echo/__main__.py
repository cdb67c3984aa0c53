"""The echo service as a process of its own, under the name and the rights of watch.

    python -m tests.echo serve

`tenants/{town}/echoes/slow` takes a second to get. Creating an echo appends to the ledger and sets a deadline that is
due at once, which appends once more. ECHO_MISFORTUNE=1 lets a background task fail when an echo has been created.
"""

from __future__ import annotations

import asyncio
import os
from datetime import datetime
from typing import Protocol, cast
from uuid import uuid4

import structlog
from google.protobuf.message import Message

from services.common import ledger
from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.deadlines import Deadline, schedule
from services.common.rpc.call import Call
from services.common.rpc.server import Offer
from services.common.service import Parts, Resources, Service, run
from tests.echo import ECHO
from tests.echo.server import CreateEchoResponse, EchoService
from tests.sample_events import sample

_log = structlog.get_logger("echo")


class Named(Protocol):
    name: str


class EchoProcess(EchoService):
    """Works for a while, or leaves traces in the ledger."""

    def __init__(self) -> None:
        super().__init__(on_get=self._take_time, on_watch=self._wait)
        self.created = asyncio.Event()

    async def create_echo(self, call: Call, request: Message) -> Message:
        async with call.transaction() as tx:
            echo = uuid4().hex
            ledger.append(tx, call.actor, "sample", echo, 1, sample(), call.now)
            schedule(tx, "echo.due", echo, call.now)
        self.created.set()
        return CreateEchoResponse()

    async def _take_time(self, call: Call, request: Message) -> None:
        if cast("Named", request).name.endswith("/slow"):
            _log.info("slow")
            await asyncio.sleep(1)

    async def _wait(self, number: int) -> None:
        if number:
            await asyncio.Event().wait()


async def fire(tx: Tx, deadline: Deadline, now: datetime) -> None:
    """What is due is told."""
    ledger.append(tx, SYSTEM("watch"), "sample", deadline.owner, 2, sample(), now)


def parts(resources: Resources) -> Parts:
    """The echo service, with a background task that may fail."""
    service = EchoProcess()

    async def misfortune() -> None:
        await service.created.wait()
        if "ECHO_MISFORTUNE" in os.environ:
            raise ArithmeticError("13800000000")
        await asyncio.Event().wait()

    return Parts(offers=[Offer(ECHO, service)], deadlines={"echo.due": fire}, background={"misfortune": misfortune})


if __name__ == "__main__":
    run(Service("watch", parts))
