"""Keeping the boards: going on by what the feed has just recorded, and beginning anew from all that it keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from google.protobuf.message import Message

from services.common.database import Database, Tx
from services.common.events import event_messages
from services.common.periods import start_of_day
from services.gateway.board import store
from services.gateway.board.domain import COUNTS_OF
from services.gateway.board.projection import Boards, Happening, Place, matter_of, places_of
from services.gateway.feed import store as feed
from services.gateway.feed.domain import Viewer
from services.gateway.feed.visibility import matter_visible


@dataclass(frozen=True, slots=True)
class Remembered:
    """An event as the feed keeps it, decoded."""

    tenant: str
    time: datetime
    message: Message

    @staticmethod
    def of(kept: feed.Kept) -> Remembered:
        return Remembered(kept.tenant, kept.time, event_messages()[kept.type].FromString(kept.payload))


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuilding came to."""

    events: int
    """How many the feed keeps."""
    overdue: int
    """How many matters are on the board."""


async def apply(tx: Tx, happenings: Sequence[Happening]) -> None:
    """Takes the boards of the transaction's tenant on by these events. The feed must be held by the transaction."""
    concerned = {matter_of(each.message) for each in happenings} - {""}
    before = await store.overdue_among(tx, concerned) if concerned else {}
    boards = Boards(dict(before))
    for each in happenings:
        boards.take(each)
    for resource, matter in boards.overdue.items():
        if before.get(resource) != matter:
            store.put(tx, matter)
    if gone := before.keys() - boards.overdue.keys():
        store.take_off(tx, gone)
    store.add(tx, boards.counts)


async def rebuild(database: Database, observer: str) -> Rebuilt:
    """Drops the boards of an observer and makes them anew from the events that its feed keeps.

    The feed goes on meanwhile, and is held only for what came after most of it was read.
    """
    boards, last = Boards(), 0
    while (read := await _read_on(database, observer, boards, last)) > last:
        last = read
    async with database.transaction(observer) as tx:
        if not await feed.hold(tx):
            return Rebuilt(0, 0)
        while (read := await _take_page(tx, boards, last)) > last:
            last = read
        store.clear(tx)
        for matter in boards.overdue.values():
            store.put(tx, matter)
        store.add(tx, boards.counts)
    return Rebuilt(last, len(boards.overdue))


async def counts(
    tx: Tx, viewer: Viewer, first: date, last: date, towns: Collection[str], services: Collection[str]
) -> Counter[Place]:
    """What happened on each of the days, without the matters that by now are kept from the viewer; of these services,
    or of all."""
    known = await store.counts(tx, first, last, towns)
    hidden = sa.not_(matter_visible(viewer))
    start, end = start_of_day(first), start_of_day(last + timedelta(days=1))
    for kept in await feed.kept_of_matters(tx, hidden, start, end):
        if not towns or kept.tenant in towns:
            known.subtract(places_of(Remembered.of(kept)))
    wanted = {name for service in services or COUNTS_OF for name in COUNTS_OF.get(service, ())}
    return Counter({place: count for place, count in known.items() if count > 0 and place[2] in wanted})


async def _read_on(database: Database, observer: str, boards: Boards, last: int) -> int:
    async with database.transaction(observer) as tx:
        return await _take_page(tx, boards, last)


async def _take_page(tx: Tx, boards: Boards, last: int) -> int:
    """Takes in the next events that the feed keeps; returns the number of the last, or `last` if there is none."""
    for kept in await feed.kept(tx, last):
        boards.take(Remembered.of(kept))
        last = kept.number
    return last
