"""What was told, told again from what a feed has kept: how a read model is made anew while the feed goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from google.protobuf.message import Message

from services.common.database import Database, Tx
from services.common.events import event_messages
from services.gateway.feed import store
from services.gateway.feed.references import Happening


@dataclass(frozen=True, slots=True)
class Remembered:
    """An event as the feed keeps it, decoded."""

    tenant: str
    time: datetime
    message: Message

    @staticmethod
    def of(kept: store.Kept) -> Remembered:
        return Remembered(kept.tenant, kept.time, event_messages()[kept.type].FromString(kept.payload))


async def make_anew(
    database: Database, observer: str, take: Callable[[Happening], None], replace: Callable[[Tx], None]
) -> int:
    """Tells again all that an observer's feed keeps, and then has what was made of it put in the place of what is
    there; returns how many events it keeps.

    The feed goes on meanwhile, and is held only for what came after most of it was read.
    """
    last = 0
    while (read := await _read_on(database, observer, take, last)) > last:
        last = read
    async with database.transaction(observer) as tx:
        if not await store.hold(tx):
            return 0
        while (read := await _tell_page(tx, take, last)) > last:
            last = read
        replace(tx)
    return last


async def _read_on(database: Database, observer: str, take: Callable[[Happening], None], last: int) -> int:
    async with database.transaction(observer) as tx:
        return await _tell_page(tx, take, last)


async def _tell_page(tx: Tx, take: Callable[[Happening], None], last: int) -> int:
    """Tells the next events that the feed keeps; returns the number of the last, or `last` if there is none."""
    for kept in await store.kept(tx, last):
        take(Remembered.of(kept))
        last = kept.number
    return last
