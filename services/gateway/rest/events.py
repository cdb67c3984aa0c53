"""Server-sent events: a streaming RPC as `text/event-stream`.

Each streamed message is one event; its field `cursor` is the event's id. A reader that comes back sends the last id it
has as `Last-Event-ID`, which becomes the request's field `after`. Errors after the start are an event of the type
`problem`; the end of a stream that has one is an event of the type `end`. A stream that is cut off without either is
to be taken up again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import cast

import grpc
import msgspec
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from starlette.responses import StreamingResponse

from services.gateway.rest import problems
from services.gateway.rest.protojson import Json

MEDIA_TYPE = "text/event-stream"
START = b"retry: 3000\n\n"
PING = b":\n\n"
END = b"event: end\ndata: {}\n\n"

_HEAD_START = 0.5
"""Seconds that a service has to refuse a stream with an HTTP status, before 200 is sent and only events are left."""

StreamCall = grpc.aio.UnaryStreamCall[bytes, bytes]
Reading = asyncio.Task[object]
"""Becomes the bytes of the next message, or at the end `grpc.aio.EOF`."""


class EventStreams:
    """The open event streams of this process."""

    def __init__(self, ping_seconds: float, stream_seconds: float) -> None:
        self._ping_seconds = ping_seconds
        self._stream_seconds = stream_seconds
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Ends all of them and those to come; their readers come back, to another process."""
        self._closing.set()

    async def response(self, call: StreamCall, frame: Callable[[bytes], bytes], request_id: str) -> StreamingResponse:
        """The response that sends what the call answers. Raises AioRpcError where the service refuses at once."""
        reading = _next(call)
        try:
            await asyncio.wait({reading}, timeout=_HEAD_START)
        except asyncio.CancelledError:
            call.cancel()
            raise
        if reading.done():
            reading.result()
        return StreamingResponse(self._events(call, reading, frame, request_id), media_type=MEDIA_TYPE)

    async def _events(
        self, call: StreamCall, reading: Reading, frame: Callable[[bytes], bytes], request_id: str
    ) -> AsyncIterator[bytes]:
        closing = asyncio.ensure_future(self._closing.wait())
        ends = asyncio.get_running_loop().time() + self._stream_seconds
        try:
            yield START
            while (left := ends - asyncio.get_running_loop().time()) > 0 and not closing.done():
                await asyncio.wait(
                    (reading, closing), timeout=min(self._ping_seconds, left), return_when=asyncio.FIRST_COMPLETED
                )
                if not reading.done():
                    yield PING
                elif not isinstance(reply := reading.result(), bytes):
                    yield END
                    return
                else:
                    yield frame(reply)
                    reading = _next(call)
        except grpc.aio.AioRpcError as error:
            yield b"event: problem\ndata: " + problems.document(problems.of_call(error), request_id) + b"\n\n"
        finally:
            call.cancel()
            closing.cancel()
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError, grpc.aio.AioRpcError):
                await reading


def _next(call: StreamCall) -> Reading:
    return asyncio.create_task(call.read())


def framer(response: type[Message], kind: Descriptor, write: Callable[[Message], Json]) -> Callable[[bytes], bytes]:
    """A function from a streamed message's bytes to the bytes of its event."""
    has_cursor = _is_text(kind, "cursor")

    def frame(reply: bytes) -> bytes:
        message = response.FromString(reply)
        data = b"data: " + msgspec.json.encode(write(message)) + b"\n\n"
        cursor = cast(str, getattr(message, "cursor")) if has_cursor else ""  # noqa: B009 - known only at run time
        return b"id: " + cursor.encode() + b"\n" + data if cursor and cursor.isprintable() else data

    return frame


def resume(request: Message, kind: Descriptor, last_event_id: str) -> None:
    """Lets the stream begin after the last event that its reader has."""
    if last_event_id and _is_text(kind, "after"):
        setattr(request, "after", last_event_id)  # noqa: B010 - the class is known only at run time


def _is_text(message: Descriptor, name: str) -> bool:
    field = message.fields_by_name.get(name)
    return field is not None and field.type == FieldDescriptor.TYPE_STRING and not field.is_repeated
