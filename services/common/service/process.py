"""The life of a process, from its settings to its orderly end."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

import sqlalchemy as sa
import structlog

from services.common import logs, metrics
from services.common.backoff import Backoff
from services.common.clock import FileClock, SystemClock
from services.common.crew import Crew, Lost
from services.common.database import Database, Unreachable
from services.common.keys import KeyRing
from services.common.rpc.server import PortTaken, RpcServer
from services.common.rpc.world import Load, World
from services.common.sealing import Sealer
from services.common.service.messaging import messaging, sweep
from services.common.service.parts import Listener, Parts, Resources, Service
from services.common.settings import Settings
from services.common.spans import Spans
from services.common.token_keys import keys_at_url, keys_in_file
from services.common.tokens import TokenVerifier

_log = structlog.get_logger(__name__)


async def serve(service: Service, settings: Settings) -> None:
    """Runs the service until SIGTERM or SIGINT, and then ends it in order; a second signal ends it at once.

    The order of the end: health says so, no new calls, streams break off, calls in progress are finished; then
    consumers, sweeper and relay finish what they have in hand; then connections are closed.
    """
    logs.configure(service.name, settings.log_level)
    stop = _stop_by_signal()
    async with AsyncExitStack() as ends:
        ends.callback(_measured(settings.metrics_listen))
        resources = resources_of(settings)
        ends.push_async_callback(resources.database.close)
        parts = service.build(resources)
        crew = Crew()
        ends.push_async_callback(crew.dismiss)
        patience = _Patience(settings.drain_seconds)
        server = _server(resources, parts, ends)
        _log.info("listening", port=await server.start())
        ends.push_async_callback(patience.drain, server)
        for listener in parts.listeners:
            await listener.start()
            ends.push_async_callback(patience.drain, listener)
        crew.add("readiness", _be_ready(server, resources.database))
        crew.add("messaging", messaging(resources, parts.subscriptions))
        crew.add("sweeper", sweep(resources, parts.deadlines))
        for name, work in parts.background.items():
            crew.add(name, work())
        _settle_memory()
        try:
            await crew.work_until(stop)
        except Lost as lost:
            _log.critical("background_task_lost", task=lost.task, fault=lost)
            raise
        finally:
            await server.retire()
    _log.info("ended")


def resources_of(settings: Settings) -> Resources:
    """What the settings describe, for a process that serves or a command that works on the same things."""
    keys = (
        KeyRing.from_file(settings.master_key_file) if settings.master_key_file else KeyRing.parse(settings.master_key)
    )
    clock = FileClock(settings.clock_file, production=settings.production) if settings.clock_file else SystemClock()
    file = settings.token_keys_file
    verifier = TokenVerifier(
        settings.token_issuer, keys_in_file(file) if file else keys_at_url(settings.token_keys_url)
    )
    database = Database(settings.database_url, settings.pool_size)
    metrics.show_pool("application", database.figures)
    return Resources(settings, clock, database, keys, Sealer(keys), verifier)


def _server(resources: Resources, parts: Parts, ends: AsyncExitStack) -> RpcServer:
    settings = resources.settings
    spans = None
    if settings.otlp_endpoint:
        spans = Spans.to_collector(settings.service, settings.otlp_endpoint)
        ends.push_async_callback(asyncio.to_thread, spans.close)
    world = World(
        resources.verifier,
        resources.clock,
        resources.database,
        Load(settings.concurrent_calls, settings.concurrent_calls),
        spans=spans,
        anonymous=parts.anonymous,
    )
    reflect, most = settings.offers_reflection, settings.message_bytes
    return RpcServer(settings.listen, parts.offers, world, reflect=reflect, message_bytes=most)


async def _be_ready(server: RpcServer, database: Database) -> None:
    """Says that the server is ready as soon as its database answers; has nothing to do afterwards."""
    backoff = Backoff(longest=2)
    while True:
        try:
            async with database.platform() as tx:
                await tx.scalar(sa.text("SELECT 1"))
            break
        except Unreachable as error:
            _log.warning("database_unreachable", fault=error)
            await backoff.wait()
    await server.ready()
    _log.info("ready")
    await asyncio.Event().wait()


def _stop_by_signal() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def begin(number: signal.Signals) -> None:
        _log.info("stopping", signal=number.name)
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, begin, each)
    return stop


def _measured(listen: str) -> Callable[[], None]:
    try:
        return metrics.serve(listen)
    except OSError as error:
        raise PortTaken(listen) from error


def _settle_memory() -> None:
    """What exists at the start stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


class _Patience:
    """How long draining may take in all, counted from the first."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._end: float | None = None

    async def drain(self, each: Listener) -> None:
        if self._end is None:
            self._end = time.monotonic() + self._seconds
        await each.drain(max(0, round(self._end - time.monotonic())))
