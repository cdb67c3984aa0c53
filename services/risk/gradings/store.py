"""The table of what meetings decided on grades, and its queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from services.common.database import Tx
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table
from services.risk.gradings.domain import Grading
from services.risk.tables import metadata

GRADINGS = tenant_table(
    "gradings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("power", sa.Text, nullable=False),
    sa.Column("meeting", sa.Text, nullable=False),
    sa.Column("grade", sa.SmallInteger, nullable=False),
    sa.Column("proposed_grade", sa.SmallInteger, nullable=False),
    sa.Column("grade_before", sa.SmallInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("record_time", instant(), nullable=False),
    references("powers", "power=id"),
    references("leadership_meetings", "meeting=id"),
    key=("id",),
    app=("select", "insert"),
)

_g = GRADINGS.c
sa.Index("gradings_power_key", _g.tenant, _g.power, _g.meeting, unique=True)

ROWS = Rows(GRADINGS, Grading, "风险定级")

Place = tuple[datetime, str]


async def of_power(tx: Tx, power: str, after: Place | None, limit: int) -> list[Grading]:
    """At most `limit` decisions on a power behind `after`, the latest first."""
    return await ROWS.page(tx, [_g.power == power], (_g.record_time, _g.id), after, limit, descending=True)


async def recorded(tx: Tx, power: str, meeting: str) -> bool:
    """Whether what the meeting decided on the power is recorded."""
    return bool(await ROWS.find(tx, _g.power == power, _g.meeting == meeting))


async def reasons(tx: Tx, powers: Collection[str]) -> dict[tuple[str, str], str]:
    """Why meetings set grades as they did, by power and meeting, where they said so."""
    said = await ROWS.find(tx, _g.power.in_(sorted(powers)), _g.reason != "")
    return {(each.power, each.meeting): each.reason for each in said}
