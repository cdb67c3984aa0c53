"""Table and queries of what reports brought about."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.columns import Of
from services.common.database import Tx
from services.common.effects.domain import Deed
from services.common.schema import instant, references, tenant_table
from services.watch.effects.domain import Effect
from services.watch.reports.domain.terms import Level
from services.watch.tables import metadata

EFFECTS = tenant_table(
    "report_effects",
    metadata,
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("disposition", sa.Text, nullable=False),
    sa.Column("deed", Of(Deed), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("time", instant(), nullable=False, server_default=sa.func.now()),
    sa.Column("delayed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("accounts", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    references("reports", "report=id"),
    key=("report", "disposition", "deed"),
    app=("select", "insert"),
)

_e = EFFECTS.c


def insert(tx: Tx, effect: Effect) -> None:
    """PENDING."""
    tx.insert(EFFECTS, **asdict(effect))


async def of_report(tx: Tx, report: str) -> list[Effect]:
    """What a report brought about, oldest first."""
    mine = sa.select(EFFECTS).where(_e.tenant == tx.tenant, _e.report == report)
    rows = await tx.rows(mine.order_by(_e.day, _e.time, _e.disposition, _e.deed))
    return [Effect(**{name: getattr(row, name) for name in Effect.__dataclass_fields__}) for row in rows]
