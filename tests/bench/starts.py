"""How long it takes until the county is at work, and what its processes take of the memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter

from deploy.local.ports import Ports
from deploy.local.stack import Stack
from tests.bench.county import County, memory_mib
from tests.bench.figures import Figure

LIMIT_IS = "PostgreSQL and NATS alone"


def starts(county: County, beside: Path) -> Iterator[Figure]:
    """From nothing, and again with the data there; seconds until all is healthy. `beside` is a folder for the engines
    alone. Leaves the county running."""
    engines = Stack(beside, Ports.any_free(), names=())
    engines.remove()
    try:
        for name in ("start_cold", "start_warm"):
            limit, value = _seconds_to_start(engines), _seconds_to_start(county.stack)
            yield Figure(name, value, "s", limit, LIMIT_IS)
            engines.stop()
            if name == "start_cold":
                county.stack.stop()
    finally:
        engines.remove()


def _seconds_to_start(stack: Stack) -> float:
    began = perf_counter()
    stack.start()
    return perf_counter() - began


def memory(county: County) -> dict[str, float]:
    """MiB by process."""
    return {name: memory_mib(child) for name, child in county.stack.children.items()}


def memory_figures(now: Mapping[str, float], idle: Mapping[str, float]) -> Iterator[Figure]:
    """What each process takes after all that was measured; the limit is what it took before."""
    for name, value in now.items():
        yield Figure(f"memory_mib_{name}", value, "MiB", idle[name], "after the start, before any work")
