"""On which ports of the loopback address a local county listens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import count

import psutil

from deploy.local.processes import LOOPBACK, free_port

FIRST = 7600
"""The first of the eleven ports that `make up` takes unless told otherwise."""


@dataclass(frozen=True)
class Ports:
    """One port for each thing that can be reached."""

    rest: int
    gateway: int
    watch: int
    agency: int
    risk: int
    gateway_metrics: int
    watch_metrics: int
    agency_metrics: int
    risk_metrics: int
    postgres: int
    nats: int

    @classmethod
    def from_first(cls, first: int = FIRST) -> Ports:
        """Neighbouring ports, easy to remember."""
        return cls(*range(first, first + len(fields(cls))))

    @classmethod
    def kept(cls, ports: Mapping[str, int]) -> Ports:
        """Those of a county that was started before, maybe by a version with fewer processes: what is new comes behind
        them."""
        names = [each.name for each in fields(cls)]
        known = {name: ports[name] for name in names if name in ports}
        behind = count(max(known.values()) + 1)
        return cls(**{name: known[name] if name in known else next(behind) for name in names})

    @classmethod
    def any_free(cls) -> Ports:
        """Ports on which nobody listens, for demos and tests."""
        return cls(*(free_port() for _ in fields(cls)))


def holder(port: int) -> str:
    """Who listens on a port, as far as we may know."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr[1] == port:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except (psutil.AccessDenied, psutil.NoSuchProcess):
        pass
    return "another program"


def address(port: int) -> str:
    return f"{LOOPBACK}:{port}"
