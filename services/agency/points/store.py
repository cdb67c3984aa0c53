"""The table of points and its queries."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from services.agency.points.domain import Point, Tier
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.organisation.store import UNITS
from services.common.schema import Row, instant, references, tenant_table

POINTS = tenant_table(
    "points",
    metadata,
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("tier", Of(Tier), nullable=False),
    sa.Column("open_time", instant(), nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    references(UNITS, "unit=code"),
    key=("unit",),
    app=("select", "insert", "update"),
)

_point = POINTS.c


def insert(tx: Tx, point: Point) -> None:
    """A new point, as a pending write."""
    tx.insert(
        POINTS,
        unit=point.unit,
        tier=point.tier,
        open_time=point.open_time,
        retired=point.retired,
        version=point.version,
    )


def save(tx: Tx, point: Point) -> None:
    """What of a point can change, as a pending write. The row is locked since `lock_those`."""
    this = sa.update(POINTS).where(_point.tenant == tx.tenant, _point.unit == point.unit)
    tx.write(this.values(retired=point.retired, version=point.version))


async def load(tx: Tx, unit: str) -> Point | None:
    """The point in a unit, retired or not."""
    row = await tx.row(sa.select(POINTS).where(_point.tenant == tx.tenant, _point.unit == unit))
    return None if row is None else _of(row)


async def load_those(tx: Tx, units: Collection[str]) -> dict[str, Point]:
    """The points of those of the units that have one, by unit; in one query."""
    these = sa.select(POINTS).where(_point.tenant == tx.tenant, _point.unit.in_(sorted(units)))
    return {row.unit: _of(row) for row in await tx.rows(these)}


async def hold(tx: Tx, unit: str) -> Point | None:
    """The same, held until the transaction ends: whoever else holds it waits, and what comes in there does not."""
    this = sa.select(POINTS).where(_point.tenant == tx.tenant, _point.unit == unit)
    row = await tx.row(this.with_for_update(key_share=True))
    return None if row is None else _of(row)


async def lock_those(tx: Tx, units: Collection[str]) -> dict[str, Point]:
    """The points of those of the units that have one, by unit, locked until the transaction ends; in one query."""
    these = sa.select(POINTS).where(_point.tenant == tx.tenant, _point.unit.in_(sorted(units)))
    return {row.unit: _of(row) for row in await tx.rows(these.order_by(_point.unit).with_for_update())}


async def page(
    tx: Tx, tier: Tier | None, show_retired: bool, descending: bool, after: str | None, size: int
) -> list[Point]:
    """At most `size` points by unit code, from behind `after` on."""
    chosen = sa.select(POINTS).where(_point.tenant == tx.tenant)
    if tier is not None:
        chosen = chosen.where(_point.tier == tier)
    if not show_retired:
        chosen = chosen.where(_point.retired.is_(False))
    if after is not None:
        chosen = chosen.where(_point.unit < after if descending else _point.unit > after)
    order = _point.unit.desc() if descending else _point.unit
    return [_of(row) for row in await tx.rows(chosen.order_by(order).limit(size))]


def _of(row: Row) -> Point:
    return Point(row.unit, row.tier, row.open_time, row.retired, row.version)
