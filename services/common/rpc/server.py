"""A gRPC server of one process: our services, health, reflection where it is allowed, and an orderly end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_reflection.v1alpha import reflection

from services.common.metrics import READY
from services.common.rpc.binding import bind
from services.common.rpc.world import World

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

ALIVE = "alive"
"""The name under which health says SERVING from the start until the end begins. What is asked whether to start the
process anew asks for this one, as a database that cannot be reached is no reason to."""

METADATA_BYTES = 32 * 1024
"""Room for a token in a request and for the details of an error in Chinese in a reply."""


class PortTaken(Exception):
    """The address to listen on is taken, or not ours to take."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"cannot listen on {address}: another process has the port, or the address is not of this machine"
        )
        self.address = address


@dataclass(frozen=True, slots=True)
class Offer:
    """A service of the contract and the object that implements it."""

    service: ServiceDescriptor
    implementation: object


class RpcServer:
    """Serves from `start` on; `ready` lets health say so; `drain` ends it.

    Raises ContractError at once when an offer does not fit its contract: nothing listens then.
    """

    def __init__(
        self, listen: str, offers: Sequence[Offer], world: World, *, reflect: bool, message_bytes: int = 4 << 20
    ) -> None:
        self._listen = listen
        self._world = world
        self._names = [offer.service.full_name for offer in offers]
        self._server = grpc.aio.server(options=_options(message_bytes))
        self._server.add_generic_rpc_handlers(
            tuple(bind(offer.service, offer.implementation, world) for offer in offers)
        )
        self._health = HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        if reflect:
            names = (*self._names, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name)
            reflection.enable_server_reflection((*names, reflection.SERVICE_NAME), self._server)

    async def start(self) -> int:
        """Listens, and returns the port; health says NOT_SERVING until `ready`. Raises PortTaken."""
        await self._tell(NOT_SERVING)
        await self._health.set(ALIVE, SERVING)
        try:
            port = self._server.add_insecure_port(self._listen)
        except RuntimeError as error:
            raise PortTaken(self._listen) from error
        await self._server.start()
        return port

    async def ready(self) -> None:
        """From here on health says SERVING."""
        await self._tell(SERVING)
        READY.set(1)

    async def retire(self) -> None:
        """From here on health says NOT_SERVING; calls are still taken, from those who have not noticed yet."""
        READY.set(0)
        await self._health.enter_graceful_shutdown()

    async def drain(self, seconds: float) -> None:
        """Takes no more calls, breaks off streams, waits for the calls in progress, and ends them after the limit."""
        await self.retire()
        self._world.load.drain()
        await self._server.stop(seconds)

    async def _tell(self, status: int) -> None:
        for name in ("", *self._names):
            await self._health.set(name, status)


def _options(message_bytes: int) -> list[tuple[str, int]]:
    return [
        # Two processes on one port would share its calls silently.
        ("grpc.so_reuseport", 0),
        ("grpc.max_receive_message_length", message_bytes),
        ("grpc.max_send_message_length", 4 * message_bytes),
        ("grpc.max_metadata_size", METADATA_BYTES),
        # A peer that vanished without a word is noticed within 80 seconds.
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        # Connections are renewed, so that new processes get their share of the callers.
        ("grpc.max_connection_age_ms", 30 * 60_000),
        ("grpc.max_connection_age_grace_ms", 60_000),
    ]
