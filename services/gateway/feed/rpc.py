"""The feed service of the contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import sqlalchemy as sa
from minshao.gateway import v1 as gateway

from services.common.clock import Clock
from services.common.paging import DEFAULT_SIZE
from services.common.rpc.call import Call
from services.gateway.feed import store
from services.gateway.feed.domain import Cursor, Viewer, Wanted
from services.gateway.feed.following import Follower, follow
from services.gateway.feed.messages import entry_message
from services.gateway.feed.store import Stretch, among, behind
from services.gateway.feed.tails import TOGETHER, Tails
from services.gateway.feed.town_names import TownNames
from services.gateway.feed.visibility import visible
from services.gateway.organisation import use_cases as organisation


class FeedService:
    """Implements `minshao.gateway.v1.FeedService`."""

    def __init__(self, tails: Tails, names: TownNames, clock: Clock) -> None:
        """`clock` is real time, which nobody moves: tokens expire by it."""
        self._tails = tails
        self._names = names
        self._clock = clock

    async def list_feed(self, call: Call, request: gateway.ListFeedRequest) -> gateway.ListFeedResponse:
        after = Cursor.read(request.after)
        if request.newest_first:
            place = store.before(after.number) if request.after else sa.true()
        else:
            place = behind(after.number)
        chosen = sa.and_(place, visible(Viewer.of(call.actor, call.tenant)), among(_wanted(request)))
        limit = request.page_size or DEFAULT_SIZE
        async with call.transaction() as tx:
            await organisation.tenant_in(tx)
            found = await store.stretch(tx, chosen, limit, newest_first=request.newest_first)
        after.check(found.epoch, found.head)
        names = await self._names.of({entry.town for entry in found.entries})
        entries = [entry_message(each, str(Cursor(found.epoch, each.number)), names) for each in found.entries]
        return gateway.ListFeedResponse(entries=entries, next_cursor=entries[-1].cursor if entries else str(after))

    async def stream_feed(
        self, call: Call, request: gateway.StreamFeedRequest
    ) -> AsyncGenerator[gateway.StreamFeedResponse]:
        viewer, wanted = Viewer.of(call.actor, call.tenant), _wanted(request)

        async def read(cursor: Cursor) -> Stretch:
            chosen = sa.and_(behind(cursor.number), visible(viewer), among(wanted))
            async with call.transaction() as tx:
                return await store.stretch(tx, chosen, TOGETHER)

        async with call.transaction() as tx:
            await organisation.tenant_in(tx)
            head = Cursor(*await store.head(tx))
        cursor = Cursor.read(request.after) if request.after else head
        cursor.check(head.epoch, head.number)
        if not request.after:
            yield gateway.StreamFeedResponse(cursor=str(cursor))
        follower = Follower(viewer, wanted, read, self._end(call))
        async with self._tails.follow(call.tenant) as tail, aclosing(follow(follower, tail, cursor)) as steps:
            async for place, entry in steps:
                step = gateway.StreamFeedResponse(cursor=str(place))
                if entry is not None:
                    names = await self._names.of({entry.town})
                    step.entry.CopyFrom(entry_message(entry, step.cursor, names))
                yield step

    def _end(self, call: Call) -> float:
        """When the caller's token expires, by the clock of the event loop."""
        left = call.claims.expires - self._clock.now()
        return asyncio.get_running_loop().time() + left.total_seconds()


def _wanted(request: gateway.ListFeedRequest | gateway.StreamFeedRequest) -> Wanted:
    return Wanted(frozenset(request.towns), frozenset(request.services), frozenset(request.types))
