"""How many opinions and objections came without an account on one day: from each client, and in all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.columns import Of
from services.common.database import Tx
from services.common.schema import references, tenant_table
from services.risk.opinions.domain import Said
from services.risk.tables import metadata

VOICES = tenant_table(
    "voices",
    metadata,
    sa.Column("risk_point", sa.Text, nullable=False),
    sa.Column("said", Of(Said), nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("many", sa.Integer, nullable=False),
    references("risk_points", "risk_point=id"),
    key=("risk_point", "said", "client", "day"),
    app=("select", "insert", "update (many)", "delete"),
)
"""Kept for the day alone; nothing says which of them an opinion or an objection is."""

_v = VOICES.c


@dataclass(frozen=True, slots=True)
class Voices:
    """How many came on a day."""

    of_client: int
    in_all: int


async def raised(tx: Tx, risk_point: str, said: Said, client: str, day: date) -> Voices:
    """Counts one more of a client on a risk point that is locked; what was counted on other days is forgotten."""
    tx.write(sa.delete(VOICES).where(_v.tenant == tx.tenant, _v.day < day))
    one = postgresql.insert(VOICES).values(
        tenant=tx.tenant, risk_point=risk_point, said=said, client=client, day=day, many=1
    )
    tx.write(one.on_conflict_do_update(index_elements=list(VOICES.primary_key), set_={"many": _v.many + 1}))
    of_client = sa.func.sum(_v.many).filter(_v.client == client).label("of_client")
    counted = sa.select(of_client, sa.func.sum(_v.many).label("in_all"))
    theirs = (_v.tenant == tx.tenant, _v.risk_point == risk_point, _v.said == said, _v.day == day)
    [row] = await tx.rows(counted.where(*theirs))
    return Voices(row.of_client, row.in_all)
