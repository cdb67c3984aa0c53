"""Tables and queries of dispositions, of the looks at corrections, and of their sealed texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.access import Actor
from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table
from services.common.sealed_texts import SealedTexts
from services.risk.dispositions.domain import OPEN, Check, Disposition, Result, Severity, State
from services.risk.levels import Level
from services.risk.sight import in_sight
from services.risk.tables import metadata

DISPOSITIONS = tenant_table(
    "dispositions",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("warning", sa.Text, nullable=False),
    sa.Column("subject", sa.SmallInteger, nullable=False),
    sa.Column("subject_id", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("position", sa.Text),
    sa.Column("power", sa.Text),
    sa.Column("severity", Of(Severity), nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("milder", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("last_day", sa.Date),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("organ_level", Of(Level), nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    sa.Column("acceptor", sa.Text),
    sa.Column("accept_time", instant()),
    sa.Column("result", Of(Result)),
    sa.Column("result_time", instant()),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("cadres", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("accounts", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("units", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False, server_default="{}"),
    sa.Column("milder_than", sa.Text),
    references("warnings", "warning=id"),
    references("inventories", "unit=id"),
    references("dispositions", "milder_than=id"),
    key=("id",),
    app=(
        "select",
        "insert",
        (
            "update (version, state, last_day, late, acceptor, accept_time, result, result_time, level, cadres,"
            " accounts, units)"
        ),
    ),
)
"""`milder` is what the version before writes: nothing is written to it any more."""

CHECKS = tenant_table(
    "correction_checks",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("disposition", sa.Text, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    references("dispositions", "disposition=id"),
    key=("id",),
    app=("select", "insert"),
)

_d, _c = DISPOSITIONS.c, CHECKS.c
sa.Index("dispositions_number_key", _d.tenant, _d.number, unique=True)
sa.Index("dispositions_create_time_idx", _d.tenant, _d.create_time, _d.id)
sa.Index("dispositions_last_day_idx", _d.tenant, _d.last_day, _d.id)
sa.Index("dispositions_matter_idx", _d.tenant, _d.subject, _d.subject_id, _d.create_time)
sa.Index("dispositions_warning_idx", _d.tenant, _d.warning)
sa.Index("correction_checks_disposition_idx", _c.tenant, _c.disposition, _c.create_time)

ROWS = Rows(DISPOSITIONS, Disposition, "处置")
CHECK_ROWS = Rows(CHECKS, Check, "核查")
TEXTS = SealedTexts.beside("disposition_texts", metadata, "disposition", "dispositions")

ByTime = tuple[datetime, str]
ByDay = tuple[date, str]
BY_TIME = (_d.create_time, _d.id)
BY_DAY = (_d.last_day, _d.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dispositions a list holds; None and empty: whichever."""

    units: Collection[str] | None
    warning: str
    severity: Severity | None
    state: State | None
    open: bool
    late: bool


async def page(
    tx: Tx, actor: Actor, wanted: Wanted, order: tuple[sa.Column[Any], ...], after: ByTime | ByDay | None, limit: int
) -> list[Disposition]:
    """At most `limit` dispositions that the actor sees behind `after`: the latest first, or by last day those that have
    one."""
    conditions = [*_seen(tx, actor), *of_units(_d.unit, wanted.units)]
    equal = {_d.warning: wanted.warning, _d.severity: wanted.severity, _d.state: wanted.state}
    conditions += [column == value for column, value in equal.items() if value]
    if wanted.open:
        conditions.append(_d.state.in_(sorted(OPEN)))
    if wanted.late:
        conditions.append(_d.late)
    if order is BY_DAY:
        conditions.append(_d.last_day.is_not(None))
    return await ROWS.page(tx, conditions, order, after, limit, descending=order is not BY_DAY)


async def last_about(tx: Tx, subject: int, subject_id: str, actor: Actor | None = None) -> Disposition | None:
    """The last disposition about a subject, or the last that the actor sees; None where there is none."""
    same = [_d.subject == subject, _d.subject_id == subject_id, *(_seen(tx, actor) if actor else [])]
    latest = await ROWS.page(tx, same, (_d.create_time, _d.number), None, 1, descending=True)
    return next(iter(latest), None)


async def lock_of(tx: Tx, warnings: Iterable[str]) -> list[Disposition]:
    """The dispositions of these warnings, locked."""
    return await ROWS.lock_all(tx, _d.warning.in_(sorted(warnings)))


async def seen_among(tx: Tx, actor: Actor, ids: Collection[str]) -> set[str]:
    """Those of the dispositions with these ids that the actor sees, who sees their unit."""
    chosen = sa.select(_d.id).where(_d.tenant == tx.tenant, _d.id.in_(sorted(ids)), *_seen(tx, actor))
    return {row.id for row in await tx.rows(chosen)} if ids else set()


async def checks_of(tx: Tx, disposition: str) -> list[Check]:
    """The looks at a correction, oldest first."""
    found = await CHECK_ROWS.find(tx, _c.disposition == disposition)
    return sorted(found, key=lambda each: (each.create_time, each.id))


def _seen(tx: Tx, actor: Actor) -> list[sa.ColumnElement[bool]]:
    return in_sight(actor, tx.tenant, _d)
