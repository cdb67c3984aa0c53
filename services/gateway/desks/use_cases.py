"""Keeping a county's desks: going on by what its feed has just recorded, and beginning anew from all that it keeps."""

from __future__ import annotations

from collections.abc import Sequence

from services.common.access import is_county
from services.common.database import Database, Tx
from services.gateway.desks import store
from services.gateway.desks.domain import Change, counted
from services.gateway.desks.projection import Desks, told_last
from services.gateway.feed.references import Happening
from services.gateway.feed.remembering import make_anew


async def apply(tx: Tx, happenings: Sequence[Happening]) -> None:
    """Takes the desks of the transaction's county on by these events; a town has none. The feed must be held by the
    transaction."""
    cases = told_last(happenings) if is_county(tx.tenant) else {}
    if not cases:
        return
    before = await store.entries_of(tx, cases)
    change = Change.between(before, [entry for entries in cases.values() for entry in entries])
    for entry in change.put:
        store.put(tx, entry)
    if change.gone:
        store.take_off(tx, change.gone)
    if change.counts:
        await store.count(tx, change.counts)


async def rebuild(database: Database, observer: str) -> int:
    """Drops the desks of a county and makes them anew from the events that its feed keeps; returns how many entries
    there are. A town has none."""
    if not is_county(observer):
        return 0
    desks = Desks()

    def replace(tx: Tx) -> None:
        store.clear(tx)
        entries = [entry for entries in desks.cases.values() for entry in entries]
        for entry in entries:
            store.put(tx, entry)
        for place, count in counted(entries).items():
            store.put_count(tx, place, count)

    await make_anew(database, observer, desks.take, replace)
    return sum(map(len, desks.cases.values()))
