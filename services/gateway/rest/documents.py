"""Serves what is made from the contract: the OpenAPI document, the reference, its style sheet."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.gateway.rest.openapi.rules import Schema
from services.gateway.rest.problems import of_address
from services.gateway.rest.reference import Reference
from services.gateway.rest.reference.pages import stylesheet

_PAGES_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOR_AN_HOUR = "public, max-age=3600"


class Documents:
    """The routes. Nothing is made before somebody asks for it, and then once, off the event loop."""

    def __init__(self, make: Callable[[], Schema]) -> None:
        self._make = make
        self.routes = [
            Route("/openapi.json", self._openapi),
            Route("/reference", self._page),
            Route("/reference/assets/reference.css", self._style),
            Route("/reference/{name}", self._page),
        ]

    async def _openapi(self, request: Request) -> Response:
        text = await run_in_threadpool(lambda: self._text)
        return _reply(request, text, "application/json")

    async def _page(self, request: Request) -> Response:
        pages = await run_in_threadpool(lambda: self._reference.pages)
        page = pages.get(request.path_params.get("name", ""))
        if page is None:
            raise of_address(())
        return _reply(request, page, "text/html; charset=utf-8")

    async def _style(self, request: Request) -> Response:
        return _reply(request, self._style_text, "text/css; charset=utf-8")

    @cached_property
    def _document(self) -> Schema:
        return self._make()

    @cached_property
    def _text(self) -> bytes:
        return gzip.compress(msgspec.json.encode(self._document))

    @cached_property
    def _reference(self) -> Reference:
        return Reference(self._document)

    @cached_property
    def _style_text(self) -> bytes:
        return gzip.compress(stylesheet())


def _reply(request: Request, compressed: bytes, media_type: str) -> Response:
    """The content, compressed where the client takes it so; 304 where it has it already."""
    headers = {
        "ETag": f'W/"{sha256(compressed).hexdigest()[:16]}"',
        "Cache-Control": _FOR_AN_HOUR,
        "Content-Security-Policy": _PAGES_POLICY,
        "Vary": "Accept-Encoding",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(compressed, headers=headers | {"Content-Encoding": "gzip"}, media_type=media_type)
    return Response(gzip.decompress(compressed), headers=headers, media_type=media_type)
