"""What every call of a server shares."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from services.common.access import Claims
from services.common.clock import Clock
from services.common.database import Database
from services.common.errors import TooMany, Unavailable
from services.common.metrics import RUNNING
from services.common.spans import Spans
from services.common.tokens import TokenVerifier

_CALLS = RUNNING.labels("call")
_STREAMS = RUNNING.labels("stream")


class Load:
    """How much a server takes on at the same time. What is above is refused at once, so that a queue never forms."""

    def __init__(self, calls: int = 1000, streams: int = 1000) -> None:
        self._most_calls = calls
        self._most_streams = streams
        self._calls = 0
        self._streams: set[asyncio.Task[object]] = set()
        self._writing: set[asyncio.Task[object]] = set()
        self.draining = False

    def enter(self) -> None:
        """Takes on a unary call; `leave` must follow. Raises TooMany."""
        if self._calls >= self._most_calls:
            raise _busy()
        self._calls += 1
        _CALLS.inc()

    def leave(self) -> None:
        self._calls -= 1
        _CALLS.dec()

    def enter_stream(self) -> None:
        """Takes on a stream, which runs in the current task; `leave_stream` must follow. Raises TooMany."""
        if self.draining:
            raise Draining
        if len(self._streams) >= self._most_streams:
            raise _busy()
        self._streams.add(_current_task())
        _STREAMS.inc()

    def leave_stream(self) -> None:
        self._streams.discard(_current_task())
        _STREAMS.dec()

    async def write(self, sent: Awaitable[None]) -> None:
        """Lets the stream of the current task write. Raises Draining after it, when the server drains by then."""
        stream = _current_task()
        self._writing.add(stream)
        try:
            await sent
        finally:
            self._writing.discard(stream)
        if self.draining:
            raise Draining

    def drain(self) -> None:
        """Breaks off the streams, which would never end by themselves; their readers resume elsewhere.

        A stream in the middle of a write ends after it: one that is broken off there could not tell its caller why.
        """
        self.draining = True
        for stream in self._streams - self._writing:
            stream.cancel()


class Draining(Unavailable):
    """This process is about to end; another one will take the call."""

    def __init__(self) -> None:
        super().__init__("服务正在重启，请稍后重试。", "DRAINING")


def _busy() -> TooMany:
    return TooMany(timedelta(seconds=1), "系统繁忙，请稍后再试。", "SERVER_BUSY")


def _current_task() -> asyncio.Task[object]:
    task = asyncio.current_task()
    assert task is not None
    return task


@dataclass(frozen=True, slots=True)
class World:
    """The ports that the chain of every method uses."""

    verifier: TokenVerifier
    clock: Clock
    """Domain time."""
    database: Database
    load: Load = field(default_factory=Load)
    longest_call: float = 30.0
    """Seconds that a unary call may take when its caller sets no earlier deadline."""
    spans: Spans | None = None
    anonymous: Callable[[str], Claims] | None = None
    """The claims of who calls without a token, from the address of the peer; None: such a call is refused.
    For the gateway, which is where citizens and people who are about to sign in arrive."""
