"""The front door of HTTP: REST of the whole contract, its OpenAPI document and reference, and whether it is alive."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.rest.documents import Documents
from services.gateway.rest.door import Citizens, Door
from services.gateway.rest.envelope import REQUEST_ID, Envelope
from services.gateway.rest.events import EventStreams
from services.gateway.rest.limits import TokenBuckets
from services.gateway.rest.openapi import Comments, document, packaged_image
from services.gateway.rest.options import RestOptions
from services.gateway.rest.transcoder import Backend, Transcoder


class RestApplication:
    """An ASGI application; `close_streams` ends what would never end by itself.

    Raises ContractError where an RPC cannot be served as its options say. `marks` gives the mark of a client by its
    address, `citizens` a citizen's token for a mark, `image` the descriptors of the contract with their comments;
    `pages` are more routes, which win over REST.
    """

    def __init__(
        self,
        backends: Sequence[Backend],
        marks: Callable[[str], str],
        citizens: Citizens,
        options: RestOptions,
        image: Callable[[], bytes] = packaged_image,
        pages: Sequence[BaseRoute] = (),
    ) -> None:
        services = [service for backend in backends for service in backend.services]
        documents = Documents(lambda: document(services, Comments(image()), options))
        buckets = TokenBuckets(options.public_rate, options.public_burst, time.monotonic)
        self._streams = EventStreams(options.ping_seconds, options.stream_seconds)
        transcoder = Transcoder(backends, Door(marks, citizens, buckets), self._streams, options)
        routes = Router(
            [Route("/healthz", _healthz), *documents.routes, *pages], default=transcoder, redirect_slashes=False
        )
        self._app = Envelope(_with_cors(routes, options.origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # By this Starlette's routes know that they may raise for a wrong method instead of answering in plain text.
        scope.setdefault("app", self)
        await self._app(scope, receive, send)

    def close_streams(self) -> None:
        """Ends the open event streams and lets no new one live: for a drain."""
        self._streams.close()


async def _healthz(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _with_cors(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
        allow_headers=("Authorization", "Content-Type", "Last-Event-ID", REQUEST_ID),
        expose_headers=(REQUEST_ID, "Retry-After"),
    )
