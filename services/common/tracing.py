"""What ties together the parts of one piece of work: its ids and its deadline, carried by a context variable.

Every call has a trace id (W3C `traceparent`) whether or not traces are exported, so that a log line, a ledger entry
and an event of the same work can be found from each other. Spans are exported only when an endpoint is configured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from random import getrandbits

from opentelemetry import trace as otel
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags

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


def continue_trace(parent: str) -> str:
    """A traceparent of a new step in the parent's trace; in a new trace where the parent is none."""
    # Ids must differ, not be secret: the fast generator will do.
    if is_trace(parent):
        return f"{parent[:36]}{getrandbits(64) or 1:016x}{parent[52:]}"
    return f"00-{getrandbits(128) or 1:032x}-{getrandbits(64) or 1:016x}-00"


@contextmanager
def working(trace: str, request_id: str = "") -> Iterator[Work]:
    """Makes what happens inside a step of a trace: for consumers and sweepers, which continue one or begin one."""
    work = Work(request_id, continue_trace(trace))
    token = current_work.set(work)
    try:
        yield work
    finally:
        current_work.reset(token)


class Spans:
    """Exports a span for each call to an OpenTelemetry collector."""

    def __init__(self, service: str, endpoint: str) -> None:
        # Imported here, for who has no collector shall not pay half a second and 20 MiB at start for the exporter.
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider = TracerProvider(resource=Resource.create({"service.name": f"minshao-{service}"}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
        self._tracer = self._provider.get_tracer("minshao")

    def begin(self, name: str, parent: str) -> Span:
        """A server span in the parent's trace, to be ended by `end`. Carries the name of the method, no content."""
        context = otel.set_span_in_context(NonRecordingSpan(_context(parent))) if is_trace(parent) else None
        return self._tracer.start_span(name, context=context, kind=SpanKind.SERVER)

    def close(self) -> None:
        """Sends what is still buffered."""
        self._provider.shutdown()


def trace_of(span: Span) -> str:
    """The traceparent of a span."""
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def end(span: Span, code: str) -> None:
    """Ends the span with the gRPC status of its call."""
    span.set_attribute("rpc.response.status_code", code)
    if code in {"INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "UNKNOWN"}:
        span.set_status(Status(StatusCode.ERROR))
    span.end()


def _context(parent: str) -> SpanContext:
    return SpanContext(
        int(parent[3:35], 16), int(parent[36:52], 16), is_remote=True, trace_flags=TraceFlags(int(parent[53:], 16))
    )
