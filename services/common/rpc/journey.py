"""One call from its first byte to its last, as logs, figures and traces tell it. Never what was in it."""

from __future__ import annotations

from time import monotonic, perf_counter
from typing import NoReturn

import grpc
import structlog
from google.protobuf.descriptor import MethodDescriptor
from prometheus_client import Counter

from services.common.errors import DomainError, Kind
from services.common.metrics import CALLS, SECONDS
from services.common.rpc.headers import REQUEST_ID, Headers
from services.common.rpc.status import CODES, DETAILS, Internal, to_status
from services.common.spans import Spans, end, trace_of
from services.common.tracing import Work, continue_trace, current_work

Context = grpc.aio.ServicerContext[bytes, bytes]


class Told:
    """The name and the figures of a method, looked up once."""

    def __init__(self, method: MethodDescriptor) -> None:
        self.service = method.containing_service.full_name
        self.method = method.name
        self.full_name = f"{self.service}/{self.method}"
        self.seconds = SECONDS.labels(self.service, self.method)
        self.log = structlog.get_logger("rpc").bind(method=self.full_name)
        self._counts: dict[str, Counter] = {}

    def count(self, code: str) -> None:
        if (counter := self._counts.get(code)) is None:
            counter = self._counts[code] = CALLS.labels(self.service, self.method, code)
        counter.inc()


class Journey:
    """Begins with the call; `end` must follow, and tells it."""

    def __init__(self, told: Told, headers: Headers, spans: Spans | None) -> None:
        self._told = told
        self._started = perf_counter()
        self._span = spans.begin(told.full_name, headers.parent) if spans else None
        self._code = "OK"
        self._reason: str | None = None
        trace = trace_of(self._span) if self._span else continue_trace(headers.parent)
        self.headers = headers
        self.work = Work(headers.request_id, trace, headers.deadline)
        self.tenant = ""
        self.actor = ""
        # The task of a call is its own, so nothing needs to be put back when the call ends.
        current_work.set(self.work)

    def cancelled(self) -> None:
        """The caller went away, or its deadline has passed."""
        late = self.work.deadline is not None and monotonic() >= self.work.deadline
        self._code = "DEADLINE_EXCEEDED" if late else "CANCELLED"

    async def fail(self, error: Exception, context: Context) -> NoReturn:
        """Ends the call with the status of the error, and with the id of the call, by which the logs can be searched.

        An error that is not of the domain shows only its reference number.
        """
        told = self._as_told(error)
        status = to_status(told)
        code = CODES[told.kind.grpc]
        self._code, self._reason = code.name, told.reason
        trailers = ((REQUEST_ID, self.work.request_id), (DETAILS, status.SerializeToString()))
        await context.abort(code, told.message, trailers)

    def end(self) -> None:
        """Logs and counts the call."""
        seconds = perf_counter() - self._started
        self._told.seconds.observe(seconds)
        self._told.count(self._code)
        if self._span:
            end(self._span, self._code)
        self._told.log.info(
            "rpc",
            code=self._code,
            reason=self._reason,
            ms=round(seconds * 1000, 2),
            tenant=self.tenant,
            actor=self.actor,
        )

    def _as_told(self, error: Exception) -> DomainError:
        if isinstance(error, DomainError):
            return error
        if isinstance(error, TimeoutError):
            return DomainError(Kind.LATE, "LATE", "处理超时，请稍后再试。")
        internal = Internal()
        self._told.log.error("internal_error", reference=internal.reference, fault=error)
        return internal
