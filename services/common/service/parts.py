"""What a service is made of, and what it may make its parts from."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.common.access import Claims
from services.common.clock import Clock
from services.common.consumer import Subscription
from services.common.database import Database
from services.common.deadlines import Handler
from services.common.keys import KeyRing
from services.common.rpc.server import Offer
from services.common.sealing import Sealer
from services.common.settings import Settings
from services.common.tokens import TokenVerifier


@dataclass(frozen=True, slots=True)
class Resources:
    """What a service may build its parts from. Nothing is connected before it is used."""

    settings: Settings
    clock: Clock
    """Domain time."""
    database: Database
    """As the application's role."""
    keys: KeyRing
    """The master keys, and the key of keyed hashes."""
    sealer: Sealer
    verifier: TokenVerifier


class Listener(Protocol):
    """A server beside the one of gRPC, such as the gateway's for HTTP."""

    async def start(self) -> int:
        """Listens, and returns the port. Raises PortTaken."""

    async def drain(self, seconds: int) -> None:
        """Takes nothing new, and ends what is in progress within the limit."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a service is made of."""

    offers: Sequence[Offer]
    """Its services of the contract, each with its implementation."""
    deadlines: Mapping[str, Handler] = field(default_factory=dict)
    """What happens when a deadline fires, by kind."""
    subscriptions: Sequence[Subscription] = ()
    """The events of others that it takes."""
    listeners: Sequence[Listener] = ()
    background: Mapping[str, Callable[[], Coroutine[object, object, None]]] = field(default_factory=dict)
    """Further tasks that run as long as the process, by name; one that ends ends the process."""
    anonymous: Callable[[str], Claims] | None = None
    """See `World.anonymous`."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service by its name, which is that of its package, its database and its stream."""

    name: str
    build: Callable[[Resources], Parts]
