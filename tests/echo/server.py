"""A running echo service, and whoever calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, cast

import grpc
from google.protobuf.message import Message
from joserfc.jwk import OKPKey

from services.common.access import Grant, Role
from services.common.clock import FixedClock
from services.common.database import Database
from services.common.rpc.call import Call
from services.common.rpc.client import Client, connect
from services.common.rpc.server import Offer, RpcServer
from services.common.rpc.world import World
from services.common.token_keys import PublishedKeys, new_key, to_document
from services.common.tokens import LIFETIME, TokenSigner, TokenVerifier
from tests.echo import ECHO, message

TOWN = "611021101"
OFFICER = (Grant(Role.TOWN_DISCIPLINE, TOWN),)
VIEWER = (Grant(Role.COUNTY_VIEWER, "611021"),)
ISSUER = "minshao"
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)

GetEchoRequest, GetEchoResponse = message("GetEchoRequest"), message("GetEchoResponse")
CreateEchoRequest, CreateEchoResponse = message("CreateEchoRequest"), message("CreateEchoResponse")
AskEchoRequest, AskEchoResponse = message("AskEchoRequest"), message("AskEchoResponse")
WatchEchoesRequest, WatchEchoesResponse = message("WatchEchoesRequest"), message("WatchEchoesResponse")
Echo = message("Echo")

A_REQUEST = GetEchoRequest(name=f"tenants/{TOWN}/echoes/1")


class Counted(Protocol):
    count: int


@dataclass
class EchoService:
    """Remembers its calls, and answers what a test tells it to."""

    calls: list[Call] = field(default_factory=list)
    on_get: Callable[[Call, Message], object] | None = None
    """What GetEcho does besides; may raise, and is awaited where it can be."""
    on_watch: Callable[[int], object] | None = None

    async def get_echo(self, call: Call, request: Message) -> Message:
        self.calls.append(call)
        await _done(self.on_get(call, request) if self.on_get else None)
        return GetEchoResponse(echo=Echo(title=call.actor.name[:20]))

    async def create_echo(self, call: Call, request: Message) -> Message:
        self.calls.append(call)
        return CreateEchoResponse()

    async def ask_echo(self, call: Call, request: Message) -> Message:
        self.calls.append(call)
        return AskEchoResponse(answer=call.actor.name)

    async def watch_echoes(self, call: Call, request: Message) -> AsyncIterator[Message]:
        self.calls.append(call)
        for number in range(cast("Counted", request).count):
            await _done(self.on_watch(number) if self.on_watch else None)
            yield WatchEchoesResponse(number=number)


async def _done(outcome: object) -> None:
    if hasattr(outcome, "__await__"):
        await outcome


def verifier_of(*keys: OKPKey) -> TokenVerifier:
    """A verifier that knows these keys."""

    async def published() -> bytes:
        return to_document(keys).encode()

    return TokenVerifier(ISSUER, PublishedKeys(published, pause=0))


def echo_world(key: OKPKey | None = None, **ports: object) -> World:
    """The ports of the echo service; its database is never reached."""
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    return World(verifier_of(key or new_key()), FixedClock(NOW), nowhere, **ports)  # type: ignore[arg-type]


@dataclass
class Running:
    """The echo service behind a port."""

    server: RpcServer
    service: EchoService
    signer: TokenSigner
    port: int
    channel: grpc.aio.Channel

    def token(self, *grants: Grant) -> str:
        return self.signer.sign(f"tenants/{TOWN}/accounts/liwei", grants, client="mark")[0]

    def client(self, *grants: Grant) -> Client:
        """A client that calls with a token of these grants; without any, with no token."""
        return Client(self.channel, ECHO, self.token(*grants) if grants else None)

    async def raw(self, rpc: str, request: bytes, metadata: Sequence[tuple[str, str]] = ()) -> bytes:
        """Calls with bytes. Raises grpc.aio.AioRpcError."""
        return await self.method(rpc)(request, metadata=metadata, timeout=10)

    def method(self, rpc: str) -> grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]:
        """A method that takes and gives bytes."""
        method: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = self.channel.unary_unary(f"/{ECHO.full_name}/{rpc}")
        return method


@asynccontextmanager
async def running(
    service: EchoService | None = None, *, reflect: bool = False, lifetime: timedelta = LIFETIME, **ports: object
) -> AsyncIterator[Running]:
    """Serves until the block ends. `ports` are those of `World`."""
    key, service = new_key(), service or EchoService()
    server = RpcServer("127.0.0.1:0", [Offer(ECHO, service)], echo_world(key, **ports), reflect=reflect)
    port = await server.start()
    await server.ready()
    async with connect(f"127.0.0.1:{port}", [ECHO]) as channel:
        yield Running(server, service, TokenSigner(ISSUER, [key], lifetime=lifetime), port, channel)
    await server.drain(0)
