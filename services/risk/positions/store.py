"""Tables and queries of positions and of who holds them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.risk.inventories.store import open_at
from services.risk.positions.domain import Holder, Position, Standing
from services.risk.tables import metadata

POSITIONS = tenant_table(
    "positions",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("standing", Of(Standing), nullable=False),
    sa.Column("grade", sa.SmallInteger),
    sa.Column("grade_time", instant()),
    sa.Column("risk_points", sa.Integer, nullable=False, server_default="0"),
    sa.Column("unprotected_time", instant()),
    sa.Column("retired", sa.Boolean, nullable=False),
    references("inventories", "unit=id"),
    key=("id",),
    app=(
        "select",
        "insert",
        "update (version, section, title, standing, grade, grade_time, risk_points, unprotected_time, retired)",
    ),
)

HOLDERS = tenant_table(
    "position_holders",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("cadre", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date),
    references("positions", "position=id"),
    key=("id",),
    app=("select", "insert", "update (last_day)"),
)

_p, _h = POSITIONS.c, HOLDERS.c
sa.Index(
    "positions_title_key", _p.tenant, _p.unit, _p.section, _p.title, unique=True, postgresql_where=_p.retired.is_(False)
)
sa.Index("positions_grade_idx", _p.tenant, _p.grade, _p.unit, _p.id)
sa.Index(
    "positions_unprotected_time_idx",
    _p.tenant,
    _p.unprotected_time,
    _p.id,
    postgresql_where=_p.unprotected_time.is_not(None),
)
sa.Index(
    "position_holders_cadre_key", _h.tenant, _h.position, _h.cadre, unique=True, postgresql_where=_h.last_day.is_(None)
)
sa.Index("position_holders_cadre_idx", _h.tenant, _h.cadre)

ROWS = Rows(POSITIONS, Position, "岗位")
HOLDER_ROWS = Rows(HOLDERS, Holder, "岗位任职")

ByUnit = tuple[str, str, str, str]
ByGrade = tuple[int, str, str]
Since = tuple[datetime, str]
BY_UNIT = (_p.unit, _p.section, _p.title, _p.id)
LAST = 4
"""In the place of the grade of those that have none: behind the mildest."""
BY_GRADE = (sa.func.coalesce(_p.grade, LAST), _p.unit, _p.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which positions a list holds; None: whichever."""

    units: Collection[str] | None
    grade: int | None
    show_retired: bool


async def page(
    tx: Tx, wanted: Wanted, order: Sequence[sa.ColumnElement[Any]], after: ByUnit | ByGrade | None, limit: int
) -> list[Position]:
    """At most `limit` positions behind `after`."""
    conditions = of_units(_p.unit, wanted.units)
    if wanted.grade:
        conditions.append(_p.grade == wanted.grade)
    if not wanted.show_retired:
        conditions += [_p.retired.is_(False), open_at(_p.tenant, _p.unit)]
    return await ROWS.page(tx, conditions, order, after, limit)


async def unprotected(tx: Tx, units: Collection[str] | None, after: Since | None, limit: int) -> list[Position]:
    """At most `limit` positions of grade 1 without a confirmed risk point behind `after`, the longest first; none of a
    unit that is there no more."""
    conditions = [*of_units(_p.unit, units), _p.unprotected_time.is_not(None), open_at(_p.tenant, _p.unit)]
    return await ROWS.page(tx, conditions, (_p.unprotected_time, _p.id), after, limit)


async def titled(tx: Tx, unit: str, section: str, title: str) -> Position | None:
    """The position in use with this title in the section."""
    these = (_p.unit == unit, _p.section == section, _p.title == title, _p.retired.is_(False))
    return next(iter(await ROWS.find(tx, *these)), None)


async def of_unit(tx: Tx, unit: str) -> list[Position]:
    """The positions in use of a unit."""
    return await ROWS.find(tx, _p.unit == unit, _p.retired.is_(False))


async def lock_those(tx: Tx, ids: Collection[str]) -> list[Position]:
    """These positions, locked until the transaction ends."""
    return await ROWS.lock_all(tx, _p.id.in_(sorted(ids)))


async def by_id(tx: Tx, ids: Collection[str]) -> dict[str, Position]:
    """Those of the ids that are positions of the tenant."""
    return {each.id: each for each in await ROWS.find(tx, _p.id.in_(sorted(ids)))}


async def holders(tx: Tx, positions: Collection[str], on: date | None = None) -> list[Holder]:
    """Who holds these positions on a day or later, or ever did, the latest first."""
    conditions: list[sa.ColumnElement[bool]] = [_h.position.in_(sorted(positions))]
    if on:
        conditions.append(sa.or_(_h.last_day.is_(None), _h.last_day >= on))
    found = await HOLDER_ROWS.find(tx, *conditions)
    return sorted(found, key=lambda each: (each.last_day or date.max, each.first_day, each.id), reverse=True)


def end_holders(tx: Tx, positions: Collection[str], last_day: date) -> None:
    """PENDING: the last day of all who hold these positions still."""
    if positions:
        these = (_h.tenant == tx.tenant, _h.position.in_(sorted(positions)), _h.last_day.is_(None))
        tx.write(sa.update(HOLDERS).where(*these).values(last_day=last_day))


async def held_by(tx: Tx, cadres: Collection[str]) -> list[Holder]:
    """Which positions these cadres hold still."""
    return await HOLDER_ROWS.find(tx, _h.cadre.in_(sorted(cadres)), _h.last_day.is_(None))


async def lock_holding(tx: Tx, ids: Collection[str]) -> list[Holder]:
    """Those of these holders who hold their position still, locked."""
    return await HOLDER_ROWS.lock_all(tx, _h.id.in_(sorted(ids)), _h.last_day.is_(None))


async def held_on(tx: Tx, cadre: str, day: date) -> list[Position]:
    """The positions that a cadre held on a day, also such as are retired since."""
    then = (_h.first_day <= day, sa.or_(_h.last_day.is_(None), _h.last_day >= day))
    held = sa.exists().where(_h.tenant == tx.tenant, _h.position == _p.id, _h.cadre == cadre, *then)
    return await ROWS.find(tx, held)


async def counts(tx: Tx, units: Collection[str]) -> dict[str, int]:
    """How many positions in use these units have, by unit."""
    counted = (
        sa.select(_p.unit, sa.func.count().label("many"))
        .where(_p.tenant == tx.tenant, _p.unit.in_(sorted(units)), _p.retired.is_(False))
        .group_by(_p.unit)
    )
    return {row.unit: row.many for row in await tx.rows(counted)}
