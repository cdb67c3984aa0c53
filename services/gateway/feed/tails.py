"""The newest entries of the feeds that somebody follows, read once for all who follow them in this process.

A tail reads on when something was committed here, and once a second for what other processes committed. It keeps its
last entries, and what is known of their matters by now; who is further behind reads the database until they have
caught up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from prometheus_client import Gauge

from services.common.backoff import Backoff
from services.common.database import Database, Tx
from services.gateway.feed import store
from services.gateway.feed.domain import Cursor, Entry, Level, Sight, highest_level
from services.gateway.feed.store import Stretch

POLL_SECONDS = 1.0
TOGETHER = 500
KEPT = 2000

FOLLOWERS = Gauge("minshao_feed_followers", "Streams that follow a feed.")

log = structlog.get_logger(__name__)


class Tail:
    """The end of one observer's feed, from the moment at which somebody began to follow it."""

    def __init__(self, database: Database, observer: str) -> None:
        self.followers = 0
        self.woken = asyncio.Event()
        """To be set when something was added to the feed."""
        self.changed = asyncio.Event()
        """Set, and replaced by another, when there is more. To be taken before one looks."""
        self._database = database
        self._observer = observer
        self._end: Cursor | None = None
        self._entries: list[Entry] = []
        self._matters: dict[str, Sight] = {}

    def behind(self, cursor: Cursor) -> Stretch | None:
        """What it has behind the cursor; None if it does not reach back that far, or ends another feed."""
        if self._end is None or self._end.epoch != cursor.epoch:
            return None
        fresh = self._end.number - cursor.number
        if fresh > len(self._entries):
            return None
        # Who has read the database may know of more already than the tail: that is none of the tail's business.
        end = max(cursor.number, self._end.number)
        return Stretch(self._end.epoch, end, end, self._entries[-fresh:] if fresh > 0 else (), self._matters)

    async def run(self) -> None:
        """Reads on until it is cancelled. Survives the loss of the database."""
        backoff = Backoff(longest=POLL_SECONDS)
        while True:
            self.woken.clear()
            try:
                complete = await self._read()
            except Exception as error:  # noqa: BLE001 - whatever it was, those who follow wait for the next try
                log.warning("feed_tail_broke_off", observer=self._observer, error=error)
                await backoff.wait()
                continue
            backoff.reset()
            if complete:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self.woken.wait()

    async def _read(self) -> bool:
        """Takes in what is new; whether that was all."""
        async with self._database.transaction(self._observer) as tx:
            if self._end is None:
                self._end = Cursor(*await store.head(tx))
                return True
            await self._hide(tx)
            found = await store.stretch(tx, store.behind(self._end.number), TOGETHER)
        if self._end.epoch not in (0, found.epoch):
            self._begin_again(found)
        elif found.entries:
            self._take(found)
        else:
            return True
        self.changed.set()
        self.changed = asyncio.Event()
        return found.end == found.head

    async def _hide(self, tx: Tx) -> None:
        """Hides the entries of what moved up above the observer since, which no entry of the observer's feed tells."""
        if self._entries and highest_level(self._observer) < Level.COUNTY:
            above = await store.moved_up(tx, self._entries[0].number)
            self._matters.update(dict.fromkeys(above, Sight(Level.COUNTY)))

    def _begin_again(self, found: Stretch) -> None:
        """Another feed has taken the place of the one that it followed."""
        self._end = Cursor(found.epoch, found.head)
        self._entries, self._matters = [], {}

    def _take(self, found: Stretch) -> None:
        self._end = Cursor(found.epoch, found.entries[-1].number)
        self._entries = [*self._entries, *found.entries][-KEPT:]
        self._matters.update(found.matters)
        if len(self._matters) > KEPT:
            known = self._matters
            self._matters = {each.matter: known[each.matter] for each in self._entries if each.matter in known}


class Tails:
    """The tails of this process: one for each feed that somebody follows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tails: dict[str, tuple[Tail, asyncio.Task[None]]] = {}

    def wake(self, observer: str) -> None:
        """Something was added to the observer's feed, and is committed."""
        if observer in self._tails:
            self._tails[observer][0].woken.set()

    @asynccontextmanager
    async def follow(self, observer: str) -> AsyncIterator[Tail]:
        """The tail of the feed, which is kept going for as long as anybody follows it."""
        if observer not in self._tails:
            tail = Tail(self._database, observer)
            self._tails[observer] = tail, asyncio.create_task(tail.run(), name=f"tail of {observer}")
        tail, running = self._tails[observer]
        tail.followers += 1
        FOLLOWERS.inc()
        try:
            yield tail
        finally:
            FOLLOWERS.dec()
            tail.followers -= 1
            if not tail.followers:
                del self._tails[observer]
                running.cancel()
