"""What every HTTP exchange has, whatever answers it: ids, headers of security, figures, and problems for errors."""

from __future__ import annotations

import re
from random import getrandbits
from time import perf_counter

import grpc
import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common.errors import DomainError
from services.common.rpc.status import Internal
from services.common.tracing import Work, working
from services.gateway.rest import problems
from services.gateway.rest.problems import Problem

REQUEST_ID = "X-Request-Id"

RPC = "rpc"
"""The key in the state of a request under which its RPC is noted, for the figures."""

RESPONSES = Counter(
    "minshao_http_responses_total", "HTTP responses by RPC (empty: none) and status.", ["rpc", "status"]
)
SECONDS = Histogram(
    "minshao_http_seconds",
    "Time from a request's head to its response's.",
    ["rpc"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "no-store",
}
"""What a response carries unless it says otherwise itself."""

_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
_REQUEST_ID_NAME = REQUEST_ID.lower().encode()
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = structlog.get_logger("rest")


class Envelope:
    """Wraps the ASGI application behind it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope.setdefault("state", {})
        with working(headers.get("traceparent", ""), _request_id(headers)) as work:
            reply = _Reply(scope, send, work)
            try:
                await self._app(scope, receive, reply.send)
            except Exception as error:
                if reply.started:
                    _log.error("broken_off", error=error)
                    raise
                await problems.response(_problem_of(error), work.request_id)(scope, receive, reply.send)


class _Reply:
    """Adds the headers to the start of the response, and counts it."""

    def __init__(self, scope: Scope, send: Send, work: Work) -> None:
        self._scope = scope
        self._send = send
        self._began = perf_counter()
        self._work = work
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            rpc = self._scope["state"].get(RPC, "")
            RESPONSES.labels(rpc, message["status"]).inc()
            SECONDS.labels(rpc).observe(perf_counter() - self._began)
            headers = [(_REQUEST_ID_NAME, self._work.request_id.encode()), *message["headers"]]
            said = {name for name, _ in headers}
            message["headers"] = headers + [header for header in _SECURITY if header[0] not in said]
        await self._send(message)


def _request_id(headers: Headers) -> str:
    """The caller's, or a new one where the caller gives none that can be logged safely."""
    given = headers.get(REQUEST_ID, "")
    return given if _REQUEST_ID.fullmatch(given) else f"{getrandbits(96):024x}"


def _problem_of(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        # Of the router of pages, which refuses nothing but methods.
        return problems.of_address((error.headers or {}).get("Allow", "").split(", "))
    if isinstance(error, grpc.aio.AioRpcError):
        return problems.of_call(error)
    if isinstance(error, DomainError):
        return problems.of_error(error)
    internal = Internal()
    _log.error("internal_error", reference=internal.reference, error=error)
    return problems.of_error(internal)
