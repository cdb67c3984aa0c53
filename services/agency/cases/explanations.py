"""Why a promised date was what it was, day by day, as it stood at the outcome: written once with it, so that a decided
case explains itself for ever, whatever becomes of the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.agency.cases.domain.case import Case
from services.agency.cases.domain.clocks import CaseClock
from services.agency.tables import metadata
from services.common.database import Tx
from services.common.schema import references, tenant_table
from services.common.workdays import Calendar

EXPLANATIONS = tenant_table(
    "case_explanations",
    metadata,
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("working_days", sa.Integer, nullable=False),
    sa.Column("days", postgresql.ARRAY(sa.Date, as_tuple=True), nullable=False),
    sa.Column("counted", postgresql.ARRAY(sa.Boolean, as_tuple=True), nullable=False),
    sa.Column("texts", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    references("cases", "case=id"),
    key=("case",),
    app=("select", "insert"),
)
"""The last three are side by side: one of each for a day."""

_e = EXPLANATIONS.c


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """One day of a promise, with the year where it begins and wherever it changes."""

    on: date
    counted: bool
    text: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A promise day by day."""

    working_days: int
    promised_date: date | None
    provisional: bool
    days: tuple[ExplainedDay, ...]


def explained_by(clock: CaseClock, calendar: Calendar) -> Explained:
    """The promise by a calendar."""
    found = clock.explain(calendar)
    days = tuple(
        ExplainedDay(each.day, each.counted, line) for each, line in zip(found.days, found.lines(), strict=False)
    )
    return Explained(
        found.working_days, found.due.last_day if found.due else None, bool(found.due and found.due.provisional), days
    )


def insert(tx: Tx, case: Case, calendar: Calendar) -> None:
    """PENDING: the promise of a case that has just been decided; nothing where none was made."""
    if case.clock is None:
        return
    explained = explained_by(case.clock, calendar)
    tx.insert(
        EXPLANATIONS,
        case=case.id,
        working_days=explained.working_days,
        days=tuple(day.on for day in explained.days),
        counted=tuple(day.counted for day in explained.days),
        texts=tuple(day.text for day in explained.days),
    )


async def load(tx: Tx, case: Case) -> Explained | None:
    """The promise of a decided case, as it stood; None where the version before decided it."""
    row = await tx.row(sa.select(EXPLANATIONS).where(_e.tenant == tx.tenant, _e.case == case.id))
    if row is None:
        return None
    days = tuple(ExplainedDay(*each) for each in zip(row.days, row.counted, row.texts, strict=True))
    return Explained(row.working_days, case.promised_date, False, days)
