"""The figures of a process for Prometheus, on a port of their own.

Modules declare theirs with `prometheus_client` at their top; all of them are in its one registry of the process.
No label may hold what a caller typed: a figure per method, kind or stream, never per tenant or person.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, start_http_server

from services.common.database import PoolFigures

CALLS = Counter("minshao_rpc_calls_total", "Calls by method and gRPC status.", ["service", "method", "code"])
SECONDS = Histogram(
    "minshao_rpc_seconds",
    "Time from a request's bytes to its reply's; of a stream, until its end.",
    ["service", "method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
RUNNING = Gauge("minshao_rpc_running", "Calls running now.", ["kind"])
READY = Gauge("minshao_ready", "1 while the process takes calls, 0 before and while it drains.")

POOL = Gauge("minshao_pool_connections", "Database connections by pool and state.", ["pool", "state"])


def show_pool(name: str, figures: Callable[[], PoolFigures]) -> None:
    """Shows a pool of database connections under this name, as it is whenever someone looks."""

    def of(state: str) -> Callable[[], float]:
        return lambda: float(getattr(figures(), state))

    for state in ("size", "open", "used", "waiting"):
        POOL.labels(name, state).set_function(of(state))


def serve(listen: str) -> Callable[[], None]:
    """Serves `/metrics` at `host:port` from a thread of its own; returns what ends it. Raises OSError if taken."""
    host, _, port = listen.rpartition(":")
    server, thread = start_http_server(int(port), host, REGISTRY)

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop
