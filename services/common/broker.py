"""NATS: the connection of a service, and the stream that it owns.

What the client library leaves to its users is set here once: it never gives up reconnecting, notices a dead line
within seconds, and gets its replies under an inbox prefix that no other service may listen to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import StreamConfig, StreamInfo
from nats.js.errors import NotFoundError

REQUEST_SECONDS = 3.0
"""How long JetStream may take to answer before a request counts as failed."""

DUPLICATE_SECONDS = 600.0
"""How long a stream remembers the `Nats-Msg-Id`s that it has stored. Later doubles are the inbox's to find."""

log = structlog.get_logger(__name__)


async def connect(
    url: str, service: str, *, user: str | None = None, password: str | None = None, seconds: float = 10
) -> Client:
    """A connection that comes back by itself for as long as it is not closed.

    `url` may name several servers, with commas between them. Raises TimeoutError when none answers in time.
    """
    client = Client()
    connecting = client.connect(
        url.split(","),
        name=service,
        user=user,
        password=password,
        inbox_prefix=f"_INBOX_{service}",
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.25,  # type: ignore[arg-type]  # seconds: it hands them to sleep(), which takes parts
        ping_interval=5,
        max_outstanding_pings=2,
        error_cb=_reporter(),
        disconnected_cb=_lost,
        reconnected_cb=_back,
    )
    try:
        async with asyncio.timeout(seconds):
            await connecting
    except TimeoutError:
        raise TimeoutError(f"no NATS server answered within {seconds:g} seconds") from None
    return client


def jetstream(client: Client) -> JetStreamContext:
    """JetStream over the connection."""
    return client.jetstream(timeout=REQUEST_SECONDS)


def stream_of(service: str) -> str:
    """The name of the stream that holds the service's events."""
    return service.upper()


async def declare_stream(js: JetStreamContext, name: str, subjects: list[str], *, replicas: int = 1) -> StreamInfo:
    """A service's stream, made when it is not there, and changed when it is there with other settings.

    It keeps every message: the inboxes of consumers, too, keep the id of each event for ever.
    """

    def configured(config: StreamConfig) -> StreamConfig:
        return replace(config, subjects=subjects, num_replicas=replicas, duplicate_window=DUPLICATE_SECONDS)

    try:
        found = await js.stream_info(name)
    except NotFoundError:
        return await js.add_stream(configured(StreamConfig(name=name)))
    if (wanted := configured(found.config)) == found.config:
        return found
    log.info("stream_gets_new_settings", stream=name, subjects=subjects, replicas=replicas)
    return await js.update_stream(wanted)


async def forget_ids(js: JetStreamContext, name: str) -> None:
    """Makes the stream take messages again that it had within the last DUPLICATE_SECONDS, and then lost or purged.

    It does so when that time is cut short for a moment.
    """
    with suppress(NotFoundError):
        config = (await js.stream_info(name)).config
        await js.update_stream(replace(config, duplicate_window=0.1))
        await asyncio.sleep(0.3)
        await js.update_stream(config)


def _reporter() -> Callable[[Exception], Awaitable[None]]:
    """Logs what goes wrong on a connection, and not again what is repeated until it is back."""
    said: set[str] = set()

    async def report(error: Exception) -> None:
        if (text := repr(error)) not in said:
            said.add(text)
            log.warning("nats_error", error=text)

    return report


async def _lost() -> None:
    log.warning("nats_lost")


async def _back() -> None:
    log.info("nats_back")
