"""What ties together the parts of one piece of work: its ids and its deadline, carried by a context variable.

Every call has a trace id (W3C `traceparent`) whether or not traces are exported, so that a log line, a ledger entry
and an event of the same work can be found from each other. `services.common.spans` exports them where it is asked to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from random import getrandbits

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Work:
    """The ids of what is being done now."""

    request_id: str
    """Correlation id, from the caller or made here."""
    trace: str
    """W3C traceparent; empty outside of any work."""
    deadline: float | None = None
    """Instant on the clock of `time.monotonic` at which the caller gives up; None: never."""


_NONE = Work("", "")
current_work: ContextVar[Work] = ContextVar("current_work", default=_NONE)


def current_trace() -> str:
    """The traceparent of the work at hand, for ledger entries and events; empty when there is none."""
    return current_work.get().trace


def is_trace(text: str) -> bool:
    """Whether the text is a traceparent of version 00."""
    return _TRACEPARENT.fullmatch(text) is not None


def trace_id(trace: str) -> str:
    """The id of the trace that a traceparent is of; empty where it is none."""
    return trace[3:35] if is_trace(trace) else ""


def continue_trace(parent: str) -> str:
    """A traceparent of a new step in the parent's trace; in a new one, to be recorded, where the parent is none."""
    # Ids must differ, not be secret: the fast generator will do.
    if is_trace(parent):
        return f"{parent[:36]}{getrandbits(64) or 1:016x}{parent[52:]}"
    return f"00-{getrandbits(128) or 1:032x}-{getrandbits(64) or 1:016x}-01"


@contextmanager
def working(trace: str, request_id: str = "") -> Iterator[Work]:
    """Makes what happens inside a step of a trace: for consumers and sweepers, which continue one or begin one."""
    work = Work(request_id, continue_trace(trace))
    token = current_work.set(work)
    try:
        yield work
    finally:
        current_work.reset(token)
