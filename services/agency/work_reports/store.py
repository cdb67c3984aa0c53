"""Tables and queries of work reports, and of what was called for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from services.agency.points.store import POINTS
from services.agency.tables import metadata
from services.agency.work_reports.domain import Mark, Report, ReportCall
from services.common.access import CENTRE
from services.common.columns import Of
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table

WORK_REPORTS = tenant_table(
    "work_reports",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("submit_time", instant(), nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("mark", Of(Mark)),
    sa.Column("marker", sa.Text),
    sa.Column("mark_time", instant()),
    sa.Column("sealed_text", sa.LargeBinary),
    sa.Column("sealed_remark", sa.LargeBinary),
    references("points", "point=unit"),
    key=("id",),
    app=("select", "insert", "update (version, mark, marker, mark_time, sealed_remark)"),
)

WORK_REPORT_CALLS = tenant_table(
    "work_report_calls",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("caller", sa.Text, nullable=False),
    key=("id",),
    app=("select", "insert", "update (version)"),
)

_r, _c = WORK_REPORTS.c, WORK_REPORT_CALLS.c
sa.Index("work_reports_period_key", _r.tenant, _r.point, _r.period, unique=True)
sa.Index("work_reports_submit_time_idx", _r.tenant, _r.submit_time, _r.id)

ROWS = Rows(WORK_REPORTS, Report, "工作汇报")
CALL_ROWS = Rows(WORK_REPORT_CALLS, ReportCall, "汇报通知")

Position = tuple[datetime, str]
CallPosition = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports a list holds; None and empty: whichever."""

    units: Collection[str] | None
    period: str
    unmarked: bool


async def page(tx: Tx, wanted: Wanted, descending: bool, after: Position | None, limit: int) -> list[Report]:
    """At most `limit` reports behind `after`, by when they came."""
    conditions = of_units(_r.point, wanted.units)
    if wanted.period:
        conditions.append(_r.period == wanted.period)
    if wanted.unmarked:
        conditions.append(_r.mark.is_(None))
    return await ROWS.page(tx, conditions, (_r.submit_time, _r.id), after, limit, descending=descending)


async def report_on(tx: Tx, point: str, period: str) -> Report | None:
    """The report of the point on the period."""
    return next(iter(await ROWS.find(tx, _r.point == point, _r.period == period)), None)


async def call_for(tx: Tx, period: str) -> ReportCall | None:
    return next(iter(await CALL_ROWS.find(tx, _c.period == period)), None)


async def calls(tx: Tx, after: CallPosition | None, limit: int) -> list[ReportCall]:
    """At most `limit` calls behind `after`, the latest last day first."""
    return await CALL_ROWS.page(tx, [], (_c.last_day, _c.id), after, limit, descending=True)


async def missing(tx: Tx, periods: Collection[str]) -> dict[str, list[str]]:
    """The units whose points have not reported on each of the periods: all but the town's centre, to which the others
    report, and those that are retired; in one query."""
    point, period = POINTS.c, sa.func.unnest(sa.literal(sorted(periods), sa.ARRAY(sa.Text))).column_valued("period")
    reported = sa.exists().where(_r.tenant == tx.tenant, _r.point == point.unit, _r.period == period)
    due = (point.tenant == tx.tenant, point.retired.is_(False), point.unit != f"{tx.tenant}.{CENTRE}")
    chosen = sa.select(period, point.unit).where(*due, ~reported)
    found: dict[str, list[str]] = {each: [] for each in periods}
    for row in await tx.rows(chosen.order_by(point.unit)):
        found[row[0]].append(row[1])
    return found
