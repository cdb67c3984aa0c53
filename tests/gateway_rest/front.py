"""The front door before a workshop, on real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from services.common.clock import SystemClock
from services.common.rpc.client import connect
from services.gateway.rest import Backend, ClientMarks, HttpServer, RestApplication, RestOptions, derived_keys
from tests.gateway_rest import echo
from tests.gateway_rest.echo import Workshop
from tests.gateway_rest.workshop import image, service

TOKEN = {"Authorization": "Bearer staff"}


@dataclass(frozen=True)
class Front:
    """What a test can reach."""

    workshop: Workshop
    client: httpx.AsyncClient
    server: HttpServer
    marks: list[str]
    """The clients for whom a citizen's token was asked, in order."""


@asynccontextmanager
async def opened(options: RestOptions, proxies: Sequence[str] = ()) -> AsyncIterator[Front]:
    """A front door with these options, and a workshop behind it."""
    workshop = Workshop()
    grpc_server, port = await echo.start(workshop)
    channel = connect(f"127.0.0.1:{port}", [service()])
    asked: list[str] = []

    async def citizen(mark: str) -> str:
        asked.append(mark)
        return f"citizen.{mark}"

    marks = ClientMarks(derived_keys(b"secret"), SystemClock())
    application = RestApplication([Backend([service()], channel)], marks, citizen, options, image)
    server = HttpServer(application, "127.0.0.1:0", proxies)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{await server.start()}", timeout=10) as client:
        yield Front(workshop, client, server, asked)
    await server.drain(5)
    await channel.close()
    await grpc_server.stop(0)
