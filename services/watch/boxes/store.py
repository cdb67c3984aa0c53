"""Tables and queries of the boxes: when each was opened last, and every opening."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.watch.boxes.domain import Box, BoxOpening
from services.watch.tables import metadata

BOXES = tenant_table(
    "boxes",
    metadata,
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("box", Of(Box), nullable=False),
    sa.Column("open_time", instant()),
    references("posts", "unit"),
    key=("unit", "box"),
    app=("select", "insert", "update"),
)
"""`open_time` is that of the latest opening; null where there was none."""

BOX_OPENINGS = tenant_table(
    "box_openings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("box", Of(Box), nullable=False),
    sa.Column("open_time", instant(), nullable=False),
    sa.Column("openers", ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("letter_count", sa.Integer, nullable=False),
    sa.Column("registered_count", sa.Integer, nullable=False),
    sa.Column("recorder", sa.Text, nullable=False),
    sa.CheckConstraint("registered_count BETWEEN 0 AND letter_count", "letters"),
    references("boxes", "unit", "box"),
    key=("id",),
    app=("select", "insert", "update (registered_count)"),
)

_box, _opening = BOXES.c, BOX_OPENINGS.c
sa.Index("box_openings_newest_idx", _opening.tenant, _opening.open_time.desc(), _opening.id.desc())
sa.Index("box_openings_unit_idx", _opening.tenant, _opening.unit, _opening.open_time.desc(), _opening.id.desc())

ROWS = Rows(BOX_OPENINGS, BoxOpening, "开箱记录")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which openings a list holds; None: no matter."""

    units: Collection[str] | None = None
    box: Box | None = None
    letters_left: bool = False


def insert_box(tx: Tx, unit: str, box: Box) -> None:
    """A box that was never opened, as a pending write."""
    tx.insert(BOXES, unit=unit, box=box)


async def last_opening(tx: Tx, unit: str, box: Box) -> datetime | None:
    """When a box was opened last, its row locked until the transaction ends."""
    this = sa.select(_box.open_time).where(_box.tenant == tx.tenant, _box.unit == unit, _box.box == box)
    return await tx.scalar(this.with_for_update())


async def last_openings(tx: Tx, units: Collection[str]) -> dict[tuple[str, Box], datetime]:
    """When the boxes of the units were opened last, without those that never were; in one query."""
    opened = (_box.tenant == tx.tenant, _box.unit.in_(sorted(units)), _box.open_time.is_not(None))
    rows = await tx.rows(sa.select(_box.unit, _box.box, _box.open_time).where(*opened))
    return {(row.unit, row.box): row.open_time for row in rows}


def set_last_opening(tx: Tx, opening: BoxOpening) -> None:
    """Notes an opening as the latest of its box, as a pending write."""
    this = (_box.tenant == tx.tenant, _box.unit == opening.unit, _box.box == opening.box)
    tx.write(sa.update(BOXES).where(*this).values(open_time=opening.open_time))


async def find(tx: Tx, id: str, unit: str, box: Box) -> BoxOpening | None:
    """The opening with this id, where it is one of this box."""
    this = (_opening.id == id, _opening.unit == unit, _opening.box == box)
    return next(iter(await ROWS.find(tx, *this)), None)


async def take_letter(tx: Tx, id: str) -> bool:
    """Counts one more letter as registered; False where all are. Holds the opening until the transaction ends."""
    left = (_opening.tenant == tx.tenant, _opening.id == id, _opening.registered_count < _opening.letter_count)
    counted = sa.update(BOX_OPENINGS).where(*left).values(registered_count=_opening.registered_count + 1)
    return await tx.scalar(counted.returning(_opening.id)) is not None


async def page(tx: Tx, wanted: Wanted, after: tuple[datetime, str] | None, size: int) -> list[BoxOpening]:
    """At most `size` openings, newest first, from behind the one with this time and id on."""
    conditions = of_units(_opening.unit, wanted.units)
    if wanted.box is not None:
        conditions.append(_opening.box == wanted.box)
    if wanted.letters_left:
        conditions.append(_opening.registered_count < _opening.letter_count)
    return await ROWS.page(tx, conditions, (_opening.open_time, _opening.id), after, size, descending=True)
