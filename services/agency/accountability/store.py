"""Table and queries of cases of accountability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.agency.accountability.domain import Case, Ground, Level, Measure, State
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table

ACCOUNTABILITY = tenant_table(
    "accountability_cases",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("officer", sa.Text, nullable=False),
    sa.Column("ground", Of(Ground), nullable=False),
    sa.Column("cases", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("hear_until", sa.Date, nullable=False),
    sa.Column("opener", sa.Text, nullable=False),
    sa.Column("open_time", instant(), nullable=False),
    sa.Column("hear_time", instant()),
    sa.Column("measure", Of(Measure)),
    sa.Column("decider", sa.Text),
    sa.Column("decide_time", instant()),
    sa.Column("sealed_facts", sa.LargeBinary),
    sa.Column("sealed_statement", sa.LargeBinary),
    sa.Column("sealed_reason", sa.LargeBinary),
    references("points", "point=unit"),
    key=("id",),
    app=("select", "insert", "update"),
)

_a = ACCOUNTABILITY.c
sa.Index("accountability_cases_open_time_idx", _a.tenant, _a.open_time, _a.id)
sa.Index("accountability_cases_officer_idx", _a.tenant, _a.officer)

ROWS = Rows(ACCOUNTABILITY, Case, "责任追究")

Position = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases a list holds; None and empty: whichever."""

    point: str
    officer: str
    state: State | None


async def page(
    tx: Tx,
    visible: sa.ColumnElement[bool],
    wanted: Wanted,
    descending: bool,
    after: Position | None,
    limit: int,
) -> list[Case]:
    """At most `limit` of the visible cases behind `after`, by when they were opened."""
    conditions = [visible, *_conditions(wanted)]
    return await ROWS.page(tx, conditions, (_a.open_time, _a.id), after, limit, descending=descending)


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.point:
        yield _a.point == wanted.point
    if wanted.officer:
        yield _a.officer == wanted.officer
    if wanted.state is not None:
        yield _a.state == wanted.state
