"""Editions of risk reviews, and what people wrote to them, sealed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.common.database import Tx
from services.common.editions import Edition, edition_table
from services.common.rows import Rows, of_units
from services.common.sealed_texts import SealedTexts
from services.risk.tables import metadata

REVIEWS = edition_table(
    "risk_reviews",
    metadata,
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("edition", sa.Integer, nullable=False),
)
"""`unit` is empty for a review of the whole tenant."""

_r = REVIEWS.c
sa.Index("risk_reviews_edition_key", _r.tenant, _r.unit, _r.period, _r.edition, unique=True)

TEXTS = SealedTexts.beside("risk_review_texts", metadata, "risk_review", "risk_reviews")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Edition):
    """A risk review: its figures are the content."""

    unit: str
    """Code of the unit; empty for the whole tenant."""
    edition: int
    """Which one of its unit and period it is."""


ROWS = Rows(REVIEWS, Review, "防控管理报告")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reviews a list holds; None and empty: whichever."""

    units: Collection[str] | None
    """An empty code among them stands for those of the whole tenant."""
    period: str


async def page(
    tx: Tx, wanted: Wanted, descending: bool, after: tuple[datetime, str] | None, limit: int
) -> list[Review]:
    """At most `limit` reviews behind `after`, by their publication."""
    conditions = of_units(_r.unit, wanted.units)
    if wanted.period:
        conditions.append(_r.period == wanted.period)
    return await ROWS.page(tx, conditions, (_r.publish_time, _r.id), after, limit, descending=descending)


async def next_edition(tx: Tx, unit: str, period: str) -> int:
    """The number of the next edition. Call it when the series of numbers is held."""
    same = (_r.tenant == tx.tenant, _r.unit == unit, _r.period == period)
    return (await tx.scalar(sa.select(sa.func.max(_r.edition)).where(*same)) or 0) + 1
