"""Table and queries of trainings: they are recorded and read, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.agency.tables import metadata
from services.agency.training.domain import Training
from services.common.database import Tx
from services.common.rows import Rows
from services.common.schema import instant, tenant_table

TRAININGS = tenant_table(
    "trainings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("attendees", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("guest_count", sa.Integer, nullable=False),
    sa.Column("recorder", sa.Text, nullable=False),
    sa.Column("record_time", instant(), nullable=False),
    sa.Column("sealed_guests", sa.LargeBinary),
    key=("id",),
    app=("select", "insert"),
)

_t = TRAININGS.c
sa.Index("trainings_date_idx", _t.tenant, _t.date, _t.id)

ROWS = Rows(TRAININGS, Training, "培训")

Position = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which trainings a list holds; None and empty: whichever."""

    attendee: str
    first_day: date | None
    last_day: date | None


async def page(tx: Tx, wanted: Wanted, descending: bool, after: Position | None, limit: int) -> list[Training]:
    """At most `limit` trainings behind `after`, by their day."""
    return await ROWS.page(tx, _conditions(wanted), (_t.date, _t.id), after, limit, descending=descending)


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.attendee:
        yield _t.attendees.contains([wanted.attendee])
    if wanted.first_day is not None:
        yield _t.date >= wanted.first_day
    if wanted.last_day is not None:
        yield _t.date <= wanted.last_day
