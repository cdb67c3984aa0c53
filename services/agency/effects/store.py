"""Table and queries of what cases brought about."""

from __future__ import annotations

from dataclasses import asdict

import sqlalchemy as sa

from services.agency.effects.domain import Effect
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.effects.domain import Deed
from services.common.schema import instant, references, tenant_table

EFFECTS = tenant_table(
    "case_effects",
    metadata,
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("disposition", sa.Text, nullable=False),
    sa.Column("deed", Of(Deed), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("time", instant(), nullable=False, server_default=sa.func.now()),
    references("cases", "case=id"),
    key=("case", "disposition", "deed"),
    app=("select", "insert"),
)

_e = EFFECTS.c


def insert(tx: Tx, effect: Effect) -> None:
    """PENDING."""
    tx.insert(EFFECTS, **asdict(effect))


async def of_case(tx: Tx, case: str) -> list[Effect]:
    """What a case brought about, oldest first."""
    mine = sa.select(EFFECTS).where(_e.tenant == tx.tenant, _e.case == case)
    rows = await tx.rows(mine.order_by(_e.day, _e.time, _e.disposition, _e.deed))
    return [Effect(**{name: getattr(row, name) for name in Effect.__dataclass_fields__}) for row in rows]
