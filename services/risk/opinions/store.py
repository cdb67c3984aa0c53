"""Tables and queries of opinions on risk points and of objections to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from services.common.columns import Of
from services.common.database import Tx
from services.common.receipts import Receipts
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table
from services.common.sealed_texts import SealedTexts
from services.risk.opinions.domain import Objection, Objections, Opinion, Source
from services.risk.tables import metadata

OPINIONS = tenant_table(
    "risk_opinions",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("risk_point", sa.Text, nullable=False),
    sa.Column("source", Of(Source), nullable=False),
    sa.Column("give_time", instant(), nullable=False),
    references("risk_points", "risk_point=id"),
    key=("id",),
    app=("select", "insert"),
)

OBJECTIONS = tenant_table(
    "objections",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("risk_point", sa.Text, nullable=False),
    sa.Column("source", Of(Source), nullable=False),
    sa.Column("raise_time", instant(), nullable=False),
    sa.Column("answerer", sa.Text),
    sa.Column("answer_time", instant()),
    references("risk_points", "risk_point=id"),
    key=("id",),
    app=("select", "insert", "update (version, answerer, answer_time)"),
)

TEXTS = SealedTexts.beside("risk_point_texts", metadata, "risk_point", "risk_points")
"""Opinions, objections and their answers, and why a risk point was withdrawn."""

RECEIPTS = Receipts.beside("objection_receipts", metadata, "objection", "objections")

_o, _b = OPINIONS.c, OBJECTIONS.c
sa.Index("risk_opinions_risk_point_idx", _o.tenant, _o.risk_point, _o.give_time, _o.id)
sa.Index("objections_risk_point_idx", _b.tenant, _b.risk_point, _b.raise_time, _b.id)

ROWS = Rows(OPINIONS, Opinion, "意见")
OBJECTION_ROWS = Rows(OBJECTIONS, Objection, "异议")

Place = tuple[datetime, str]


async def page(tx: Tx, risk_point: str, source: Source | None, after: Place | None, limit: int) -> list[Opinion]:
    """At most `limit` opinions on a risk point behind `after`, the oldest first."""
    conditions = [_o.risk_point == risk_point]
    if source is not None:
        conditions.append(_o.source == source)
    return await ROWS.page(tx, conditions, (_o.give_time, _o.id), after, limit)


async def page_of_objections(
    tx: Tx, risk_point: str, unanswered: bool, after: Place | None, limit: int
) -> list[Objection]:
    """At most `limit` objections to a risk point behind `after`, the oldest first."""
    conditions = [_b.risk_point == risk_point]
    if unanswered:
        conditions.append(_b.answer_time.is_(None))
    return await OBJECTION_ROWS.page(tx, conditions, (_b.raise_time, _b.id), after, limit)


async def objections_to(tx: Tx, risk_points: Collection[str]) -> list[str]:
    """Ids of the objections to these risk points."""
    chosen = sa.select(_b.id).where(_b.tenant == tx.tenant, _b.risk_point.in_(sorted(risk_points)))
    return [row.id for row in await tx.rows(chosen.order_by(_b.id))]


async def opinion_counts(tx: Tx, risk_points: Collection[str]) -> dict[str, int]:
    """How many opinions there are on each of these; those without any are not in it."""
    counted = sa.select(_o.risk_point, sa.func.count().label("many"))
    theirs = counted.where(_o.tenant == tx.tenant, _o.risk_point.in_(sorted(risk_points)))
    return {row.risk_point: row.many for row in await tx.rows(theirs.group_by(_o.risk_point))}


async def objections(tx: Tx, risk_points: Collection[str]) -> dict[str, Objections]:
    """What was objected to each of these; those to which nothing was are not in it."""
    open_ones = sa.func.count().filter(_b.answer_time.is_(None)).label("unanswered")
    last = sa.func.max(_b.answer_time).label("last_answer")
    counted = sa.select(_b.risk_point, sa.func.count().label("raised"), open_ones, last)
    theirs = counted.where(_b.tenant == tx.tenant, _b.risk_point.in_(sorted(risk_points)))
    rows = await tx.rows(theirs.group_by(_b.risk_point))
    return {row.risk_point: Objections(row.raised, row.unanswered, row.last_answer) for row in rows}
