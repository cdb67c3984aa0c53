"""What ties together the parts of one piece of work: its ids and its deadline, carried by a context variable.

Every call has a trace id (W3C `traceparent`) whether or not traces are exported, so that a log line, a ledger entry
and an event of the same work can be found from each other.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Work:
    """The ids of what is being done now."""

    request_id: str
    """Correlation id, from the caller or made here."""
    trace: str
    """W3C traceparent; empty outside of any work."""
    deadline: float | None = None
    """Instant on the event loop's clock (`time.monotonic`) at which the caller gives up; None: never."""


_NONE = Work("", "")
current_work: ContextVar[Work] = ContextVar("current_work", default=_NONE)


def current_trace() -> str:
    """The traceparent of the work at hand, for ledger entries and events; empty when there is none."""
    return current_work.get().trace


def new_trace() -> str:
    """A traceparent that begins here."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def is_trace(text: str) -> bool:
    """Whether the text is a traceparent of version 00."""
    return _TRACEPARENT.fullmatch(text) is not None


@contextmanager
def working(trace: str, request_id: str = "") -> Iterator[Work]:
    """Makes what happens inside part of a trace: for consumers and sweepers, which continue or begin one."""
    work = Work(request_id, trace if is_trace(trace) else new_trace())
    token = current_work.set(work)
    try:
        yield work
    finally:
        current_work.reset(token)
