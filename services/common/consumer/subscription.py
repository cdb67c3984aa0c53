"""Which events a service takes, and what it does with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.common.database import Tx
from services.common.events import Event
from services.common.understanding import NotUnderstood, check

Handler = Callable[[Tx, Event, datetime], Awaitable[None]]
"""What an event causes in the tenant of the transaction, given the present instant (domain time).

It is committed together with the note that the event was taken, so it happens once. It raises when it cannot do its
work; then nothing has happened, and it is tried again.
"""

HandlerOfMany = Callable[[Tx, Sequence[Event], datetime], Awaitable[None]]
"""What several events cause that arrived together, in their order; else as `Handler`."""


def own_tenant(event: Event) -> Collection[str]:
    """Only the tenant in which the event happened."""
    return (event.tenant,)


def anything(_event: Event) -> None:
    """Refuses no event."""


@dataclass(frozen=True)
class Subscription:
    """A durable consumer of one stream."""

    stream: str
    """The stream, such as `GATEWAY`; its owner declares it."""
    durable: str
    """Name of the consumer: that of the service."""
    handlers: Mapping[str, Handler]
    """By event type. A type that is added later is taken from then on; what came before is not looked up."""
    effective_in: Callable[[Event], Collection[str]] = own_tenant
    """In which tenants the event has an effect, each in a transaction of its own. The county, say, observes towns."""
    together: HandlerOfMany | None = None
    """Takes at once what arrived together, where that is cheaper than one after the other; a single replay still goes
    to the handler of its type."""
    understand: Callable[[Event], object] = check
    """Raises NotUnderstood for an event that is refused before any handler sees it."""

    def tenants(self, event: Event) -> Collection[str]:
        """The tenants in which to take the event: of one that is not understood its own, where it is refused whole."""
        try:
            self.understand(event)
            return self.effective_in(event)
        except NotUnderstood:
            return own_tenant(event)

    @property
    def name(self) -> str:
        """What the inbox knows the consumer by."""
        return f"{self.stream}/{self.durable}"

    @property
    def subjects(self) -> list[str]:
        return [f"minshao.*.{type}" for type in sorted(self.handlers)]
