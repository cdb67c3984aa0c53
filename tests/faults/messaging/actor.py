"""A relay, a sweeper or a consumer as a process of its own, to be killed: `python -m tests.faults.messaging.actor`.

The first argument says which, the second holds its addresses as JSON. It says on its output what it has come to.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from unittest.mock import patch

from nats.aio.client import Client

from services.common import broker, ledger
from services.common.access import SYSTEM
from services.common.clock import FixedClock
from services.common.consumer import Consumer, Subscription
from services.common.database import Database, Tx
from services.common.deadlines import Deadline, Sweeper
from services.common.events import Event
from services.common.ledger.numbering import Connection, NumberedEntry
from services.common.relay import Relay
from services.common.relay import relay as relaying
from tests.sample_events import MADE, MOVED, SAMPLES, START, sample

Where = Mapping[str, str]


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def nats(where: Where, service: str) -> Client:
    return await broker.connect(where["nats"], service, user=where["login"], password=where["password"])


async def relay(where: Where) -> None:
    """Publishes and marks."""
    client = await nats(where, "watch")
    await Relay(where["relay"], client, "watch", asyncio.Event(), FixedClock(START)).run()


async def relay_that_never_marks(where: Where) -> None:
    """Publishes, says so, and gets no further."""

    async def hang(connection: Connection, entries: Iterable[NumberedEntry], now: datetime) -> None:
        say("published")
        await asyncio.Event().wait()

    with patch.object(relaying, "mark_published", hang):
        await relay(where)


async def sweeper(where: Where) -> None:
    """Fires deadlines, slowly, each with an effect that cannot happen twice."""

    async def fire(tx: Tx, deadline: Deadline, now: datetime) -> None:
        ledger.append(tx, SYSTEM("watch"), "effect", deadline.owner, 1, sample(), now)
        await tx.flush()
        say("fired")
        await asyncio.sleep(0.002)

    databases = Database(where["app"]), Database(where["sweeper"])
    await Sweeper(*databases, {"overdue": fire}, FixedClock(START)).run()


async def consumer(where: Where) -> None:
    """Takes events, slowly, each with an effect that cannot happen twice."""

    async def take(tx: Tx, event: Event, now: datetime) -> None:
        ledger.append(tx, SYSTEM("gateway"), "effect", event.aggregate_id, event.version, sample(), now)
        await tx.flush()
        say("taken")
        await asyncio.sleep(0.002)

    client = await nats(where, "gateway")
    subscription = Subscription("WATCH", "gateway", {MADE: take, MOVED: take})
    await Consumer(Database(where["app"]), where["app"], client, subscription, FixedClock(START), SAMPLES).run()


ACTORS: Mapping[str, Callable[[Where], Awaitable[None]]] = {
    actor.__name__: actor for actor in (relay, relay_that_never_marks, sweeper, consumer)
}


async def main() -> None:
    await ACTORS[sys.argv[1]](json.loads(sys.argv[2]))


if __name__ == "__main__":
    asyncio.run(main())
