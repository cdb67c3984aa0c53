"""How a client bears the absence of its server."""

from __future__ import annotations

import asyncio

from deploy.local.processes import LOOPBACK
from services.common.rpc.client import connect


async def test_a_server_that_is_away_is_looked_for_every_second() -> None:
    looked = asyncio.Semaphore(0)

    async def away(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        looked.release()
        writer.close()

    server = await asyncio.start_server(away, LOOPBACK, 0)
    async with server, connect(f"{LOOPBACK}:{server.sockets[0].getsockname()[1]}", ()) as channel:
        channel.get_state(try_to_connect=True)
        # Left to itself, gRPC would need 26 seconds for so many, and two minutes for each one later on.
        async with asyncio.timeout(15):
            for _ in range(7):
                await looked.acquire()
