"""The table of publicity sessions and its queries."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table
from services.risk.groups.store import Conditions, of_groups
from services.risk.publicity_sessions.domain import Kind, Session
from services.risk.tables import metadata

SESSIONS = tenant_table(
    "publicity_sessions",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("risk_group", sa.Text, nullable=False),
    sa.Column("kind", Of(Kind), nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("reach_count", sa.Integer, nullable=False),
    sa.Column("sealed_note", sa.LargeBinary),
    sa.Column("recorder", sa.Text, nullable=False),
    sa.Column("record_time", instant(), nullable=False),
    references("risk_groups", "risk_group=id"),
    key=("id",),
    app=("select", "insert"),
)

_s = SESSIONS.c
sa.Index("publicity_sessions_date_idx", _s.tenant, _s.date, _s.id)

ROWS = Rows(SESSIONS, Session, "宣传活动")

Place = tuple[date, str]


async def page(
    tx: Tx, sight: Conditions, group: str, kind: Kind | None, after: Place | None, limit: int
) -> list[Session]:
    """At most `limit` sessions behind `after`, the latest first."""
    conditions = of_groups(_s.risk_group, tx.tenant, sight)
    if group:
        conditions.append(_s.risk_group == group)
    if kind is not None:
        conditions.append(_s.kind == kind)
    return await ROWS.page(tx, conditions, (_s.date, _s.id), after, limit, descending=True)
