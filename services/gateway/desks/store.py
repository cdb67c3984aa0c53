"""Tables and queries of the desks. Both tables stand in the county, and can be dropped and rebuilt from its feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date

import sqlalchemy as sa

from services.common.database import Tx
from services.common.keyset import following
from services.common.schema import Row, tenant_table
from services.gateway.desks.domain import Entry, Place
from services.gateway.tables import metadata

NO_DAY = date.max
"""Stands for a day that is not known yet, so that what has none comes last in every order."""

ENTRIES = tenant_table(
    "desk_entries",
    metadata,
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("step", sa.SmallInteger, nullable=False),
    sa.Column("desk", sa.Text, nullable=False),
    sa.Column("town", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("state", sa.SmallInteger, nullable=False),
    sa.Column("start_date", sa.Date, nullable=False),
    sa.Column("due_date", sa.Date, nullable=False),
    sa.Column("promised_date", sa.Date),
    key=("case", "step", "desk"),
)
_e = ENTRIES.c

sa.Index("desk_entries_due_idx", _e.tenant, _e.desk, _e.due_date, _e.case, _e.step)
sa.Index("desk_entries_start_idx", _e.tenant, _e.desk, _e.start_date, _e.case, _e.step)
sa.Index("desk_entries_number_idx", _e.tenant, _e.number)

COUNTS = tenant_table(
    "desk_counts",
    metadata,
    sa.Column("desk", sa.Text, nullable=False),
    sa.Column("town", sa.Text, nullable=False),
    sa.Column("here", sa.Boolean, nullable=False),
    sa.Column("due_date", sa.Date, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),
    key=("desk", "town", "here", "due_date"),
)
"""How many entries of a desk there are: so that to count a million takes no longer than to count a thousand."""
_n = COUNTS.c

Position = tuple[str, str, int]
"""Where an entry stands in an order: its day, its case and its step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries of a desk a list holds; empty: no matter."""

    town: str = ""
    item: str = ""
    number: str = ""
    here: bool = False
    paused: bool = False
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """By what is due first, or by what came first."""

    by_start: bool = False

    def position(self, entry: Entry) -> Position:
        day = entry.start_date if self.by_start else entry.due_date
        return (day or NO_DAY).isoformat(), entry.case, entry.step


async def entries_of(tx: Tx, cases: Collection[str]) -> list[Entry]:
    """The entries of these cases at all desks."""
    chosen = sa.select(ENTRIES).where(_e.tenant == tx.tenant, _e.case.in_(sorted(cases)))
    return [_entry(row) for row in await tx.rows(chosen)]


def put(tx: Tx, entry: Entry) -> None:
    """PENDING: the entry as it is from here on."""
    days = {"start_date": entry.start_date or NO_DAY, "due_date": entry.due_date or NO_DAY}
    tx.upsert(ENTRIES, ("case", "step", "desk"), **{**asdict(entry), **days})


def take_off(tx: Tx, gone: Collection[Entry]) -> None:
    """PENDING."""
    keys = [(each.case, each.step, each.desk) for each in gone]
    tx.write(sa.delete(ENTRIES).where(_e.tenant == tx.tenant, sa.tuple_(_e.case, _e.step, _e.desk).in_(keys)))


async def count(tx: Tx, more: Counter[Place]) -> None:
    """Counts so many more at each place, or less; PENDING but for what is read. Whoever counts holds the feed, so that
    nobody counts meanwhile."""
    there = sa.select(COUNTS).where(_n.tenant == tx.tenant, _at(more))
    known = {_place(row): row.entries for row in await tx.rows(there)}
    counts = {place: known.get(place, 0) + count for place, count in more.items()}
    for place, count in counts.items():
        if count:
            put_count(tx, place, count)
    if empty := [place for place, count in counts.items() if not count]:
        tx.write(sa.delete(COUNTS).where(_n.tenant == tx.tenant, _at(empty)))


def put_count(tx: Tx, place: Place, count: int) -> None:
    """PENDING: how many there are at a place."""
    days = {"due_date": place.due_date or NO_DAY}
    tx.upsert(COUNTS, ("desk", "town", "here", "due_date"), **{**asdict(place), **days}, entries=count)


def clear(tx: Tx) -> None:
    """PENDING: takes everything off all desks."""
    for table in (ENTRIES, COUNTS):
        tx.write(sa.delete(table).where(table.c.tenant == tx.tenant))


async def listed(
    tx: Tx, desk: str, wanted: Wanted, order: Order, today: date, after: Position | None, limit: int
) -> list[Entry]:
    """At most `limit` entries of a desk behind `after`."""
    chosen = sa.select(ENTRIES).where(_e.tenant == tx.tenant, _e.desk == desk, *_conditions(wanted, today))
    place = (_e.start_date if order.by_start else _e.due_date, _e.case, _e.step)
    behind = (date.fromisoformat(after[0]), *after[1:]) if after else None
    return [_entry(row) for row in await tx.rows(following(chosen, place, behind, limit, descending=False))]


async def counts_of(tx: Tx, desk: str) -> dict[Place, int]:
    """How many entries of a desk there are."""
    rows = await tx.rows(sa.select(COUNTS).where(_n.tenant == tx.tenant, _n.desk == desk))
    return {_place(row): row.entries for row in rows}


def _conditions(wanted: Wanted, today: date) -> Iterator[sa.ColumnElement[bool]]:
    equal = ((_e.town, wanted.town), (_e.item, wanted.item), (_e.number, wanted.number))
    yield from (column == value for column, value in equal if value)
    if wanted.here or wanted.paused:
        yield _e.start_date < NO_DAY
    if wanted.paused:
        yield _e.due_date == NO_DAY
    if wanted.overdue:
        yield _e.due_date < today


def _at(places: Collection[Place]) -> sa.ColumnElement[bool]:
    keys = [(place.desk, place.town, place.here, place.due_date or NO_DAY) for place in places]
    return sa.tuple_(_n.desk, _n.town, _n.here, _n.due_date).in_(keys)


def _entry(row: Row) -> Entry:
    known = {name: value for name, value in row._mapping.items() if name != "tenant"}
    return Entry(**{**known, "start_date": _known(row.start_date), "due_date": _known(row.due_date)})


def _place(row: Row) -> Place:
    return Place(row.desk, row.town, row.here, _known(row.due_date))


def _known(day: date) -> date | None:
    return None if day == NO_DAY else day
