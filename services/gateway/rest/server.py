"""The HTTP server, in the event loop of the process that also serves gRPC."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence

import uvicorn

from services.common.rpc.server import PortTaken
from services.gateway.rest.application import RestApplication


class HttpServer:
    """Serves an application at `host:port` from `start` to `drain`. Writes no access log: addresses are not logged.

    `proxies` are the addresses or networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; the
    client's address is then the one they name. From anybody else these headers are ignored.
    """

    def __init__(self, application: RestApplication, listen: str, proxies: Sequence[str] = ()) -> None:
        self._application = application
        self._listen = listen
        self._server = _Quiet(
            uvicorn.Config(
                application,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                ws="none",
                proxy_headers=bool(proxies),
                forwarded_allow_ips=list(proxies),
                timeout_keep_alive=75,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Listens, and returns the port. Raises PortTaken."""
        listening = _listening(self._listen)
        self._serving = asyncio.create_task(self._server.serve([listening]))
        port: int = listening.getsockname()[1]
        return port

    async def drain(self, seconds: int) -> None:
        """Takes no more requests, ends the event streams, and waits for the others, at most so long."""
        if self._serving is None:
            return
        self._application.close_streams()
        self._server.config.timeout_graceful_shutdown = seconds
        self._server.should_exit = True
        await self._serving


class _Quiet(uvicorn.Server):
    """Leaves the signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listening(address: str) -> socket.socket:
    """A socket that listens.

    Made with the number of TCP in the place of the usual 0: only then asyncio turns Nagle's algorithm off on what is
    accepted, and without that each reply of two writes waits 40 ms for an acknowledgement.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, int(port)))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise PortTaken(address) from error
    return listening
