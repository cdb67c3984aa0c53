"""Editions of assessments, with the series of their numbers; rewards and penalties, with their sealed texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from services.agency.assessments.domain import ConsequenceKind, SubjectKind
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.editions import Edition, edition_table
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table
from services.common.sealed_texts import SealedTexts
from services.common.series import next_in, series, take_next

ASSESSMENTS = edition_table("assessments", metadata)

ASSESSMENT_SERIES = series("assessment_series", metadata, sa.Column("year", sa.Integer, nullable=False))
NEXT_SERIAL = next_in(ASSESSMENT_SERIES)

CONSEQUENCES = tenant_table(
    "consequences",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("assessment", sa.Text, nullable=False),
    sa.Column("subject_kind", Of(SubjectKind), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("kind", Of(ConsequenceKind), nullable=False),
    sa.Column("decide_date", sa.Date, nullable=False),
    sa.Column("recorder", sa.Text, nullable=False),
    sa.Column("record_time", instant(), nullable=False),
    references("assessments", "assessment=id"),
    key=("id",),
    app=("select", "insert"),
)

TEXTS = SealedTexts.beside("consequence_texts", metadata, "consequence", "consequences")
"""Why, and who decided it: sealed under the consequence's own data key."""

ROWS = Rows(ASSESSMENTS, Edition, "考核", "assessments", "NO_ASSESSMENT")

_a, _c = ASSESSMENTS.c, CONSEQUENCES.c
sa.Index("consequences_record_time_idx", _c.tenant, _c.record_time, _c.id)


@dataclass(frozen=True, slots=True)
class Consequence:
    """A reward or a penalty, without its texts."""

    id: str
    assessment: str
    subject_kind: SubjectKind
    subject: str
    kind: ConsequenceKind
    decide_date: date
    recorder: str
    record_time: datetime


CONSEQUENCE_ROWS = Rows(CONSEQUENCES, Consequence, "奖惩")


async def next_serial(tx: Tx, year: int) -> int:
    """The next number of a year. Holds the series until the transaction ends: call it last."""
    return await take_next(tx, NEXT_SERIAL, year=year)


async def page(tx: Tx, period: str, descending: bool, after: tuple[datetime, str] | None, limit: int) -> list[Edition]:
    """At most `limit` editions behind `after`, by their publication; empty period: of any."""
    wanted = [_a.period == period] if period else []
    return await ROWS.page(tx, wanted, (_a.publish_time, _a.id), after, limit, descending=descending)
