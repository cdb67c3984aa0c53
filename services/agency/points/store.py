"""The table of points and its queries."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from services.agency.points.domain import Point, Tier
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.organisation.store import UNITS
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table

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

ROWS = Rows(POINTS, Point, "代理点", "points", "NO_POINT")


async def load_those(tx: Tx, units: Collection[str]) -> dict[str, Point]:
    """The points of those of the units that have one, by unit; in one query."""
    return {each.unit: each for each in await ROWS.find(tx, _point.unit.in_(sorted(units)))}


async def hold(tx: Tx, unit: str) -> Point | None:
    """The point in a unit, held until the transaction ends: who else holds it waits, what comes in there does not."""
    this = sa.select(POINTS).where(_point.tenant == tx.tenant, _point.unit == unit)
    return next(iter(await ROWS.of(tx, this.with_for_update(key_share=True))), None)


async def lock_those(tx: Tx, units: Collection[str]) -> dict[str, Point]:
    """The points of those of the units that have one, by unit, locked until the transaction ends; in one query."""
    return {each.unit: each for each in await ROWS.lock_all(tx, _point.unit.in_(sorted(units)))}


async def page(
    tx: Tx, tier: Tier | None, show_retired: bool, descending: bool, after: tuple[str] | None, size: int
) -> list[Point]:
    """At most `size` points by unit code, from behind `after` on."""
    conditions: list[sa.ColumnElement[bool]] = [] if show_retired else [_point.retired.is_(False)]
    if tier is not None:
        conditions.append(_point.tier == tier)
    return await ROWS.page(tx, conditions, (_point.unit,), after, size, descending=descending)
