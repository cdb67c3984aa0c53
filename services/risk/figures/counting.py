"""What each figure counts, in one place. Figures are counted by the database, in one query however many there are.

A source is rows of one table that are about a unit, and maybe about an aspect and a month. Some are kept from people;
whoever counts says whether the rows are counted by whom they are kept from, or only those that somebody may see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from services.common.access import Actor
from services.common.database import Tx
from services.common.organisation.lookup import own_and_towns
from services.common.periods import SHANGHAI
from services.common.reported_periods import Period
from services.common.rows import of_units
from services.common.schema import Row
from services.risk.analysis.domain import Colour
from services.risk.aspects import Aspect
from services.risk.dispositions.domain import Result, Severity
from services.risk.dispositions.domain import State as Handled
from services.risk.dispositions.store import CHECKS, DISPOSITIONS
from services.risk.figures.domain import Figure, Figures
from services.risk.information.domain import Kind
from services.risk.information.store import ENTRIES, INFORMATION
from services.risk.inventories.store import open_at
from services.risk.levels import Level
from services.risk.positions.store import POSITIONS
from services.risk.powers.store import POWERS
from services.risk.risk_points.domain import State as PointState
from services.risk.risk_points.store import RISK_POINTS
from services.risk.sight import in_sight
from services.risk.warnings.domain import State
from services.risk.warnings.store import WARNINGS

Condition: TypeAlias = sa.ColumnElement[bool]
Expression: TypeAlias = sa.ColumnElement[Any]

_i, _e, _w, _d, _c, _r = INFORMATION.c, ENTRIES.c, WARNINGS.c, DISPOSITIONS.c, CHECKS.c, RISK_POINTS.c

_OF_POWER = POWERS.alias("of_power")

_COLLECTED = INFORMATION.join(ENTRIES, sa.and_(_e.tenant == _i.tenant, _e.information == _i.id, _e.current))
_CHECKED = CHECKS.join(DISPOSITIONS, sa.and_(_d.tenant == _c.tenant, _d.id == _c.disposition))

_NOBODY: Expression = sa.cast(postgresql.array([], type_=sa.Text), postgresql.ARRAY(sa.Text))

BY = ("unit", "month", "aspect", "power", "kind", "grade", "level", "cadres", "accounts", "units")
"""What figures can be told apart by."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of which figures count those under a condition."""

    rows: sa.FromClause
    tenant: sa.Column[str]
    unit: sa.Column[str]
    within: Sequence[Condition]
    counts: Mapping[Figure, Condition]
    time: sa.Column[Any] | None = None
    """When it happened; None for how things stand."""
    aspect: sa.Column[Any] | None = None
    power: sa.Column[Any] | None = None
    kept: ReadOnlyColumnCollection[str, sa.Column[Any]] | None = None
    """The columns that say from whom a row is kept; None where whoever sees the unit sees it."""

    def by(self, what: str) -> Expression:
        """The expression for one of `BY`."""
        time, aspect, power, kept = self.time, self.aspect, self.power, self.kept
        expressions: dict[str, Expression] = {
            "unit": self.unit,
            "month": _empty() if time is None else sa.func.to_char(sa.func.timezone(SHANGHAI.key, time), "YYYY-MM"),
            "aspect": sa.literal(0) if aspect is None else sa.func.coalesce(_number(aspect), 0),
            "power": _empty() if power is None else sa.func.coalesce(power, ""),
            "kind": sa.func.coalesce(_number(_OF_POWER.c.kind), 0),
            "grade": sa.func.coalesce(_OF_POWER.c.grade, 0),
            "level": sa.literal(int(Level.UNIT)) if kept is None else _number(kept.level),
            "cadres": _NOBODY if kept is None else kept.cadres,
            "accounts": _NOBODY if kept is None else kept.accounts,
            "units": _NOBODY if kept is None else kept.units,
        }
        return expressions[what]

    def rows_by(self, by: Sequence[str]) -> sa.FromClause:
        """The rows, beside the powers in which they lie where those tell them apart."""
        if not {"kind", "grade"}.intersection(by):
            return self.rows
        its = sa.and_(_OF_POWER.c.tenant == self.tenant, _OF_POWER.c.id == self.by("power"))
        return self.rows.outerjoin(_OF_POWER, its)

    def of_powers(self, powers: Collection[str]) -> Source:
        """What lies in these powers."""
        return replace(self, within=[*self.within, self.by("power").in_(sorted(powers))])

    def narrowed(self, units: Collection[str] | None) -> Source:
        """Of these units; None for every one."""
        return replace(self, within=[*self.within, *of_units(self.unit, units)])

    def seen(self, actor: Actor, tenant: str) -> Source:
        """What the actor may see of the units that they see."""
        if (kept := self.kept) is None:
            return self
        return replace(self, within=[*self.within, *in_sight(actor, tenant, kept)])


async def counted(tx: Tx, sources: Sequence[Source], by: Sequence[str]) -> list[tuple[Row, Figures]]:
    """The figures of all sources, for each of what they are told apart by."""
    figures = [figure for source in sources for figure in source.counts]
    every = sa.union_all(*(_counted(tx, source, by, figures) for source in sources)).subquery()
    sums = [sa.func.sum(every.c[figure.field]).label(figure.field) for figure in figures]
    keys = [every.c[what] for what in by]
    rows = await tx.rows(sa.select(*keys, *sums).group_by(*keys).order_by(*keys))
    return [(row, Figures({figure: int(row._mapping[figure.field]) for figure in figures})) for row in rows]


async def counted_together(
    tx: Tx, sources: Sequence[Source], by: Sequence[str], actor: Actor
) -> list[tuple[Row, Figures]]:
    """What the actor may see of the whole tenant; of the county, together with its towns."""
    found: dict[tuple[object, ...], tuple[Row, list[Figures]]] = {}
    async for tenant in own_and_towns(tx):
        for row, figures in await counted(tx, [each.seen(actor, tenant) for each in sources], by):
            found.setdefault(tuple(row._mapping[what] for what in by), (row, []))[1].append(figures)
    return [(row, Figures.together(figures)) for row, figures in found.values()]


def _counted(tx: Tx, source: Source, by: Sequence[str], figures: Sequence[Figure]) -> sa.Select[*tuple[object, ...]]:
    keys = [source.by(what).label(what) for what in by]
    counts = source.counts
    columns = [
        (sa.func.count().filter(counts[figure]) if figure in counts else sa.literal(0)).label(figure.field)
        for figure in figures
    ]
    rows = sa.select(*keys, *columns).select_from(source.rows_by(by)).where(source.tenant == tx.tenant, *source.within)
    return rows.group_by(*(sa.text(str(place)) for place in range(1, len(keys) + 1)))


def happened(period: Period) -> list[Source]:
    """What was collected, found and done in a period."""
    return list(_happened(period))


def _happened(period: Period) -> Iterator[Source]:
    yield collected(period)
    yield Source(
        RISK_POINTS,
        _r.tenant,
        _r.unit,
        _within(_r.confirm_time, period),
        _by_aspect("RISK_POINTS", _r.aspect),
        _r.confirm_time,
    )
    yield Source(
        WARNINGS,
        _w.tenant,
        _w.unit,
        _within(_w.raise_time, period),
        {
            Figure.WARNINGS_YELLOW: _w.highest_colour == Colour.YELLOW,
            Figure.WARNINGS_ORANGE: _w.highest_colour == Colour.ORANGE,
            Figure.WARNINGS_RED: _w.highest_colour == Colour.RED,
            **_by_aspect("WARNINGS", _w.aspect),
        },
        _w.raise_time,
        _w.aspect,
        kept=_w,
    )
    yield Source(
        WARNINGS,
        _w.tenant,
        _w.unit,
        _within(_w.answer_time, period),
        {Figure.WARNINGS_ANSWERED_IN_TIME: sa.not_(_w.late), Figure.WARNINGS_ANSWERED_LATE: _w.late},
        _w.answer_time,
        _w.aspect,
        kept=_w,
    )
    yield Source(
        DISPOSITIONS,
        _d.tenant,
        _d.unit,
        _within(_d.create_time, period),
        {Figure[f"DISPOSITIONS_{severity.name}"]: _d.severity == severity for severity in Severity},
        _d.create_time,
        kept=_d,
    )
    yield Source(
        _CHECKED,
        _c.tenant,
        _d.unit,
        [*_within(_c.create_time, period), _c.done],
        {Figure.CORRECTIONS_DONE_IN_TIME: sa.not_(_d.late), Figure.CORRECTIONS_DONE_LATE: _d.late},
        _c.create_time,
        kept=_d,
    )
    yield Source(
        DISPOSITIONS,
        _d.tenant,
        _d.unit,
        _within(_d.result_time, period),
        {
            Figure.INVESTIGATIONS_VIOLATION: _d.result == Result.VIOLATION,
            Figure.INVESTIGATIONS_NO_VIOLATION: _d.result == Result.NO_VIOLATION,
        },
        _d.result_time,
        kept=_d,
    )


def collected(period: Period) -> Source:
    """The information that was collected in a period."""
    kinds = {Figure[f"INFORMATION_{kind.name}"]: _e.kind == kind for kind in Kind}
    return Source(
        _COLLECTED,
        _i.tenant,
        _e.unit,
        [*_within(_i.collect_time, period), _e.withdrawn.is_(False)],
        {**kinds, **_by_aspect("INFORMATION", _e.aspect)},
        _i.collect_time,
        _e.aspect,
        _e.power,
        _i,
    )


def standing() -> list[Source]:
    """How things stand."""
    p = POSITIONS.c
    return [
        Source(
            POSITIONS,
            p.tenant,
            p.unit,
            [p.retired.is_(False), open_at(p.tenant, p.unit)],
            {
                Figure.POSITIONS_GRADE_1: p.grade == 1,
                Figure.POSITIONS_GRADE_2: p.grade == 2,
                Figure.POSITIONS_GRADE_3: p.grade == 3,
                Figure.POSITIONS_UNGRADED: p.grade.is_(None),
                Figure.POSITIONS_UNPROTECTED: p.unprotected_time.is_not(None),
            },
        ),
        powers_in_use(),
        confirmed_risk_points(),
        open_warnings(),
        Source(
            DISPOSITIONS,
            _d.tenant,
            _d.unit,
            [_d.state != Handled.DONE],
            {
                Figure.CORRECTIONS_OPEN: _d.state == Handled.CORRECTING,
                Figure.CORRECTIONS_OPEN_LATE: sa.and_(_d.state == Handled.CORRECTING, _d.late),
                Figure.INVESTIGATIONS_HANDED_OVER: _d.state == Handled.HANDED_OVER,
                Figure.INVESTIGATIONS_OPEN: _d.state == Handled.ACCEPTED,
            },
            kept=_d,
        ),
    ]


def powers_in_use() -> Source:
    w = POWERS.c
    return Source(
        POWERS,
        w.tenant,
        w.unit,
        [w.retired.is_(False), open_at(w.tenant, w.unit)],
        {
            Figure.POWERS_GRADE_1: w.grade == 1,
            Figure.POWERS_GRADE_2: w.grade == 2,
            Figure.POWERS_GRADE_3: w.grade == 3,
        },
        power=w.id,
    )


def confirmed_risk_points() -> Source:
    """Those that stand."""
    confirmed = [_r.state == PointState.CONFIRMED, open_at(_r.tenant, _r.unit)]
    counts = {Figure.RISK_POINTS_STANDING: sa.true()}
    return Source(RISK_POINTS, _r.tenant, _r.unit, confirmed, counts, aspect=_r.aspect, power=_r.power)


def open_warnings() -> Source:
    """The warnings that no disposition has answered."""
    return Source(
        WARNINGS,
        _w.tenant,
        _w.unit,
        [_w.state == State.OPEN],
        {
            Figure.WARNINGS_OPEN_YELLOW: _w.colour == Colour.YELLOW,
            Figure.WARNINGS_OPEN_ORANGE: _w.colour == Colour.ORANGE,
            Figure.WARNINGS_OPEN_RED: _w.colour == Colour.RED,
            Figure.WARNINGS_OPEN_LATE: _w.late,
        },
        aspect=_w.aspect,
        power=_w.power,
        kept=_w,
    )


def _within(time: sa.Column[Any], period: Period) -> list[Condition]:
    return [time >= period.start, time < period.end]


def _by_aspect(what: str, column: sa.Column[Any]) -> dict[Figure, Condition]:
    return {Figure[f"{what}_{aspect.name}"]: column == aspect for aspect in Aspect}


def _empty() -> Expression:
    return sa.literal("")


def _number(word: sa.Column[Any]) -> Expression:
    """The number of a word, as the database has it."""
    return sa.type_coerce(word, sa.SmallInteger)
