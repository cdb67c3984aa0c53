"""Table and queries of oversights."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.access import Actor
from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows
from services.common.schema import instant, tenant_table
from services.watch.oversights.domain import Origin, Oversight, State, Target
from services.watch.reports.domain.terms import Level
from services.watch.tables import metadata

OVERSIGHTS = tenant_table(
    "oversights",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("origin", Of(Origin), nullable=False),
    sa.Column("target", Of(Target), nullable=False),
    sa.Column("report", sa.Text),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("due_time", instant(), nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("orderer", sa.Text, nullable=False),
    sa.Column("create_time", instant(), nullable=False),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("answerer", sa.Text),
    sa.Column("answer_time", instant()),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("origin_event", sa.Text),
    sa.Column("warning", sa.Text),
    sa.Column("seen_from", Of(Level), nullable=False, server_default=sa.text("1")),
    sa.Column("kept_from", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False, server_default="{}"),
    sa.Column("sealed_note", sa.LargeBinary),
    sa.Column("sealed_answer", sa.LargeBinary),
    key=("id",),
    app=("select", "insert", "update"),
)
"""`note` and `answer` are what the version before wrote in the clear; nothing is written to them any more."""

_o = OVERSIGHTS.c
sa.Index("oversights_due_idx", _o.tenant, _o.due_time, _o.id)
sa.Index("oversights_report_idx", _o.tenant, _o.report, postgresql_where=_o.report.is_not(None))
sa.Index("oversights_unit_idx", _o.tenant, _o.unit, _o.state)
sa.Index(
    "oversights_warning_key",
    _o.tenant,
    _o.warning,
    unique=True,
    postgresql_where=sa.and_(_o.warning.is_not(None), _o.state == int(State.OPEN)),
)

ROWS = Rows(OVERSIGHTS, Oversight, "督办", only_read=("note", "answer"))


async def open_of_report(tx: Tx, report: str) -> list[Oversight]:
    """The open oversights of a report, locked."""
    mine = sa.select(OVERSIGHTS).where(_o.tenant == tx.tenant, _o.report == report, _o.state == State.OPEN)
    return await ROWS.of(tx, mine.order_by(_o.create_time).with_for_update())


async def open_of_units(tx: Tx, units: Collection[str]) -> list[Oversight]:
    """The open oversights of units and their posts, but those for a warning, locked."""
    mine = (_o.unit.in_(sorted(units)), _o.state == State.OPEN, _o.target != Target.REPORT, _o.warning.is_(None))
    return await ROWS.lock_all(tx, *mine) if units else []


async def open_of_warning(tx: Tx, warning: str) -> Oversight | None:
    """The open oversight for a warning of the risk service, locked."""
    return next(iter(await ROWS.lock_all(tx, _o.warning == warning, _o.state == State.OPEN)), None)


async def of_warning(tx: Tx, warning: str) -> list[Oversight]:
    """The oversights for a warning of the risk service, open and answered, locked."""
    return await ROWS.lock_all(tx, _o.warning == warning)


async def units_under_oversight(tx: Tx, actor: Actor, units: Iterable[str]) -> set[str]:
    """Those of the units that are, themselves or by their post, under an open oversight that the unit may know of, and
    the actor."""
    found = sa.select(_o.unit).where(
        *(_o.tenant == tx.tenant, _o.unit.in_(list(units)), _o.state == State.OPEN, _o.target != Target.REPORT),
        *(_o.seen_from == Level.UNIT, sa.not_(_o.kept_from.overlap(list(actor.names)))),
    )
    return {row.unit for row in await tx.rows(found.distinct())}


async def reports_overseen(tx: Tx) -> set[str]:
    """Ids of the reports that are, or ever were, under oversight."""
    found = sa.select(_o.report).where(_o.tenant == tx.tenant, _o.report.is_not(None))
    return {row.report for row in await tx.rows(found.distinct())}
