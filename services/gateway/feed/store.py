"""Tables and queries of feeds. What stands in a feed stays as it is: the application may only add to it and read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import randbelow

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.events import Event
from services.common.foundation import TENANTS
from services.common.schema import Row, instant, tenant_table
from services.common.tracing import trace_id
from services.gateway.feed.domain import Entry, Level, Sight, Wanted, highest_level
from services.gateway.feed.references import Reference
from services.gateway.tables import metadata

HEADS = tenant_table(
    "feed_heads",
    metadata,
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    app=("select", "insert", "update"),
)
"""The last number of each observer's feed. Who adds to the feed holds this row until the commit: so numbers are in the
order of commits, and a reader that has seen one has missed none below it."""

FEED = tenant_table(
    "feed",
    metadata,
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("event", sa.Uuid, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("town", sa.Text, nullable=False),
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("matter", sa.Text, nullable=False),
    sa.Column("cited", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("time", instant(), nullable=False),
    sa.Column("level", sa.SmallInteger, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("recused", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("ledger_number", sa.BigInteger, nullable=False),
    sa.Column("ledger_hash", sa.LargeBinary, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("trace", sa.Text, nullable=False, server_default=""),
    key=("number",),
    app=("select", "insert"),
)
"""Whose feed it is stands in `tenant`, whose event in `town`. The payload is the event, for what is rebuilt from it."""

sa.Index("feed_matter_idx", FEED.c.tenant, FEED.c.matter, FEED.c.number)
sa.Index("feed_resource_idx", FEED.c.tenant, FEED.c.resource, postgresql_where=FEED.c.resource != FEED.c.matter)
sa.Index("feed_town_idx", FEED.c.tenant, FEED.c.town, FEED.c.number)
sa.Index("feed_type_idx", FEED.c.tenant, FEED.c.type, FEED.c.number)

MATTERS = tenant_table(
    "feed_matters",
    metadata,
    sa.Column("matter", sa.Text, nullable=False),
    sa.Column("level", sa.SmallInteger, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("recused", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    key=("matter",),
    app=("select", "insert", "update"),
)
"""From whom each matter is kept by now. In a town's own tenant it also follows what is hidden from the town."""

sa.Index(
    "feed_matters_moved_up_idx", MATTERS.c.tenant, MATTERS.c.matter, postgresql_where=MATTERS.c.level > int(Level.TOWN)
)

EPOCHS = 999_999_999

ADVANCE = sa.text(
    """
    INSERT INTO feed_heads AS head (tenant, epoch, number) VALUES (:tenant, :epoch, :count)
    ON CONFLICT (tenant) DO UPDATE SET number = head.number + excluded.number RETURNING number
    """
)

KNOWN = (
    FEED.c.number,
    FEED.c.event,
    FEED.c.type,
    FEED.c.town,
    FEED.c.resource,
    FEED.c.matter,
    FEED.c.cited,
    FEED.c.unit,
    FEED.c.time,
    FEED.c.level,
    FEED.c.subject,
    FEED.c.recused,
    FEED.c.ledger_number,
    FEED.c.ledger_hash,
    FEED.c.trace,
    MATTERS.c.level.label("matter_level"),
    MATTERS.c.subject.label("matter_subject"),
    MATTERS.c.recused.label("matter_recused"),
)
WITH_MATTERS = FEED.outerjoin(MATTERS, sa.and_(MATTERS.c.tenant == FEED.c.tenant, MATTERS.c.matter == FEED.c.matter))

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries from one look at a feed."""

    epoch: int
    """0 while the feed has not begun."""
    head: int
    """The last number of the feed at that moment."""
    end: int
    """The number up to which nothing is left out."""
    entries: Sequence[Entry]
    matters: Mapping[str, Sight]
    """What is known by now of the matters of these entries."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An event as a feed keeps it."""

    number: int
    tenant: str
    """The tenant in which it happened."""
    type: str
    time: datetime
    payload: bytes


async def advance(tx: Tx, count: int, now: datetime) -> int:
    """Reserves so many numbers, locking the feed until the commit; returns the last of them. Begins a feed."""
    begun = {"tenant": tx.tenant, "epoch": 1 + randbelow(EPOCHS), "count": count}
    (last,) = (await tx.rows(ADVANCE, begun))[0]
    if last == count:
        # Whoever rebuilds walks the list of tenants, and a county's feed may begin with the event of a town.
        known = {"tenant": tx.tenant, "create_time": now}
        tx.write(postgresql.insert(TENANTS).values(known).on_conflict_do_nothing())
    return int(last)


async def hold(tx: Tx) -> bool:
    """Lets nobody add to the feed until the end of the transaction; whether it has begun at all."""
    held = sa.select(HEADS.c.number).where(HEADS.c.tenant == tx.tenant).with_for_update()
    return await tx.row(held) is not None


def add(tx: Tx, number: int, event: Event, reference: Reference) -> None:
    """PENDING: the event in its place."""
    tx.insert(
        FEED,
        number=number,
        event=event.id,
        type=event.type,
        town=event.tenant,
        resource=reference.resource,
        matter=reference.matter,
        cited=reference.cited,
        unit=reference.unit,
        time=event.time,
        level=reference.sight.level,
        subject=reference.sight.subject,
        recused=reference.sight.recused,
        ledger_number=event.number,
        ledger_hash=event.hash,
        payload=event.payload,
        trace=trace_id(event.trace),
    )


def know(tx: Tx, matter: str, sight: Sight) -> None:
    """PENDING: from whom the matter is kept from here on."""
    tx.upsert(MATTERS, ("matter",), matter=matter, level=sight.level, subject=sight.subject, recused=sight.recused)


async def head(tx: Tx) -> tuple[int, int]:
    """Epoch and last number; twice 0 while the feed has not begun."""
    row = await tx.row(sa.select(HEADS.c.epoch, HEADS.c.number).where(HEADS.c.tenant == tx.tenant))
    return (row.epoch, row.number) if row else (0, 0)


async def stretch(tx: Tx, chosen: sa.ColumnElement[bool], limit: int, *, newest_first: bool = False) -> Stretch:
    """Up to `limit` of the chosen entries in the order of their numbers, and the head, of one and the same moment."""
    page = sa.select(*KNOWN).select_from(WITH_MATTERS).where(FEED.c.tenant == tx.tenant, chosen).limit(limit)
    found = page.order_by(FEED.c.number.desc() if newest_first else FEED.c.number).subquery("found")
    query = sa.select(HEADS.c.epoch, HEADS.c.number.label("head"), *found.c)
    whole = query.select_from(HEADS.outerjoin(found, sa.true())).where(HEADS.c.tenant == tx.tenant)
    rows = await tx.rows(whole.order_by(found.c.number.desc() if newest_first else found.c.number))
    if not rows:
        return Stretch(0, 0, 0, (), {})
    epoch, head = rows[0].epoch, rows[0].head
    entries = [_entry(row) for row in rows if row.number is not None]
    matters = {row.matter: _matter(row) for row in rows if row.matter_level is not None}
    return Stretch(epoch, head, entries[-1].number if len(entries) == limit else head, entries, matters)


async def moved_up(tx: Tx, first: int) -> set[str]:
    """Which matters of the entries from a number on are above the observer by now."""
    told = sa.select(FEED.c.matter).where(FEED.c.tenant == tx.tenant, FEED.c.number >= first)
    above = (MATTERS.c.tenant == tx.tenant, MATTERS.c.level > highest_level(tx.tenant))
    return {row.matter for row in await tx.rows(sa.select(MATTERS.c.matter).where(*above, MATTERS.c.matter.in_(told)))}


def behind(number: int) -> sa.ColumnElement[bool]:
    return FEED.c.number > number


def before(number: int) -> sa.ColumnElement[bool]:
    return FEED.c.number < number


def among(wanted: Wanted) -> sa.ColumnElement[bool]:
    """`Wanted.takes` as SQL."""
    asked = (
        (wanted.towns, FEED.c.town),
        (wanted.services, sa.func.split_part(FEED.c.type, ".", 1)),
        (wanted.types, FEED.c.type),
    )
    return sa.and_(sa.true(), *(column.in_(sorted(values)) for values, column in asked if values))


async def kept(tx: Tx, after: int) -> Sequence[Kept]:
    """The next events as they were kept, in order; a page of them."""
    page = sa.select(FEED.c.number, FEED.c.town, FEED.c.type, FEED.c.time, FEED.c.payload)
    chosen = page.where(FEED.c.tenant == tx.tenant, FEED.c.number > after)
    return [Kept(*row) for row in await tx.rows(chosen.order_by(FEED.c.number).limit(PAGE))]


async def kept_of_matters(tx: Tx, chosen: sa.ColumnElement[bool], start: datetime, end: datetime) -> Sequence[Kept]:
    """The events of the chosen matters from `start` on and before `end`."""
    page = sa.select(FEED.c.number, FEED.c.town, FEED.c.type, FEED.c.time, FEED.c.payload).select_from(WITH_MATTERS)
    span = (FEED.c.time >= start, FEED.c.time < end)
    return [Kept(*row) for row in await tx.rows(page.where(FEED.c.tenant == tx.tenant, chosen, *span))]


async def entries_of(tx: Tx, town: str, after: int) -> Sequence[Entry]:
    """The next entries of the town, hidden ones too, in order; a page of them."""
    mine = sa.select(*KNOWN).select_from(WITH_MATTERS).where(FEED.c.tenant == tx.tenant, FEED.c.town == town)
    rows: Sequence[Row] = await tx.rows(mine.where(FEED.c.number > after).order_by(FEED.c.number).limit(PAGE))
    return [_entry(row) for row in rows]


async def ends_of_matters(
    tx: Tx, matters: Collection[str], chosen: sa.ColumnElement[bool], at_either_end: int
) -> list[tuple[Entry, bytes, int]]:
    """The first and the last so many of the chosen entries of each of these matters, in the order of their numbers,
    each with its payload and with how many chosen ones its matter has."""
    place = sa.func.row_number().over(partition_by=FEED.c.matter, order_by=FEED.c.number).label("place")
    count = sa.func.count().over(partition_by=FEED.c.matter).label("count")
    these = (FEED.c.tenant == tx.tenant, FEED.c.matter.in_(sorted(matters)), chosen)
    every = sa.select(FEED.c.number, place, count).select_from(WITH_MATTERS).where(*these).subquery("every")
    at_an_end = sa.or_(every.c.place <= at_either_end, every.c.place > every.c.count - at_either_end)
    shown = sa.select(*KNOWN, FEED.c.payload, every.c.count).select_from(
        WITH_MATTERS.join(every, every.c.number == FEED.c.number)
    )
    rows = await tx.rows(shown.where(FEED.c.tenant == tx.tenant, at_an_end).order_by(FEED.c.number))
    return [(_entry(row), row.payload, row._mapping["count"]) for row in rows]


async def matter_of(tx: Tx, name: str, chosen: sa.ColumnElement[bool]) -> str | None:
    """The matter that a thing is, or belongs to, as an oversight does to its report; None where no chosen entry is of
    it."""
    found = sa.select(FEED.c.matter).select_from(WITH_MATTERS).where(FEED.c.tenant == tx.tenant, chosen).limit(1)
    within = sa.and_(FEED.c.resource == name, FEED.c.resource != FEED.c.matter)
    row = await tx.row(found.where(FEED.c.matter == name)) or await tx.row(found.where(within))
    return row.matter if row else None


def _entry(row: Row) -> Entry:
    return Entry(
        number=row.number,
        event=row.event,
        type=row.type,
        town=row.town,
        resource=row.resource,
        matter=row.matter,
        cited=row.cited,
        unit=row.unit,
        time=row.time,
        sight=Sight(Level(row.level), row.subject, row.recused),
        ledger_number=row.ledger_number,
        ledger_hash=row.ledger_hash,
        trace=row.trace,
    )


def _matter(row: Row) -> Sight:
    return Sight(Level(row.matter_level), row.matter_subject, row.matter_recused)
