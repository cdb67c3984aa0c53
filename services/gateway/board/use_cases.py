"""Keeping the boards: going on by what the feed has just recorded, and beginning anew from all that it keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from services.common.database import Database, Tx
from services.common.periods import start_of_day
from services.gateway.board import store
from services.gateway.board.domain import COUNTS_OF
from services.gateway.board.projection import Boards, Place, matter_of, places_of
from services.gateway.feed import store as feed
from services.gateway.feed.domain import Viewer
from services.gateway.feed.references import Happening
from services.gateway.feed.remembering import Remembered, make_anew
from services.gateway.feed.visibility import matter_visible


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
    """Drops the boards of an observer and makes them anew from the events that its feed keeps."""
    boards = Boards()

    def replace(tx: Tx) -> None:
        store.clear(tx)
        for matter in boards.overdue.values():
            store.put(tx, matter)
        store.add(tx, boards.counts)

    events = await make_anew(database, observer, boards.take, replace)
    return Rebuilt(events, len(boards.overdue))


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
