"""Tables and queries of implementation plans, their stages and measures, and of what is recorded of these."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows
from services.common.schema import instant, references, tenant_table
from services.risk.groups.store import Conditions, of_groups
from services.risk.plans.domain import OPEN, Measure, Plan, Progress, Stage, State
from services.risk.tables import metadata

PLANS = tenant_table(
    "plans",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("risk_group", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("objectives", sa.Text, nullable=False),
    sa.Column("adopter", sa.Text, nullable=False),
    sa.Column("adopt_time", instant(), nullable=False),
    sa.Column("end_time", instant()),
    references("risk_groups", "risk_group=id"),
    key=("id",),
    app=("select", "insert", "update (version, end_time)"),
)

STAGES = tenant_table(
    "plan_stages",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    references("plans", "plan=id"),
    key=("id",),
    app=("select", "insert"),
)

MEASURES = tenant_table(
    "plan_measures",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("due_date", sa.Date, nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("percent", sa.SmallInteger, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    references("plans", "plan=id"),
    references("risk_group_members", "owner=id"),
    key=("id",),
    app=("select", "insert", "update (version, owner, state, percent, late)"),
)

PROGRESS = tenant_table(
    "plan_progress",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("measure", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("percent", sa.SmallInteger, nullable=False),
    sa.Column("sealed_note", sa.LargeBinary, nullable=False),
    sa.Column("recorder", sa.Text, nullable=False),
    sa.Column("record_time", instant(), nullable=False),
    references("plan_measures", "measure=id"),
    key=("id",),
    app=("select", "insert"),
)

_p, _s, _m, _r = PLANS.c, STAGES.c, MEASURES.c, PROGRESS.c
sa.Index("plans_number_key", _p.tenant, _p.risk_group, _p.number, unique=True)
sa.Index("plans_adopt_time_idx", _p.tenant, _p.adopt_time, _p.id)
sa.Index("plan_stages_number_key", _s.tenant, _s.plan, _s.number, unique=True)
sa.Index("plan_measures_number_key", _m.tenant, _m.plan, _m.stage, _m.number, unique=True)
sa.Index("plan_measures_due_date_idx", _m.tenant, _m.due_date, _m.id)
sa.Index("plan_progress_version_key", _r.tenant, _r.measure, _r.version, unique=True)

PLAN_ROWS = Rows(PLANS, Plan, "实施方案")
STAGE_ROWS = Rows(STAGES, Stage, "实施方案阶段")
MEASURE_ROWS = Rows(MEASURES, Measure, "工作措施")
PROGRESS_ROWS = Rows(PROGRESS, Progress, "工作措施进度")

PlanPlace = tuple[datetime, str]
MeasurePlace = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many measures a plan has."""

    all: int = 0
    done: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which measures a list holds; None, empty and false: whichever. Without a plan, those of plans in force."""

    plan: str
    owner: str
    state: State | None
    late: bool


async def in_force(tx: Tx, groups: Collection[str]) -> dict[str, Plan]:
    """The plans in force of these groups, by group."""
    found = await PLAN_ROWS.find(tx, _p.risk_group.in_(sorted(groups)), _p.end_time.is_(None))
    return {each.risk_group: each for each in found}


async def last_number(tx: Tx, group: str) -> int:
    """The number of the group's last plan; 0 before the first."""
    last = sa.select(sa.func.max(_p.number)).where(_p.tenant == tx.tenant, _p.risk_group == group)
    return await tx.scalar(last) or 0


async def page(
    tx: Tx, sight: Conditions, group: str, show_past: bool, after: PlanPlace | None, limit: int
) -> list[Plan]:
    """At most `limit` plans behind `after`, the latest first."""
    conditions = of_groups(_p.risk_group, tx.tenant, sight)
    if group:
        conditions.append(_p.risk_group == group)
    if not show_past:
        conditions.append(_p.end_time.is_(None))
    return await PLAN_ROWS.page(tx, conditions, (_p.adopt_time, _p.id), after, limit, descending=True)


async def stages_of(tx: Tx, plans: Collection[str]) -> list[Stage]:
    """The stages of these plans, by number."""
    return sorted(await STAGE_ROWS.find(tx, _s.plan.in_(sorted(plans))), key=lambda each: each.number)


async def measures_of(tx: Tx, plan: str) -> list[Measure]:
    """The measures of a plan, by stage and number."""
    return sorted(await MEASURE_ROWS.find(tx, _m.plan == plan), key=lambda each: (each.stage, each.number))


async def counts(tx: Tx, plans: Collection[str]) -> dict[str, Counts]:
    """How many measures these plans have; none for a plan without."""
    counted = (
        sa.select(
            _m.plan,
            sa.func.count().label("all"),
            sa.func.count().filter(_m.state == State.DONE).label("done"),
            sa.func.count().filter(_m.late).label("late"),
        )
        .where(_m.tenant == tx.tenant, _m.plan.in_(sorted(plans)))
        .group_by(_m.plan)
    )
    return {row.plan: Counts(row.all, row.done, row.late) for row in await tx.rows(counted)}


async def open_measures(tx: Tx, plan: str) -> list[Measure]:
    return await MEASURE_ROWS.find(tx, _m.plan == plan, _m.state.in_(OPEN))


async def measure_page(
    tx: Tx, sight: Conditions, wanted: Wanted, after: MeasurePlace | None, limit: int
) -> list[Measure]:
    """At most `limit` measures behind `after`, by their last day."""
    of_plans = of_groups(_p.risk_group, tx.tenant, sight)
    of_plans.append(_p.id == wanted.plan if wanted.plan else _p.end_time.is_(None))
    conditions: list[sa.ColumnElement[bool]] = [_m.plan.in_(sa.select(_p.id).where(_p.tenant == tx.tenant, *of_plans))]
    if wanted.owner:
        conditions.append(_m.owner == wanted.owner)
    if wanted.state is not None:
        conditions.append(_m.state == wanted.state)
    if wanted.late:
        conditions.append(_m.late)
    return await MEASURE_ROWS.page(tx, conditions, (_m.due_date, _m.id), after, limit)


async def progress_of(tx: Tx, measure: str) -> Sequence[Progress]:
    """What was recorded of a measure, the oldest first."""
    return sorted(await PROGRESS_ROWS.find(tx, _r.measure == measure), key=lambda each: each.version)
