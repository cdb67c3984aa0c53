"""Tables and queries of risk points and their control measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.risk.aspects import Aspect
from services.risk.circles import Circle
from services.risk.risk_points.domain import ENDED, Control, Gone, Level, Method, RiskPoint, State
from services.risk.scopes import Scope
from services.risk.tables import metadata

RISK_POINTS = tenant_table(
    "risk_points",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("position", sa.Text),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("power", sa.Text),
    sa.Column("aspect", Of(Aspect), nullable=False),
    sa.Column("method", Of(Method), nullable=False),
    sa.Column("manifestation", sa.Text, nullable=False),
    sa.Column("replaces", sa.Text),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("state_time", instant(), nullable=False),
    sa.Column("consultation_scope", Of(Scope)),
    sa.Column("publicity_scope", Of(Scope)),
    sa.Column("first_day", sa.Date),
    sa.Column("last_day", sa.Date),
    sa.Column("meeting", sa.Text),
    sa.Column("confirm_time", instant()),
    sa.Column("create_time", instant(), nullable=False),
    references("inventories", "unit=id"),
    references("positions", "position=id"),
    references("powers", "power=id"),
    references("risk_points", "replaces=id"),
    references("leadership_meetings", "meeting=id"),
    key=("id",),
    app=(
        "select",
        "insert",
        (
            "update (version, level, position, section, power, aspect, method, manifestation, state, state_time,"
            " consultation_scope, publicity_scope, first_day, last_day, meeting, confirm_time)"
        ),
    ),
)

CONTROLS = tenant_table(
    "risk_controls",
    metadata,
    sa.Column("risk_point", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("measure", sa.Text, nullable=False),
    sa.Column("owner_position", sa.Text),
    sa.Column("owner_cadre", sa.Text),
    sa.Column("due_date", sa.Date, nullable=False),
    references("risk_points", "risk_point=id"),
    references("positions", "owner_position=id"),
    key=("risk_point", "number"),
    app=("select", "insert", "delete"),
)

_r, _c = RISK_POINTS.c, CONTROLS.c
sa.Index(
    "risk_points_replaces_key",
    _r.tenant,
    _r.replaces,
    unique=True,
    postgresql_where=sa.and_(_r.replaces.is_not(None), _r.state < State.CONFIRMED),
)
sa.Index("risk_points_unit_idx", _r.tenant, _r.unit, _r.id)
sa.Index("risk_points_state_time_idx", _r.tenant, _r.state_time, _r.id)
sa.Index("risk_points_position_idx", _r.tenant, _r.position)
sa.Index("risk_points_power_idx", _r.tenant, _r.power)

ROWS = Rows(RISK_POINTS, RiskPoint, "风险点")

ByUnit = tuple[str, str]
ByTime = tuple[datetime, str]
_UNDER_WAY = _r.state.not_in(sorted(ENDED | {State.CONFIRMED}))
BY_UNIT = (_r.unit, _r.id)
BY_TIME = (_r.state_time, _r.id)
_CONTROL = tuple(each.name for each in fields(Control))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which risk points a list holds; None and empty: whichever."""

    units: Collection[str] | None
    state: State | None
    level: Level | None
    aspect: Aspect | None
    position: str
    power: str


async def page(
    tx: Tx, wanted: Wanted, order: Sequence[sa.Column[Any]], after: ByUnit | ByTime | None, limit: int
) -> list[RiskPoint]:
    """At most `limit` risk points behind `after`; by time, the latest first."""
    conditions = of_units(_r.unit, wanted.units)
    chosen = {_r.state: wanted.state, _r.level: wanted.level, _r.aspect: wanted.aspect}
    conditions += [column == value for column, value in chosen.items() if value is not None]
    named = {_r.position: wanted.position, _r.power: wanted.power}
    conditions += [column == value for column, value in named.items() if value]
    return await ROWS.page(tx, conditions, order, after, limit, descending=order is BY_TIME)


async def open_page(
    tx: Tx, circle: Circle, unit: str, today: date, after: ByUnit | None, limit: int
) -> list[RiskPoint]:
    """At most `limit` risk points on which opinions are collected, or that are publicized today, within a circle; an
    empty unit for whichever."""
    now_open = sa.or_(
        sa.and_(_r.state == State.CONSULTATION, circle.rows(_r.consultation_scope, _r.unit)),
        sa.and_(
            _r.state == State.PUBLICITY,
            circle.rows(_r.publicity_scope, _r.unit),
            _r.first_day <= today,
            _r.last_day >= today,
        ),
    )
    narrowed = [_r.unit == unit] if unit else []
    return await ROWS.page(tx, [*narrowed, now_open], BY_UNIT, after, limit)


async def confirmed_counts(tx: Tx, positions: Collection[str]) -> dict[str, int]:
    """How many confirmed risk points each of these positions has; those without any are not in it."""
    theirs = (_r.tenant == tx.tenant, _r.position.in_(sorted(positions)), _r.state == State.CONFIRMED)
    counted = sa.select(_r.position, sa.func.count().label("many")).where(*theirs).group_by(_r.position)
    return {row.position: row.many for row in await tx.rows(counted)}


async def confirmed_of(tx: Tx, unit: str) -> list[RiskPoint]:
    """The confirmed risk points of a unit."""
    return await ROWS.find(tx, _r.unit == unit, _r.state == State.CONFIRMED)


async def lock_about(tx: Tx, unit: str, gone: Gone) -> list[RiskPoint]:
    """Those of a unit that have not ended and are about something that is gone, locked until the transaction ends."""
    of_section = sa.or_(_r.section.in_(sorted(gone.sections)), _r.power.in_(sorted(gone.moved)))
    about = sa.or_(
        _r.position.in_(sorted(gone.positions)),
        _r.power.in_(sorted(gone.powers)),
        sa.and_(_r.level == Level.SECTION, of_section),
    )
    return await ROWS.lock_all(tx, _r.unit == unit, _r.state.not_in(sorted(ENDED)), about)


async def lock_under_way(tx: Tx, units: Collection[str]) -> list[RiskPoint]:
    """Those of units that are neither confirmed nor ended, locked until the transaction ends."""
    return await ROWS.lock_all(tx, _r.unit.in_(sorted(units)), _UNDER_WAY)


async def revised(tx: Tx, replaces: str) -> bool:
    """Whether another risk point that is meant to stand in the place of this one is under way."""
    return bool(await ROWS.find(tx, _r.replaces == replaces, _UNDER_WAY))


def write_controls(tx: Tx, risk_point: str, controls: Iterable[Control]) -> None:
    """PENDING: these control measures in the place of those before."""
    tx.write(sa.delete(CONTROLS).where(_c.tenant == tx.tenant, _c.risk_point == risk_point))
    for control in controls:
        tx.insert(CONTROLS, **{name: getattr(control, name) for name in _CONTROL})


async def controls(tx: Tx, risk_points: Collection[str]) -> dict[str, list[Control]]:
    """The control measures of these risk points, by number."""
    theirs = sa.select(CONTROLS).where(_c.tenant == tx.tenant, _c.risk_point.in_(sorted(risk_points)))
    found: defaultdict[str, list[Control]] = defaultdict(list)
    for row in await tx.rows(theirs.order_by(_c.risk_point, _c.number)):
        found[row.risk_point].append(Control(**{name: getattr(row, name) for name in _CONTROL}))
    return found
