"""Tables and queries of conduct appraisals."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.agency.appraisals.domain import Appraisal, Count, Forms, Participants, State
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table

APPRAISALS = tenant_table(
    "appraisals",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("points", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("opener", sa.Text, nullable=False),
    sa.Column("open_time", instant(), nullable=False),
    sa.Column("close_time", instant()),
    key=("id",),
    app=("select", "insert", "update (version, state, close_time)"),
)

APPRAISAL_FORMS = tenant_table(
    "appraisal_forms",
    metadata,
    sa.Column("appraisal", sa.Text, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("participants", Of(Participants), nullable=False),
    sa.Column("satisfied", sa.Integer, nullable=False),
    sa.Column("fair", sa.Integer, nullable=False),
    sa.Column("dissatisfied", sa.Integer, nullable=False),
    references("appraisals", "appraisal=id"),
    references("points", "point=unit"),
    key=("appraisal", "point", "participants"),
    app=("select", "insert", "update"),
)

_a, _f = APPRAISALS.c, APPRAISAL_FORMS.c
sa.Index("appraisals_date_idx", _a.tenant, _a.date, _a.id)

ROWS = Rows(APPRAISALS, Appraisal, "行风评议")

Position = tuple[date, str]


def put_forms(tx: Tx, appraisal: str, forms: Forms) -> None:
    """PENDING: a count, in the place of an earlier one."""
    tx.upsert(
        APPRAISAL_FORMS,
        ("appraisal", "point", "participants"),
        appraisal=appraisal,
        point=forms.point,
        participants=forms.participants,
        satisfied=forms.count.satisfied,
        fair=forms.count.fair,
        dissatisfied=forms.count.dissatisfied,
    )


async def forms_of(tx: Tx, appraisal: str) -> list[Forms]:
    """The counts of a round, by point and participants."""
    rows = await tx.rows(
        sa.select(APPRAISAL_FORMS)
        .where(_f.tenant == tx.tenant, _f.appraisal == appraisal)
        .order_by(_f.point, _f.participants)
    )
    return [Forms(row.point, row.participants, Count(row.satisfied, row.fair, row.dissatisfied)) for row in rows]


async def page(
    tx: Tx, units: Collection[str] | None, state: State | None, descending: bool, after: Position | None, limit: int
) -> list[Appraisal]:
    """At most `limit` rounds over one of the units' points (None: all) behind `after`, by their day."""
    conditions = [] if state is None else [_a.state == state]
    if units is not None:
        conditions.append(_a.points.overlap(sorted(units)))
    return await ROWS.page(tx, conditions, (_a.date, _a.id), after, limit, descending=descending)
