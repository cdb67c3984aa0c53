"""The relay of a service: from committed entries of the ledger to messages of JetStream, without a loss.

One relay of a service leads at a time. It numbers what is committed, publishes it, and marks what was acknowledged.
What happened in between may be forgotten at any moment, by a crash on either side: an entry without a mark is sent
again with the same `Nats-Msg-Id`. Leadership only saves work: that two leaders cannot fork a chain is the doing of
the locked heads and the unique numbers in `services.common.ledger.numbering`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

import structlog
from nats.aio.client import Client
from nats.errors import ConnectionReconnectingError
from nats.errors import Error as NatsError
from nats.js.errors import NoStreamResponseError
from prometheus_client import Counter, Gauge

from services.common.backoff import Backoff, finish
from services.common.broker import declare_stream, jetstream, stream_of
from services.common.clock import Clock
from services.common.leadership import Connection, lead
from services.common.ledger.numbering import mark_published, number_pending, unpublished
from services.common.relay.publishing import publish
from services.common.relay.republishing import outbox, take_marks_back

TOGETHER = 500
"""How many entries are numbered, and how many are in flight, at the same time."""
POLL_SECONDS = 0.15
"""How long an entry that another process committed waits at most. Those of this process wake the relay."""
MEASURE_SECONDS = 5.0
PAUSE_SECONDS = 2.0
"""The longest pause after a failure: numbers are given meanwhile too, and an entry is unprotected without one."""

PUBLISHED = Counter("minshao_relay_published_total", "Entries of the ledger that the stream acknowledged.")
LAG = Gauge("minshao_relay_lag_seconds", "Domain time since the oldest entry that is not published; 0 if not leading.")
DEPTH = Gauge("minshao_outbox_depth", "Committed entries that are not published; 0 if not leading.")

log = structlog.get_logger(__name__)


class Relay:
    """Fills the stream of one service."""

    def __init__(
        self, url: str, client: Client, service: str, wake: asyncio.Event, clock: Clock, *, replicas: int = 1
    ) -> None:
        """`url` connects as the relay's role; `wake` is the `outbox` of the service's `Database`."""
        self._url = url
        self._client = client
        self._js = jetstream(client)
        self._service = service
        self._stream = stream_of(service)
        self._wake = wake
        self._clock = clock
        self._replicas = replicas
        self._seen: int | None = None
        """How often the client had reconnected when the stream was last looked at; None: to be looked at."""
        self._measured = 0.0

    async def run(self) -> None:
        """Relays whenever this process leads, until it is cancelled. Survives the loss of PostgreSQL and of NATS."""
        try:
            await lead(self._url, f"relay/{self._service}", self._relay)
        finally:
            LAG.set(0)
            DEPTH.set(0)

    async def _relay(self, own: Connection) -> None:
        """Ends only by an error of PostgreSQL; those of NATS are waited out."""
        self._seen, backoff = None, Backoff(longest=PAUSE_SECONDS)
        while True:
            self._wake.clear()
            acknowledged, errors = await finish(self._round(own))
            if errors and not acknowledged:
                log.warning("nothing_published", stream=self._stream, error=errors[0])
                await backoff.wait()
                continue
            backoff.reset()
            if not acknowledged:
                # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with the waking.
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._wake.wait()

    async def _round(self, own: Connection) -> tuple[int, Sequence[Exception]]:
        """Numbers, publishes and marks one window. How many were acknowledged, and what NATS had against others."""
        await number_pending(own, TOGETHER)
        try:
            await self._look_after_stream(own)
        except NatsError as error:
            await self._measure(own)
            return 0, [error]
        waiting = await unpublished(own, TOGETHER)
        acknowledged, errors = await publish(self._js, self._stream, waiting)
        if any(isinstance(error, NoStreamResponseError) for error in errors):
            self._seen = None
        if acknowledged:
            await mark_published(own, acknowledged, self._clock.now())
            PUBLISHED.inc(len(acknowledged))
        if waiting:
            await self._measure(own)
        else:
            LAG.set(0)
            DEPTH.set(0)
        return len(acknowledged), errors

    async def _look_after_stream(self, own: Connection) -> None:
        """Declares the stream, and refills it when it is empty though it should not be: the server lost its store.

        Done before anything is published on a new connection. What is newer would otherwise come first, and
        consumers would refuse the older events that they had not seen yet.
        """
        if not self._client.is_connected:
            raise ConnectionReconnectingError
        if (reconnects := self._client.stats["reconnects"]) == self._seen:
            return
        found = await declare_stream(self._js, self._stream, [f"minshao.*.{self._service}.>"], replicas=self._replicas)
        if found.state.last_seq == 0 and (lost := await take_marks_back(own)):
            log.error("stream_lost_and_filled_again", stream=self._stream, entries=lost)
        self._seen = reconnects

    async def _measure(self, own: Connection) -> None:
        if monotonic() < self._measured + MEASURE_SECONDS:
            return
        waiting = await outbox(own)
        self._measured = monotonic()
        DEPTH.set(waiting.depth)
        LAG.set(max(0.0, (self._clock.now() - waiting.oldest).total_seconds()) if waiting.oldest else 0)
