"""Calls to other servers: what belongs to the work at hand goes along, and only what is safe is repeated."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Iterable
from typing import TypeVar

import grpc
from google.api.annotations_pb2 import http
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message

from services.common.rpc.headers import AUTHORIZATION, REQUEST_ID, TRACEPARENT
from services.common.rpc.server import METADATA_BYTES
from services.common.rpc.status import from_status, of_failed_call
from services.common.tracing import current_work

M = TypeVar("M", bound=Message)

LIMIT = 10.0
"""Seconds that a call may take when the work at hand has no earlier deadline."""

Metadata = tuple[tuple[str, str], ...]


def is_safe(method: MethodDescriptor) -> bool:
    """Whether a call may be repeated without harm: those that the contract maps to GET. A stream is resumed instead."""
    return bool(method.GetOptions().Extensions[http].get) and not method.server_streaming


def connect(address: str, services: Iterable[ServiceDescriptor], *, message_bytes: int = 16 << 20) -> grpc.aio.Channel:
    """A channel to a server of these services. Connects when first used; repeats safe calls on UNAVAILABLE only."""
    options = [
        ("grpc.service_config", json.dumps(_service_config(services))),
        # By default the pauses grow to two minutes, in which callers are refused though the server is back long since.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1000),
        # Where a name stands for several processes, all of them share the calls, and one that ends is not waited for.
        ("grpc.lb_policy_name", "round_robin"),
        ("grpc.max_receive_message_length", message_bytes),
        ("grpc.max_metadata_size", METADATA_BYTES),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 20_000),
    ]
    return grpc.aio.insecure_channel(address, options=options)


def outgoing(token: str | None = None) -> Metadata:
    """The metadata of a call made inside the work at hand: its request id and trace, and whose call it is."""
    work = current_work.get()
    pairs = (
        (AUTHORIZATION, f"Bearer {token}" if token else ""),
        (REQUEST_ID, work.request_id),
        (TRACEPARENT, work.trace),
    )
    return tuple(pair for pair in pairs if pair[1])


def time_left(limit: float = LIMIT) -> float:
    """Seconds for a call made inside the work at hand: what is left of it, at most the limit, never below zero."""
    deadline = current_work.get().deadline
    return limit if deadline is None else max(0.0, min(limit, deadline - time.monotonic()))


class Client:
    """Calls the methods of one service. A method is found by its request, which in our contract is its own."""

    def __init__(self, channel: grpc.aio.Channel, service: ServiceDescriptor, token: str | None = None) -> None:
        self._token = token
        # Bytes on both sides: who calls knows the class of the answer.
        self._unary: dict[str, grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]] = {}
        self._streams: dict[str, grpc.aio.UnaryStreamMultiCallable[bytes, bytes]] = {}
        for method in service.methods:
            path = f"/{service.full_name}/{method.name}"
            if method.server_streaming:
                self._streams[method.input_type.full_name] = channel.unary_stream(path)
            else:
                self._unary[method.input_type.full_name] = channel.unary_unary(path)

    async def call(self, request: Message, answer: type[M], *, token: str | None = None, limit: float = LIMIT) -> M:
        """The answer. Raises DomainError with kind, reason and data of the error that the server gave."""
        method, raw = self._unary[request.DESCRIPTOR.full_name], request.SerializeToString()
        try:
            reply = await method(raw, timeout=time_left(limit), metadata=outgoing(token or self._token))
        except grpc.aio.AioRpcError as error:
            raise from_status(of_failed_call(error)) from error
        return answer.FromString(reply)

    async def stream(self, request: Message, answer: type[M], *, token: str | None = None) -> AsyncGenerator[M]:
        """The answers as they come; closing the generator ends the call. Raises as `call` does."""
        method = self._streams[request.DESCRIPTOR.full_name]
        replies = method(request.SerializeToString(), metadata=outgoing(token or self._token))
        try:
            async for reply in replies:
                yield answer.FromString(reply)
        except grpc.aio.AioRpcError as error:
            raise from_status(of_failed_call(error)) from error
        finally:
            replies.cancel()


def _service_config(services: Iterable[ServiceDescriptor]) -> dict[str, object]:
    safe = [
        {"service": service.full_name, "method": method.name}
        for service in services
        for method in service.methods
        if is_safe(method)
    ]
    retry = {
        "maxAttempts": 4,
        "initialBackoff": "0.1s",
        "maxBackoff": "2s",
        "backoffMultiplier": 2.5,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    return {"methodConfig": [{"name": safe, "retryPolicy": retry}]} if safe else {}
