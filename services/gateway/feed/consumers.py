"""The events that the gateway takes from the streams of all services, its own among them, into the feeds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from minshao.gateway import v1 as gateway

from services.common.broker import stream_of
from services.common.consumer import Subscription
from services.common.consumer.subscription import anything
from services.common.database import Tx
from services.common.events import Event, event_messages
from services.gateway.board import use_cases as board
from services.gateway.desks import use_cases as desks
from services.gateway.feed import use_cases as feed
from services.gateway.feed.domain import observers
from services.gateway.feed.tails import Tails
from services.gateway.matters import use_cases as matters

SERVICES = ("gateway", "watch", "agency", "risk")
"""Those whose streams there are."""

UNTOLD = frozenset(
    {
        "gateway.account.locked",
        "gateway.account.password_changed",
        "gateway.account.sessions_ended",
        "gateway.session.revoked",
        "gateway.session.started",
    }
)
"""When somebody signs in is no business of the county: it stays in the ledger."""


def subscriptions(tails: Tails) -> Sequence[Subscription]:
    """One durable consumer for each stream; what it takes wakes those who follow in this process.

    The feed keeps every event in its place, also one that is of a later version or names what is of another town: among
    the matters of its own tenant, and at the highest level where its own is not known. What is made of the feed passes
    over what it does not understand, until a version that does makes it anew.
    """

    async def take(tx: Tx, events: Sequence[Event], now: datetime) -> None:
        shown = await feed.record(tx, events, now)
        await board.apply(tx, shown)
        await desks.apply(tx, shown)
        await matters.apply(tx, shown)
        observer = tx.tenant
        tx.on_commit(lambda: tails.wake(observer))

    async def take_one(tx: Tx, event: Event, now: datetime) -> None:
        await take(tx, [event], now)

    return [
        Subscription(stream_of(service), "gateway", dict.fromkeys(told(service), take_one), in_feeds_of, take, anything)
        for service in SERVICES
    ]


def told(service: str) -> Iterator[str]:
    """The types of the service's events that have a place in feeds."""
    return (type for type in event_messages() if type.startswith(f"{service}.") and type not in UNTOLD)


def in_feeds_of(event: Event) -> Collection[str]:
    """The tenants that observe it. What a county tells in each of its towns stands in the county's own feed once."""
    return (event.tenant,) if _of_the_whole_county(event) else observers(event.tenant)


def _of_the_whole_county(event: Event) -> bool:
    """Whether it is told in the county and in each of its towns."""
    told = event.message
    if isinstance(told, gateway.CalendarDaysSet):
        return told.level == gateway.CalendarDay.LEVEL_COUNTY
    return isinstance(told, gateway.CalendarArrangementPublished)
