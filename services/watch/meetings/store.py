"""Tables and queries of the monthly meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.common.database import Tx
from services.common.keyset import following
from services.common.schema import Row, instant, references, tenant_table
from services.watch.meetings.domain import Item, Meeting, Month
from services.watch.tables import metadata

MEETINGS = tenant_table(
    "meetings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("attendees", ARRAY(sa.Text), nullable=False),
    sa.Column("recorder", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    references("posts", "unit"),
    key=("id",),
    app=("select", "insert"),
)

MEETING_ITEMS = tenant_table(
    "meeting_items",
    metadata,
    sa.Column("meeting", sa.Text, nullable=False),
    sa.Column("position", sa.SmallInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False, server_default=""),
    sa.Column("report", sa.Text),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("key_owner", sa.Text),
    references("meetings", "meeting=id"),
    key=("meeting", "position"),
    app=("select", "insert", "update (report, text, sealed, key_owner)"),
)
"""`position` counts from 1; `report` is the id of the report that the item became. `text` is what the version before
wrote in the clear; it is emptied when the item becomes a report."""

_meeting, _item = MEETINGS.c, MEETING_ITEMS.c
sa.Index("meetings_newest_idx", _meeting.tenant, _meeting.date.desc(), _meeting.id.desc())
sa.Index("meetings_unit_idx", _meeting.tenant, _meeting.unit, _meeting.date.desc(), _meeting.id.desc())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which meetings a list holds; None: no matter."""

    units: Collection[str] | None = None
    month: Month | None = None


def insert(tx: Tx, meeting: Meeting) -> None:
    """A new meeting with what was raised, which is sealed, as pending writes."""
    tx.insert(
        MEETINGS,
        id=meeting.id,
        unit=meeting.unit,
        date=meeting.date,
        attendees=list(meeting.attendees),
        recorder=meeting.recorder,
        create_time=meeting.create_time,
    )
    for position, item in enumerate(meeting.items, start=1):
        sealed, owner = item.sealed, item.key_owner
        tx.insert(MEETING_ITEMS, meeting=meeting.id, position=position, sealed=sealed, key_owner=owner)


async def load(tx: Tx, id: str) -> Meeting | None:
    """The meeting with this id and what was raised at it."""
    found = await _with_items(tx, sa.select(MEETINGS).where(_meeting.tenant == tx.tenant, _meeting.id == id))
    return found[0] if found else None


async def page(tx: Tx, wanted: Wanted, after: tuple[date, str] | None, size: int) -> list[Meeting]:
    """At most `size` meetings, newest first, from behind the one with this day and id on; in two queries."""
    chosen = sa.select(MEETINGS).where(_meeting.tenant == tx.tenant)
    if wanted.units is not None:
        chosen = chosen.where(_meeting.unit.in_(sorted(wanted.units)))
    if wanted.month is not None:
        chosen = chosen.where(_meeting.date.between(wanted.month.first_day, wanted.month.last_day))
    return await _with_items(tx, following(chosen, (_meeting.date, _meeting.id), after, size, descending=True))


async def last_days(tx: Tx, units: Collection[str]) -> dict[str, date]:
    """The day of the last meeting of each of the units that held one; in one query."""
    held = (_meeting.tenant == tx.tenant, _meeting.unit.in_(sorted(units)))
    last = sa.select(_meeting.unit, sa.func.max(_meeting.date).label("date")).where(*held).group_by(_meeting.unit)
    return {row.unit: row.date for row in await tx.rows(last)}


async def held_in(tx: Tx, unit: str, month: Month) -> bool:
    """Whether the unit has held a meeting in the month."""
    days = _meeting.date.between(month.first_day, month.last_day)
    this = sa.select(_meeting.id).where(_meeting.tenant == tx.tenant, _meeting.unit == unit, days)
    return await tx.row(this.limit(1)) is not None


async def lock_items(tx: Tx, meeting: str) -> list[Item]:
    """What was raised at a meeting, in order, locked until the transaction ends."""
    raised = sa.select(MEETING_ITEMS).where(_item.tenant == tx.tenant, _item.meeting == meeting)
    rows = await tx.rows(raised.order_by(_item.position).with_for_update())
    return [_item_of(row) for row in rows]


def set_report(tx: Tx, meeting: str, position: int, item: Item) -> None:
    """Notes which report an item became, and seals it anew, as a pending write."""
    this = (_item.tenant == tx.tenant, _item.meeting == meeting, _item.position == position)
    tx.write(
        sa.update(MEETING_ITEMS)
        .where(*this)
        .values(report=item.report, text="", sealed=item.sealed, key_owner=item.key_owner)
    )


async def _with_items(tx: Tx, meetings: sa.Select[*tuple[object, ...]]) -> list[Meeting]:
    if not (rows := await tx.rows(meetings)):
        return []
    raised = sa.select(MEETING_ITEMS).where(_item.tenant == tx.tenant, _item.meeting.in_([row.id for row in rows]))
    items: defaultdict[str, list[Item]] = defaultdict(list)
    for row in await tx.rows(raised.order_by(_item.meeting, _item.position)):
        items[row.meeting].append(_item_of(row))
    return [_of(row, items[row.id]) for row in rows]


def _item_of(row: Row) -> Item:
    return Item(row.text, row.report, row.sealed, row.key_owner)


def _of(row: Row, items: list[Item]) -> Meeting:
    return Meeting(row.id, row.unit, row.date, tuple(row.attendees), row.recorder, row.create_time, tuple(items))
