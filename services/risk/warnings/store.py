"""Tables and queries of warnings, of the information behind them, and of why they were lowered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.access import Actor
from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import Row, instant, references, tenant_table
from services.risk.analysis.domain import Colour, Matter, Subject, SubjectId, subjects_of
from services.risk.aspects import Aspect
from services.risk.information.domain import Entry, Kind
from services.risk.information.store import ENTRIES, INFORMATION, TEXTS
from services.risk.levels import Level
from services.risk.sight import in_sight
from services.risk.tables import metadata
from services.risk.warnings.domain import Behind, Lowering, State, Warning

WARNINGS = tenant_table(
    "warnings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("subject", Of(Subject), nullable=False),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("position", sa.Text),
    sa.Column("power", sa.Text),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("cadres", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("accounts", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("units", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False, server_default="{}"),
    sa.Column("colour", Of(Colour), nullable=False),
    sa.Column("highest_colour", Of(Colour), nullable=False),
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("rules", sa.Integer, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("aspect", Of(Aspect)),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("owner_level", Of(Level), nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("raise_time", instant(), nullable=False),
    sa.Column("colour_time", instant(), nullable=False),
    sa.Column("settle_time", instant()),
    sa.Column("disposition", sa.Text),
    sa.Column("answer_time", instant()),
    sa.Column("information_count", sa.Integer, nullable=False),
    references("inventories", "unit=id"),
    references("positions", "position=id"),
    references("powers", "power=id"),
    key=("id",),
    app=(
        "select",
        "insert",
        (
            "update (version, level, cadres, accounts, units, colour, highest_colour, points, rules, rule, aspect,"
            " state, owner_level, owner, last_day, late, colour_time, settle_time, disposition, answer_time,"
            " information_count)"
        ),
    ),
)

BEHIND = tenant_table(
    "warning_information",
    metadata,
    sa.Column("warning", sa.Text, nullable=False),
    sa.Column("information", sa.Text, nullable=False),
    sa.Column("entry", sa.Text, nullable=False),
    sa.Column("rules", sa.Integer, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    references("warnings", "warning=id"),
    references("risk_information", "information=id"),
    references("risk_information_entries", "entry=id"),
    key=("warning", "information"),
    app=("select", "insert", "update (entry, rules, rule, points, words, day)"),
)

LOWERINGS = tenant_table(
    "warning_lowerings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("warning", sa.Text, nullable=False),
    sa.Column("from_colour", Of(Colour), nullable=False),
    sa.Column("to_colour", Of(Colour), nullable=False),
    sa.Column("sealed_reason", sa.LargeBinary, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    references("warnings", "warning=id"),
    key=("id",),
    app=("select", "insert"),
)

_w, _b = WARNINGS.c, BEHIND.c
sa.Index("warnings_number_key", _w.tenant, _w.number, unique=True)
sa.Index(
    "warnings_open_idx",
    _w.tenant,
    _w.subject,
    _w.subject_id,
    _w.level,
    postgresql_where=_w.state == int(State.OPEN),
)
sa.Index("warnings_unit_idx", _w.tenant, _w.unit, _w.raise_time, _w.id)
sa.Index("warnings_raise_time_idx", _w.tenant, _w.raise_time, _w.id)
sa.Index("warnings_last_day_idx", _w.tenant, _w.last_day, _w.id)
sa.Index("warning_information_information_idx", _b.tenant, _b.information)

ROWS = Rows(WARNINGS, Warning, "预警")

JOINED = ("version", "information_count", "cadres", "accounts", "units", "owner")
"""What changes of a warning that pieces are joined to."""

ByTime = tuple[datetime, str]
ByDay = tuple[date, str]
ByColour = tuple[int, str]
BY_TIME = (_w.raise_time, _w.id)
BY_DAY = (_w.last_day, _w.id)
BY_COLOUR = (_w.colour, _w.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which warnings a list holds; None and empty: whichever."""

    units: Collection[str] | None
    position: str
    power: str
    subject: Subject | None
    colour: Colour | None
    state: State | None
    owner_level: Level | None
    late: bool


async def page(
    tx: Tx,
    actor: Actor,
    wanted: Wanted,
    order: tuple[sa.Column[Any], ...],
    after: ByTime | ByDay | ByColour | None,
    limit: int,
) -> list[Warning]:
    """At most `limit` warnings that the actor sees behind `after`: by last day upwards, else downwards."""
    conditions = [*in_sight(actor, tx.tenant, _w), *of_units(_w.unit, wanted.units)]
    equal = {
        _w.position: wanted.position,
        _w.power: wanted.power,
        _w.subject: wanted.subject,
        _w.colour: wanted.colour,
        _w.state: wanted.state,
        _w.owner_level: wanted.owner_level,
    }
    conditions += [column == value for column, value in equal.items() if value]
    if wanted.late:
        conditions.append(_w.late)
    return await ROWS.page(tx, conditions, order, after, limit, descending=order is not BY_DAY)


async def open_about(tx: Tx, subjects: Collection[SubjectId]) -> dict[Matter, Warning]:
    """The open warnings about these subjects, locked; of those that came together at one level the most severe."""
    kinds, ids = {kind for kind, _ in subjects}, {id for _, id in subjects}
    these = (_w.subject.in_(sorted(kinds)), _w.subject_id.in_(sorted(ids)))
    found = await ROWS.lock_all(tx, _w.state == State.OPEN, *these)
    foremost = sorted(found, key=lambda each: (each.colour, each.raise_time, each.id))
    return {each.matter: each for each in foremost if each.matter[:2] in subjects}


async def open_colours(tx: Tx) -> dict[Matter, Colour]:
    """The colours of all open warnings of the tenant, of each matter the most severe."""
    matter = (_w.subject, _w.subject_id, _w.level)
    chosen = sa.select(*matter, _w.colour).where(_w.tenant == tx.tenant, _w.state == State.OPEN)
    rows = await tx.rows(chosen.order_by(_w.colour))
    return {(row.subject, row.subject_id, row.level): row.colour for row in rows}


async def settle_times(tx: Tx, subjects: Collection[SubjectId]) -> Mapping[SubjectId, dict[Level, datetime]]:
    """When warnings about these subjects were last answered or lowered, by level: what was known then counts no
    more."""
    ids = sorted({id for _, id in subjects})
    about = (_w.tenant == tx.tenant, _w.subject_id.in_(ids), _w.settle_time.is_not(None))
    chosen = sa.select(_w.subject, _w.subject_id, _w.level, sa.func.max(_w.settle_time).label("time"))
    found: defaultdict[SubjectId, dict[Level, datetime]] = defaultdict(dict)
    for row in await tx.rows(chosen.where(*about).group_by(_w.subject, _w.subject_id, _w.level)):
        found[row.subject, row.subject_id][row.level] = row.time
    return found


async def answered_below(tx: Tx, entries: Collection[Entry]) -> set[tuple[str, Subject, str]]:
    """What counts no more of pieces that have moved up: a piece with the kind and id of a subject, where a warning
    about that had it behind, at a level below, and was answered or lowered since it is known."""
    moved = {each.information: each.known_time for each in entries if each.level > min(Level)}
    if not moved:
        return set()
    below = (_w.tenant == tx.tenant, _w.id == _b.warning, _w.settle_time.is_not(None), _w.level < INFORMATION.c.level)
    these = (_b.tenant == tx.tenant, _b.information.in_(sorted(moved)))
    piece = (INFORMATION.c.tenant == tx.tenant, INFORMATION.c.id == _b.information)
    rows = await tx.rows(
        sa.select(_b.information, _w.subject, _w.subject_id, _w.settle_time).where(*below, *these, *piece)
    )
    return {(row.information, row.subject, row.subject_id) for row in rows if row.settle_time >= moved[row.information]}


async def is_settled_with(tx: Tx, entry: Entry) -> bool:
    """Whether a warning about what an entry is about had its piece behind it, and was answered or lowered since it is
    known."""
    about = (_w.tenant == tx.tenant, _w.subject_id.in_([id for _, id in subjects_of(entry)]))
    had_it = (_b.tenant == tx.tenant, _b.warning == _w.id, _b.information == entry.information)
    settled = sa.select(_w.id).where(*about, *had_it, _w.settle_time >= entry.known_time).limit(1)
    return bool(await tx.rows(settled))


def put_behind(tx: Tx, behind: Behind) -> None:
    """PENDING: joins a piece to a warning, or counts it anew."""
    values = {name: getattr(behind, name) for name in Behind.__dataclass_fields__}
    tx.upsert(BEHIND, ("warning", "information"), **values)


async def behind(tx: Tx, warning: str, limit: int) -> list[Behind]:
    """At most `limit` of the pieces behind a warning, those that contributed most first."""
    chosen = sa.select(BEHIND).where(_b.tenant == tx.tenant, _b.warning == warning)
    rows = await tx.rows(chosen.order_by(_b.points.desc(), _b.information).limit(limit))
    return [_behind(row) for row in rows]


async def are_behind(tx: Tx, information: Collection[str]) -> set[tuple[str, str]]:
    """Which of these pieces are behind warnings: pairs of a warning and a piece."""
    chosen = sa.select(_b.warning, _b.information)
    rows = await tx.rows(chosen.where(_b.tenant == tx.tenant, _b.information.in_(sorted(information))))
    return {(row.warning, row.information) for row in rows}


async def units_of(tx: Tx, warnings: Iterable[str]) -> set[str]:
    """The codes of the units that these warnings are about."""
    chosen = sa.select(_w.unit).where(_w.tenant == tx.tenant, _w.id.in_(sorted(warnings)))
    return {row.unit for row in await tx.rows(chosen.distinct())}


async def lock_those(tx: Tx, warnings: Iterable[str]) -> list[Warning]:
    """These warnings, locked."""
    return await ROWS.lock_all(tx, _w.id.in_(sorted(warnings)))


async def open_owned(tx: Tx, tenant: str) -> list[Warning]:
    """The open warnings that accounts of a tenant owe by name."""
    return await ROWS.find(tx, _w.state == State.OPEN, _w.owner.startswith(f"tenants/{tenant}/", autoescape=True))


async def lowest_levels(tx: Tx, warnings: Iterable[str]) -> dict[str, Level]:
    """The lowest level at which anything behind each of these warnings is seen."""
    i = INFORMATION.c
    chosen = sa.select(_b.warning, sa.func.min(i.level, type_=i.level.type).label("level"))
    here = (i.tenant == tx.tenant, i.id == _b.information, _b.tenant == tx.tenant)
    rows = await tx.rows(chosen.where(*here, _b.warning.in_(sorted(warnings))).group_by(_b.warning))
    return {row.warning: row.level for row in rows}


async def information_behind(tx: Tx, warnings: Collection[str]) -> dict[str, frozenset[str]]:
    """Ids of all pieces behind these warnings, by warning."""
    if not warnings:
        return {}
    pieces = sa.func.array_agg(_b.information).label("pieces")
    chosen = sa.select(_b.warning, pieces).where(_b.tenant == tx.tenant, _b.warning.in_(sorted(warnings)))
    return {row.warning: frozenset(row.pieces) for row in await tx.rows(chosen.group_by(_b.warning))}


async def written_behind(tx: Tx, warning: str) -> list[str]:
    """Ids of the pieces behind a warning to which something was written in words."""
    t = TEXTS.table.c
    chosen = sa.select(t.information).where(t.tenant == tx.tenant, t.information == _b.information)
    rows = await tx.rows(chosen.where(_b.tenant == tx.tenant, _b.warning == warning).distinct())
    return sorted(row.information for row in rows)


async def is_behind_open(tx: Tx, information: str) -> bool:
    """Whether a piece is behind a warning that is open."""
    chosen = sa.select(_w.id).where(_w.tenant == tx.tenant, _w.state == State.OPEN, _w.id == _b.warning)
    return await tx.row(chosen.where(_b.tenant == tx.tenant, _b.information == information).limit(1)) is not None


async def origins(tx: Tx, warning: str, about: SubjectId, limit: int) -> dict[str, bool]:
    """The reports and cases that the information behind a warning comes from, as far as that counts still and is about
    the same still; at most `limit`, each with whether it is a report of which nothing counts but that it was late."""
    i, e, (subject, id) = INFORMATION.c, ENTRIES.c, about
    column = {Subject.UNIT: e.unit, Subject.POSITION: e.position, Subject.POWER: e.power}[subject]
    there = (i.tenant == tx.tenant, i.origin != "", i.id == _b.information)
    behind = (_b.tenant == tx.tenant, _b.warning == warning)
    now = (e.tenant == tx.tenant, e.information == i.id, e.current, e.withdrawn.is_(False), column == id)
    delayed = sa.func.bool_and(e.kind == Kind.REPORT_OVERDUE).label("delayed")
    chosen = sa.select(i.origin, delayed).where(*there, *behind, *now).group_by(i.origin)
    return {row.origin: row.delayed for row in await tx.rows(chosen.order_by(i.origin).limit(limit))}


def put_lowering(tx: Tx, lowering: Lowering, sealed_reason: bytes) -> None:
    """PENDING."""
    values = {name: getattr(lowering, name) for name in Lowering.__dataclass_fields__}
    tx.insert(LOWERINGS, **values, sealed_reason=sealed_reason)


async def lowerings(tx: Tx, warning: str) -> list[tuple[Lowering, bytes]]:
    """How a warning was lowered, the first time first, each with its sealed reason."""
    columns = LOWERINGS.c
    chosen = sa.select(LOWERINGS).where(columns.tenant == tx.tenant, columns.warning == warning)
    rows = await tx.rows(chosen.order_by(columns.create_time, columns.id))
    return [
        (Lowering(**{name: getattr(row, name) for name in Lowering.__dataclass_fields__}), row.sealed_reason)
        for row in rows
    ]


def _behind(row: Row) -> Behind:
    return Behind(**{name: getattr(row, name) for name in Behind.__dataclass_fields__})
