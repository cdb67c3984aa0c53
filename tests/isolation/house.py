"""The services on real databases, reached as every caller reaches them: bytes in, the whole chain, bytes out.

Only the network is left out, and, where calls are rehearsed, the commit: so thousands of calls can be tried on one
county without any of them changing what the next one finds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn, cast

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.status_pb2 import Status

from services.agency import parts as agency_parts
from services.agency.agency import Agency
from services.common.clock import Clock, SystemClock
from services.common.database import Database, Tx
from services.common.keys import KeyRing
from services.common.rpc.binding import bind
from services.common.rpc.server import Offer
from services.common.rpc.status import DETAILS, from_status
from services.common.rpc.world import World
from services.common.sealing import Sealer
from services.common.service import Resources
from services.common.settings import Settings
from services.common.tokens import TokenVerifier
from services.common.typesetting import Typesetter
from services.gateway import parts as gateway_parts
from services.gateway.feed.tails import Tails
from services.gateway.sessions.citizens import anonymous
from services.gateway.sessions.key_file import SigningKeys
from services.risk import parts as risk_parts
from services.risk.risk import Risk
from services.watch import parts as watch_parts
from services.watch.watch import Watch


class Rehearsed(Exception):
    """Ends a transaction in which all went well, and of which nothing is to stay."""


class Rehearsal(Tx):
    """A transaction that sends everything that is pending, and then rolls back instead of committing."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            await self._session.ready()
        await self._session.abandon(error or Rehearsed())


class Stage(Database):
    """A database in which calls are only rehearsed."""

    def transaction(self, tenant: str, *, trace: str | None = None) -> Tx:
        return Rehearsal(self._shared, tenant, trace)


class Wrote(asyncio.CancelledError):
    """A stream has written its first message: who listened goes away."""


class Refusal(Exception):
    """The status with which a call was ended."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.message)
        self.status = status


class Line:
    """Takes the place of the network in one call: the context that the chain is given."""

    def __init__(self, token: str | None) -> None:
        self._metadata = (("authorization", f"Bearer {token}"),) if token else ()
        self.written: list[bytes] = []

    def invocation_metadata(self) -> Iterable[tuple[str, str]]:
        return self._metadata

    def time_remaining(self) -> None:
        return None

    def peer(self) -> str:
        return "ipv4:127.0.0.1:50000"

    def set_trailing_metadata(self, _metadata: object) -> None:
        pass

    async def write(self, reply: bytes) -> None:
        self.written.append(reply)
        raise Wrote

    async def abort(self, _code: grpc.StatusCode, _details: str, trailers: Iterable[tuple[str, Any]]) -> NoReturn:
        raise Refusal(Status.FromString(dict(trailers)[DETAILS]))


@dataclass(frozen=True)
class Rpc:
    """One RPC of the contract and the handler that serves it."""

    method: MethodDescriptor
    handler: grpc.RpcMethodHandler[bytes, bytes]


@dataclass(frozen=True)
class Ports:
    """What the services share."""

    keys: KeyRing
    signing: SigningKeys
    verifier: TokenVerifier
    clock: Clock


class House:
    """Calls by what they ask: the class of the request names the RPC."""

    def __init__(self, gateway: Database, watch: Database, agency: Database, risk: Database, *, ports: Ports) -> None:
        self.gateway, self.watch, self.agency, self.risk = gateway, watch, agency, risk
        self.shared_risk = Risk(Sealer(ports.keys), ports.keys, TYPESETTER)
        self.shared_agency = Agency(Sealer(ports.keys), ports.keys, TYPESETTER)
        mark = anonymous(lambda _address: "mark", SystemClock())
        self._rpcs = {
            **_bound(gateway_offers(gateway, ports), ports, gateway, mark),
            **_bound(watch_parts.offers(Watch(Sealer(ports.keys), ports.keys, TYPESETTER)), ports, watch, None),
            **_bound(agency_parts.offers(self.shared_agency), ports, agency, None),
            **_bound(risk_parts.offers(self.shared_risk), ports, risk, None),
        }

    async def __call__(self, token: str | None, request: Message) -> Any:
        """The reply, or the first one of a stream. Raises DomainError."""
        rpc, line = self._rpcs[request.DESCRIPTOR.full_name], Line(token)
        reply = GetMessageClass(rpc.method.output_type)
        context = cast("grpc.aio.ServicerContext[bytes, bytes]", line)
        handle: Any = rpc.handler.unary_stream if rpc.method.server_streaming else rpc.handler.unary_unary
        try:
            told = await handle(request.SerializeToString(), context)
        except Refusal as refusal:
            raise from_status(refusal.status) from None
        except Wrote:
            told = line.written[0]
        return reply.FromString(told)

    @property
    def methods(self) -> Mapping[str, MethodDescriptor]:
        """Every RPC that the services serve, by the full name of its request."""
        return {request: rpc.method for request, rpc in self._rpcs.items()}


TYPESETTER = Typesetter()


def gateway_offers(database: Database, ports: Ports) -> list[Offer]:
    """All that the gateway offers, on this database."""
    resources = Resources(
        Settings(service="gateway"), ports.clock, database, ports.keys, Sealer(ports.keys), ports.verifier
    )
    return [
        *gateway_parts.offers(resources, ports.signing),
        *gateway_parts.views(resources, Tails(database)),
    ]


def _bound(offers: Iterable[Offer], ports: Ports, database: Database, mark: Any) -> dict[str, Rpc]:
    world = World(ports.verifier, ports.clock, database, anonymous=mark)
    rpcs = {}
    for offer in offers:
        handlers = bind(offer.service, offer.implementation, world)
        for method in offer.service.methods:
            handler = handlers.service(Asked(f"/{offer.service.full_name}/{method.name}"))
            assert handler is not None
            rpcs[method.input_type.full_name] = Rpc(method, handler)
    return rpcs


@dataclass(frozen=True)
class Asked(grpc.HandlerCallDetails):
    """Which method is called."""

    method: str
    invocation_metadata: tuple[()] = ()
