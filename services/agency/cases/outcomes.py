"""What became of decided cases, as assessments count it: written once with the outcome, and never changed.

Rows are narrow and carry all that a figure is counted by, so that a year of a town is counted without its cases.
"""

from __future__ import annotations

import sqlalchemy as sa

from services.agency.cases.domain.case import Case, Outcome
from services.agency.cases.domain.performance import done_at_first_visit, performance_of, performances_of_parts
from services.agency.cases.domain.states import OPEN
from services.agency.cases.store import CASES, cases_of
from services.agency.items.domain import Handling
from services.agency.points.domain import Tier
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.schema import references, tenant_table
from services.common.workdays import Calendar

CASE_OUTCOMES = tenant_table(
    "case_outcomes",
    metadata,
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("handling", Of(Handling), nullable=False),
    sa.Column("decide_date", sa.Date, nullable=False),
    sa.Column("outcome", Of(Outcome), nullable=False),
    sa.Column("promised_days", sa.Integer),
    sa.Column("used_days", sa.Integer),
    sa.Column("late", sa.Boolean),
    sa.Column("over_law", sa.Boolean),
    sa.Column("first_visit", sa.Boolean, nullable=False),
    sa.Column("repeated_notice", sa.Boolean, nullable=False),
    references("cases", "case=id"),
    key=("case",),
    app=("select", "insert"),
)
"""`owner` is who answered for it at the outcome. Days, and what follows from them, are NULL where none were counted."""

DEPARTMENT_OUTCOMES = tenant_table(
    "department_outcomes",
    metadata,
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("step", sa.SmallInteger, nullable=False),
    sa.Column("place", sa.SmallInteger, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("handling", Of(Handling), nullable=False),
    sa.Column("decide_date", sa.Date, nullable=False),
    sa.Column("outcome", Of(Outcome), nullable=False),
    sa.Column("promised_days", sa.Integer, nullable=False),
    sa.Column("used_days", sa.Integer, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("over_law", sa.Boolean, nullable=False),
    sa.Column("first_visit", sa.Boolean, nullable=False),
    sa.Column("repeated_notice", sa.Boolean, nullable=False),
    references("cases", "case=id"),
    key=("case", "step", "place"),
    app=("select", "insert"),
)
"""The parts of county departments: days are those at the department's own desk."""

_c, _o, _d = CASES.c, CASE_OUTCOMES.c, DEPARTMENT_OUTCOMES.c
sa.Index("case_outcomes_decide_date_idx", _o.tenant, _o.decide_date)
sa.Index("department_outcomes_decide_date_idx", _d.tenant, _d.decide_date)


def insert(tx: Tx, case: Case, calendar: Calendar) -> None:
    """PENDING: what became of a case that has just been decided."""
    performance = performance_of(case, calendar)
    of_case = {
        "case": case.id,
        "handling": case.handling,
        "decide_date": case.decide_date,
        "outcome": case.outcome,
        "first_visit": done_at_first_visit(case),
        "repeated_notice": case.breaks_one_notice,
    }
    tx.insert(
        CASE_OUTCOMES,
        **of_case,
        point=case.point,
        owner=case.owner,
        promised_days=performance and performance.promised_days,
        used_days=performance and performance.used_days,
        late=performance and performance.late,
        over_law=performance and performance.over_law,
    )
    for part, at_desk in performances_of_parts(case, calendar):
        if part.tier is Tier.COUNTY:
            tx.insert(
                DEPARTMENT_OUTCOMES,
                **of_case,
                step=part.step,
                place=part.place,
                department=part.desk,
                promised_days=at_desk.promised_days,
                used_days=at_desk.used_days,
                late=at_desk.late,
                over_law=at_desk.over_law,
            )


async def decided_without(tx: Tx, limit: int) -> list[Case]:
    """Some of the cases that a version decided which did not write this yet, locked."""
    known = sa.exists().where(_o.tenant == tx.tenant, _o.case == _c.id)
    unknown = sa.select(CASES).where(_c.tenant == tx.tenant, _c.state.not_in(sorted(OPEN)), sa.not_(known))
    return await cases_of(tx, await tx.rows(unknown.order_by(_c.id).limit(limit).with_for_update()))
