"""Following a feed: every entry behind a cursor once and in order, without an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from services.common.errors import Unauthenticated
from services.gateway.feed.domain import Cursor, Entry, Sight, Viewer, Wanted, sees
from services.gateway.feed.store import Stretch
from services.gateway.feed.tails import Tail

LIFE_SECONDS = 15.0
"""After how long without an entry a sign of life is given."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Who follows, and what."""

    viewer: Viewer
    wanted: Wanted
    read: Callable[[Cursor], Awaitable[Stretch]]
    """Reads the database from the cursor on, for as long as the tail does not reach back that far."""
    until: float
    """When the right to follow ends, by the clock of the event loop."""


async def follow(follower: Follower, tail: Tail, cursor: Cursor) -> AsyncGenerator[tuple[Cursor, Entry | None]]:
    """The entries that the follower wants and sees, each with its cursor; without an entry, a sign of life.

    Raises OutOfRange when another feed takes the place of this one, Unauthenticated when the follower's time is up.
    """
    now = asyncio.get_running_loop().time
    said = now()
    while True:
        changed = tail.changed
        stretch = tail.behind(cursor) or await follower.read(cursor)
        cursor.check(stretch.epoch, stretch.head)
        for entry in stretch.entries:
            if follower.wanted.takes(entry) and sees(follower.viewer, *_sights(entry, stretch)):
                yield Cursor(stretch.epoch, entry.number), entry
                said = now()
        before, cursor = cursor, Cursor(stretch.epoch, stretch.end)
        if now() >= follower.until:
            raise Unauthenticated("登录已过期，请重新登录。", "TOKEN_EXPIRED")
        if now() >= said + LIFE_SECONDS:
            yield cursor, None
            said = now()
        if cursor == before:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min(said + LIFE_SECONDS, follower.until)):
                    await changed.wait()


def _sights(entry: Entry, stretch: Stretch) -> tuple[Sight, ...]:
    matter = stretch.matters.get(entry.matter)
    return (entry.sight, matter) if matter else (entry.sight,)
