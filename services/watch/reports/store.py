"""Tables and queries of reports. A row holds what `domain.report.Report` does, column by field; texts lie beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.columns import Of
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.keyset import following
from services.common.schema import Row, instant, tenant_table
from services.common.sealed_texts import SealedTexts
from services.common.series import next_in, series, take_next
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.states import OPEN, State
from services.watch.reports.domain.terms import (
    Channel,
    Class,
    Finding,
    Kind,
    Level,
    Matter,
    Mode,
    Satisfaction,
)
from services.watch.tables import metadata

REPORTS = tenant_table(
    "reports",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("register", sa.Text, nullable=False),
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("serial", sa.Integer, nullable=False),
    sa.Column("kind", Of(Kind), nullable=False),
    sa.Column("matter", Of(Matter), nullable=False),
    sa.Column("channel", Of(Channel), nullable=False),
    sa.Column("mode", Of(Mode), nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("brought_by", sa.Text),
    sa.Column("box_opening", sa.Text),
    sa.Column("meeting", sa.Text),
    sa.Column("oral_to", sa.Text),
    sa.Column("origin", sa.Text),
    sa.Column("subject_cadre", sa.Text),
    sa.Column("subject_unit", sa.Text),
    sa.Column("leads_unit", sa.Boolean, nullable=False),
    sa.Column("leads_town", sa.Boolean, nullable=False),
    sa.Column("leadership_meant", sa.Boolean, nullable=False),
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("floor", Of(Level), nullable=False),
    sa.Column("organ", sa.Text, nullable=False),
    sa.Column("officer", sa.Text),
    sa.Column("conflicted", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("classification", Of(Class), nullable=False),
    sa.Column("proposed_classification", Of(Class), nullable=False),
    sa.Column("proposal_reasons", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False),
    sa.Column("receive_time", instant(), nullable=False),
    sa.Column("register_time", instant(), nullable=False),
    sa.Column("period", sa.SmallInteger, nullable=False),
    sa.Column("period_start", instant(), nullable=False),
    sa.Column("first_due_time", instant(), nullable=False),
    sa.Column("due_time", instant(), nullable=False),
    sa.Column("overdue_time", instant()),
    sa.Column("announced_period", sa.SmallInteger, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("escalated_level", Of(Level)),
    sa.Column("under_oversight", sa.Boolean, nullable=False),
    sa.Column("more_days", sa.SmallInteger),
    sa.Column("more_requester", sa.Text),
    sa.Column("more_request_time", instant()),
    sa.Column("more_granted", sa.Boolean),
    sa.Column("more_decider", sa.Text),
    sa.Column("more_decide_time", instant()),
    sa.Column("finding", Of(Finding)),
    sa.Column("answerer", sa.Text),
    sa.Column("answer_time", instant()),
    sa.Column("first_answer_time", instant()),
    sa.Column("satisfaction", Of(Satisfaction), nullable=False),
    sa.Column("reopened", sa.Boolean, nullable=False),
    sa.Column("teller", sa.Text),
    sa.Column("tell_manner", sa.Text),
    sa.Column("tell_time", instant()),
    sa.Column("close_time", instant()),
    sa.Column("publish_time", instant()),
    sa.Column("published_title", sa.Text),
    sa.Column("published_answer", sa.Text),
    key=("id",),
    app=("select", "insert", "update"),
)
"""No row is ever deleted: the register has no gaps."""

_r = REPORTS.c
_open = _r.state.in_(sorted(OPEN))
sa.Index("reports_number_key", _r.tenant, _r.register, _r.year, _r.serial, unique=True)
sa.Index("reports_origin_key", _r.tenant, _r.origin, unique=True, postgresql_where=_r.origin.is_not(None))
sa.Index("reports_newest_idx", _r.tenant, _r.register_time.desc(), _r.id.desc())
sa.Index("reports_due_idx", _r.tenant, _r.due_time, _r.id, postgresql_where=_open)
sa.Index("reports_unit_idx", _r.tenant, _r.unit, _r.register_time.desc(), _r.id.desc())
sa.Index("reports_organ_idx", _r.tenant, _r.organ, _r.register_time.desc(), _r.id.desc())
sa.Index("reports_subject_idx", _r.tenant, _r.subject_cadre, _r.register_time)
sa.Index("reports_officer_idx", _r.tenant, _r.officer, postgresql_where=_open)
sa.Index(
    "reports_published_idx",
    _r.tenant,
    _r.publish_time.desc(),
    _r.id.desc(),
    postgresql_where=_r.publish_time.is_not(None),
)

REGISTER_SERIES = series("register_series", metadata, sa.Column("year", sa.SmallInteger, nullable=False))
"""The last number of each year's register."""

NEXT_SERIAL = next_in(REGISTER_SERIES)

TEXTS = SealedTexts.beside("report_texts", metadata, "report", "reports")
"""What was told, by whom, reasons, answers, messages: each sealed apart. Shredding destroys their key."""

REPORT_TEXTS = TEXTS.table

_FIELDS = tuple(field.name for field in fields(Report))

# Statements that are made once: to build one takes as long as to send it.
THIS = (_r.tenant == sa.bindparam("this_tenant"), _r.id == sa.bindparam("this_id"))
LOAD = sa.select(REPORTS).where(*THIS)
LOCK = LOAD.with_for_update()


def insert(tx: Tx, report: Report) -> None:
    """A new report, as a pending write."""
    tx.insert(REPORTS, **{name: getattr(report, name) for name in _FIELDS if name != "tenant"})


def save(tx: Tx, before: Report, after: Report) -> None:
    """What changed between the two, as a pending write. The row is locked since `lock`."""
    changed = {name: getattr(after, name) for name in _FIELDS if getattr(after, name) != getattr(before, name)}
    new = {f"new_{name}": value for name, value in changed.items()}
    tx.write(_update(tuple(changed)), {**_this(tx, after.id), **new})


async def load(tx: Tx, id: str) -> Report:
    """The report with this id, whoever looks. Raises NotFound."""
    return _found(await tx.row(LOAD, _this(tx, id)))


async def lock(tx: Tx, id: str) -> Report:
    """The same, with its row locked until the transaction ends: moves of one report wait for each other."""
    return _found(await tx.row(LOCK, _this(tx, id)))


async def made_from(tx: Tx, origin: str) -> bool:
    """Whether the system has made a report from it."""
    return await tx.row(sa.select(_r.id).where(_r.tenant == tx.tenant, _r.origin == origin)) is not None


async def lock_made_from(tx: Tx, origin: str) -> Report | None:
    """The report that the system made from it, locked."""
    made = sa.select(REPORTS).where(_r.tenant == tx.tenant, _r.origin == origin)
    return next(iter(reports(await tx.rows(made.with_for_update()))), None)


async def next_serial(tx: Tx, year: int) -> int:
    """The next number of the tenant's register of a year. Holds the series until the transaction ends: call it last."""
    return await take_next(tx, NEXT_SERIAL, year=year)


async def open_of_officers(tx: Tx, officers: Collection[str]) -> list[Report]:
    """The open reports of some officers, locked, oldest first."""
    return await _locked(tx, _open, _r.officer.in_(sorted(officers))) if officers else []


async def open_in_units(tx: Tx, units: Collection[str]) -> list[Report]:
    """The open reports that some units handle, locked, oldest first."""
    return await _locked(tx, _open, _r.level == Level.UNIT, _r.organ.in_(sorted(units))) if units else []


async def unsettled_about(tx: Tx, cadres: Collection[str]) -> list[Report]:
    """The reports about some cadres that are open, or can be opened again, locked, oldest first."""
    unsettled = _r.state.in_(sorted(OPEN | {State.ANSWERED}))
    return await _locked(tx, unsettled, _r.subject_cadre.in_(sorted(cadres))) if cadres else []


async def unassigned_with_recusals(tx: Tx) -> list[Report]:
    """The open reports below the county that have no officer, and somebody who may not become it; locked."""
    recusals = sa.or_(_r.subject_cadre.is_not(None), sa.func.cardinality(_r.conflicted) > 0)
    return await _locked(tx, _open, _r.officer.is_(None), _r.level < Level.COUNTY, recusals)


async def count_about(tx: Tx, cadre: str, since: datetime) -> int:
    """How many reports about a cadre were registered since then."""
    found = sa.select(sa.func.count()).where(
        _r.tenant == tx.tenant, _r.subject_cadre == cadre, _r.register_time >= since
    )
    return await tx.scalar(found) or 0


def select_page(
    conditions: Iterable[sa.ColumnElement[bool]],
    order: sa.Column[object],
    descending: bool,
    after: tuple[object, str] | None,
    size: int,
) -> sa.Select[*tuple[object, ...]]:
    """One page in the order of a column and, within it, of the ids; from behind the row `after` on."""
    return following(sa.select(REPORTS).where(*conditions), (order, _r.id), after, size, descending=descending)


def reports(rows: Iterable[Row]) -> list[Report]:
    return [_report(row) for row in rows]


async def _locked(tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[Report]:
    chosen = sa.select(REPORTS).where(_r.tenant == tx.tenant, *conditions)
    return reports(await tx.rows(chosen.order_by(_r.register_time, _r.id).with_for_update()))


def _this(tx: Tx, id: str) -> dict[str, object]:
    return {"this_tenant": tx.tenant, "this_id": id}


@cache
def _update(columns: tuple[str, ...]) -> sa.Update:
    """The statement that changes these columns of one report. Each move has its own few, so there are not many."""
    values = {name: sa.bindparam(f"new_{name}", type_=_r[name].type) for name in columns}
    return sa.update(REPORTS).where(*THIS).values(values)


def _found(row: Row | None) -> Report:
    if row is None:
        raise NotFound("反映")
    return _report(row)


def _report(row: Row) -> Report:
    return Report(**dict(row._mapping))
