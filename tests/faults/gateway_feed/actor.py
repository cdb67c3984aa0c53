"""The gateway's consumer of watch as a process of its own, to be killed: `python -m tests.faults.gateway_feed.actor`.

The argument holds its addresses as JSON. It takes few events at a time and says so before each commit.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from unittest.mock import patch

from services.common import broker
from services.common.clock import SystemClock
from services.common.consumer import Consumer, reading
from services.common.database import Database, Tx
from services.gateway.board import use_cases as board
from services.gateway.feed.consumers import subscriptions
from services.gateway.feed.references import Happening
from services.gateway.feed.tails import Tails

apply = board.apply


async def apply_slowly(tx: Tx, happenings: Sequence[Happening]) -> None:
    await apply(tx, happenings)
    await tx.flush()
    sys.stdout.write("taken\n")
    sys.stdout.flush()
    await asyncio.sleep(0.005)


async def main() -> None:
    where = json.loads(sys.argv[1])
    database = Database(where["app"])
    client = await broker.connect(where["nats"], "gateway", user=where["login"], password=where["password"])
    (subscription,) = (each for each in subscriptions(Tails(database)) if each.stream == "WATCH")
    with patch.object(board, "apply", apply_slowly), patch.object(reading, "TOGETHER", 8):
        await Consumer(database, where["app"], client, subscription, SystemClock()).run()


if __name__ == "__main__":
    asyncio.run(main())
