"""Spans for an OpenTelemetry collector; only made when an endpoint is configured."""

from __future__ import annotations

from opentelemetry import trace as otel
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from services.common.tracing import is_trace

_OURS_TO_MEND = frozenset({"INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "UNKNOWN"})


class Spans:
    """Sends a span for each call. It carries the method's name and the status, nothing of the content."""

    def __init__(self, service: str, exporter: SpanExporter) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": f"minshao-{service}"}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("minshao")

    @classmethod
    def to_collector(cls, service: str, endpoint: str) -> Spans:
        """Spans that go to a collector by OTLP over gRPC."""
        return cls(service, OTLPSpanExporter(endpoint=endpoint))

    def begin(self, name: str, parent: str) -> Span:
        """A server span in the parent's trace (a traceparent), or in a new one. `end` must follow."""
        context = otel.set_span_in_context(NonRecordingSpan(_context(parent))) if is_trace(parent) else None
        return self._tracer.start_span(name, context=context, kind=SpanKind.SERVER)

    def close(self) -> None:
        """Sends what is still buffered. Blocks for as long as the collector takes, at most half a minute."""
        self._provider.shutdown()


def trace_of(span: Span) -> str:
    """The traceparent of a span."""
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def end(span: Span, code: str) -> None:
    """Ends the span with the gRPC status of its call."""
    span.set_attribute("rpc.response.status_code", code)
    if code in _OURS_TO_MEND:
        span.set_status(Status(StatusCode.ERROR))
    span.end()


def _context(parent: str) -> SpanContext:
    flags = TraceFlags(int(parent[53:], 16))
    return SpanContext(int(parent[3:35], 16), int(parent[36:52], 16), is_remote=True, trace_flags=flags)
