"""What becomes of events in the feed of one observer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.common.database import Tx
from services.common.events import Event
from services.gateway.feed import store
from services.gateway.feed.domain import highest_level
from services.gateway.feed.references import level_of, reference_of, resource_of, sight_of_matter


async def record(tx: Tx, events: Sequence[Event], now: datetime) -> list[Event]:
    """Gives the events their places in the feed of the transaction's tenant, and returns those that got one.

    What is meant for a level above the observer gets none, but what it says of its matter is known from here on: that
    is how a matter that moves up takes its earlier entries with it. Holds the feed until the commit.
    """
    highest = highest_level(tx.tenant)
    for event in events:
        if (sight := sight_of_matter(event)) is not None:
            store.know(tx, resource_of(event), sight)
    shown = [event for event in events if level_of(event) <= highest]
    if shown:
        last = await store.advance(tx, len(shown), now)
        for number, event in enumerate(shown, last - len(shown) + 1):
            store.add(tx, number, event, reference_of(event))
    return shown
