"""The table of powers and its queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.risk.inventories.store import open_at
from services.risk.powers.domain import Extent, Frequency, Kind, Power
from services.risk.tables import metadata

POWERS = tenant_table(
    "powers",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("kind", Of(Kind), nullable=False),
    sa.Column("extent", Of(Extent), nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("boundary", sa.Text, nullable=False),
    sa.Column("responsibility", sa.Text, nullable=False),
    sa.Column("importance", sa.SmallInteger, nullable=False),
    sa.Column("frequency", Of(Frequency), nullable=False),
    sa.Column("discretion", sa.Text, nullable=False),
    sa.Column("key_area", sa.Text, nullable=False),
    sa.Column("grade", sa.SmallInteger, nullable=False),
    sa.Column("proposed_grade", sa.SmallInteger, nullable=False),
    sa.Column("flagged", sa.Boolean, nullable=False),
    sa.Column("decision", sa.Text),
    sa.Column("grade_time", instant(), nullable=False),
    sa.Column("rule_time", instant(), nullable=False, server_default=sa.func.now()),
    sa.Column("retired", sa.Boolean, nullable=False),
    references("positions", "position=id"),
    key=("id",),
    app=(
        "select",
        "insert",
        (
            "update (version, title, kind, extent, basis, boundary, responsibility, importance, frequency, discretion,"
            " key_area, grade, proposed_grade, flagged, decision, grade_time, rule_time, retired)"
        ),
    ),
)

_w = POWERS.c
sa.Index("powers_title_key", _w.tenant, _w.position, _w.title, unique=True, postgresql_where=_w.retired.is_(False))
sa.Index("powers_unit_idx", _w.tenant, _w.unit, _w.title, _w.id)
sa.Index("powers_grade_idx", _w.tenant, _w.grade, _w.unit, _w.id)

ROWS = Rows(POWERS, Power, "权力事项")

ByUnit = tuple[str, str, str]
ByGrade = tuple[int, str, str]
BY_UNIT = (_w.unit, _w.title, _w.id)
BY_GRADE = (_w.grade, _w.unit, _w.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which powers a list holds; None and empty: whichever."""

    units: Collection[str] | None
    position: str
    grade: int | None
    flagged: bool
    show_retired: bool


async def page(
    tx: Tx, wanted: Wanted, order: Sequence[sa.Column[Any]], after: ByUnit | ByGrade | None, limit: int
) -> list[Power]:
    """At most `limit` powers behind `after`."""
    conditions = of_units(_w.unit, wanted.units)
    if wanted.position:
        conditions.append(_w.position == wanted.position)
    if wanted.grade:
        conditions.append(_w.grade == wanted.grade)
    if wanted.flagged:
        conditions.append(_w.flagged)
    if not wanted.show_retired:
        conditions += [_w.retired.is_(False), open_at(_w.tenant, _w.unit)]
    return await ROWS.page(tx, conditions, order, after, limit)


async def by_id(tx: Tx, ids: Collection[str]) -> dict[str, Power]:
    """Those of the ids that are powers of the tenant."""
    return {each.id: each for each in await ROWS.find(tx, _w.id.in_(sorted(ids)))}


async def of_position(tx: Tx, position: str) -> list[Power]:
    """The powers in use of a position."""
    return await ROWS.find(tx, _w.position == position, _w.retired.is_(False))


async def of_unit(tx: Tx, unit: str) -> list[Power]:
    """The powers in use of a unit."""
    return await ROWS.find(tx, _w.unit == unit, _w.retired.is_(False))


async def key_areas_in_use(tx: Tx, unit: str) -> frozenset[str]:
    """The key areas in which powers of the unit lie."""
    return frozenset(each.key_area for each in await of_unit(tx, unit)) - {""}


async def counts(tx: Tx, column: sa.Column[str], these: Collection[str]) -> dict[str, int]:
    """How many powers in use there are, by unit or by position."""
    counted = (
        sa.select(column, sa.func.count().label("many"))
        .where(_w.tenant == tx.tenant, column.in_(sorted(these)), _w.retired.is_(False))
        .group_by(column)
    )
    return {row[0]: row.many for row in await tx.rows(counted)}
