"""A way to the database that counts round trips, whoever makes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.engine import make_url


@dataclass
class Turnstile:
    """How often the other side was asked something and answered."""

    url: str
    trips: int = 0
    _waits: bool = False

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asking: bool) -> None:
        while chunk := await reader.read(1 << 16):
            if asking and not self._waits:
                self.trips += 1
            self._waits = asking
            writer.write(chunk)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def turnstile(url: str) -> AsyncIterator[Turnstile]:
    """Stands before the database with this address. For one connection at a time."""
    there = make_url(url)
    gate = Turnstile("")

    async def open_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_database, to_database = await asyncio.open_connection(there.host, there.port)
        await asyncio.gather(gate.forward(reader, to_database, True), gate.forward(from_database, writer, False))

    server = await asyncio.start_server(open_way, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    gate.url = there.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
    async with server:
        yield gate
