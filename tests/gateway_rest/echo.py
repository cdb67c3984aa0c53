"""A gRPC server of the workshop: real enough to answer, to refuse, to fail in every way, and to stream."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from services.common.errors import DomainError, IllegalMove, Invalid, InvalidFields, NotFound, TooMany, Unauthenticated
from services.common.rpc.status import CODES, DETAILS, Internal, to_status
from services.common.rpc.validation import violations_of
from tests.gateway_rest.workshop import message, service

Context = grpc.aio.ServicerContext[bytes, bytes]

FAILURES: Mapping[str, Callable[[], Exception]] = {
    "missing": lambda: NotFound("物件"),
    "illegal": lambda: IllegalMove("REGISTERED", "CLOSE", ["ASSIGN"]),
    "too-many": lambda: TooMany(timedelta(seconds=7)),
    "unauthenticated": Unauthenticated,
    "internal": Internal,
    "bug": lambda: ZeroDivisionError("the secret is in the message"),
}


@dataclass
class Workshop:
    """What the server has been asked, and whether its streams are read on."""

    metadata: list[dict[str, str]] = field(default_factory=list)
    time_left: list[float] = field(default_factory=list)
    requests: list[Message] = field(default_factory=list)
    quiet: bool = False
    """Whether streams have nothing to tell."""
    streams_open: int = 0
    streams_ended: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, method: MethodDescriptor, request: Message) -> Message:
        """The answer to a unary RPC: what was sent, as far as the response has it."""
        given = MessageToDict(request, preserving_proto_field_name=True)
        if method.name == "Fail":
            failure = FAILURES[given["kind"]]()
            raise failure
        if method.name == "Echo":
            return request
        if method.name == "ListThings":
            numbers = range(given.get("page_size", 2))
            things = [message("Thing", name=f"{given['parent']}/things/{number}", kind=1) for number in numbers]
            return message("ListThingsResponse", things=things, total=1 << 60)
        answered = {name: value for name, value in given.items() if name in method.output_type.fields_by_name}
        if "thing" in method.output_type.fields_by_name:
            answered["thing"] = {"name": given.get("name", "")} | given.get("thing", {})
        return ParseDict(answered, GetMessageClass(method.output_type)())

    async def events(self, request: Message) -> AsyncIterator[Message]:
        """One event for each number after the cursor."""
        given = MessageToDict(request, preserving_proto_field_name=True)
        self.streams_open += 1
        self.streams_ended.clear()
        try:
            if self.quiet:
                await asyncio.Event().wait()
            if not given.get("after", "0").isdecimal():
                raise Invalid("after", "应当是数字。")
            first, count = int(given.get("after", 0)) + 1, given.get("count", 0)
            for number in itertools.islice(itertools.count(first), count if count > 0 else None):
                if number == given.get("fail_at"):
                    raise NotFound("物件") if count >= 0 else ZeroDivisionError("the secret is in the message")
                yield message("WatchThingsResponse", cursor=str(number), thing=message("Thing", display_name="锤子"))
                await asyncio.sleep(0 if count else 0.01)
        finally:
            self.streams_open -= 1
            self.streams_ended.set()


async def start(workshop: Workshop) -> tuple[grpc.aio.Server, int]:
    """Serves the workshop on a port of the machine's choice."""
    server = grpc.aio.server()
    handlers = {method.name: _handler(workshop, method) for method in service().methods}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service().full_name, handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port


def _handler(workshop: Workshop, method: MethodDescriptor) -> grpc.RpcMethodHandler[bytes, bytes]:
    request_type = GetMessageClass(method.input_type)

    def received(raw: bytes, context: Context) -> Message:
        request = request_type.FromString(raw)
        workshop.requests.append(request)
        workshop.time_left.append(context.time_remaining() or math.inf)
        workshop.metadata.append({key: str(value) for key, value in context.invocation_metadata() or ()})
        if violations := violations_of(request):
            raise InvalidFields(violations)
        return request

    async def unary(raw: bytes, context: Context) -> bytes:
        async def run() -> bytes:
            if request_type.FromString(raw) == message("FailRequest", kind="late"):
                await asyncio.Event().wait()
            return workshop.answer(method, received(raw, context)).SerializeToString()

        return await _told(context, run())

    async def stream(raw: bytes, context: Context) -> None:
        async def run() -> bytes:
            async for event in workshop.events(received(raw, context)):
                await context.write(event.SerializeToString())
            return b""

        await _told(context, run())

    if method.server_streaming:
        return grpc.unary_stream_rpc_method_handler(stream)
    return grpc.unary_unary_rpc_method_handler(unary)


async def _told(context: Context, work: Awaitable[bytes]) -> bytes:
    """Turns domain errors into statuses as the services do; others are left to gRPC's machinery, which tells them."""
    try:
        return await work
    except DomainError as error:
        details = to_status(error).SerializeToString()
        await context.abort(CODES[error.kind.grpc], error.message, ((DETAILS, details),))
