"""Tables and queries of inspections and of their findings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date

import sqlalchemy as sa

from services.agency.inspections.domain.finding import UNSETTLED, Finding, State
from services.agency.inspections.domain.inspection import Inspection, InspectorKind, Result, Verdict
from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.keyset import following
from services.common.rows import Rows, of_units
from services.common.schema import Row, instant, references, tenant_table
from services.common.sealed_texts import SealedTexts

INSPECTIONS = tenant_table(
    "inspections",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("inspector", sa.Text, nullable=False),
    sa.Column("kind", Of(InspectorKind), nullable=False),
    sa.Column("volunteer", sa.Text),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("standards", sa.Integer, nullable=False),
    sa.Column("grade", sa.SmallInteger, nullable=False),
    sa.Column("follows", sa.Text),
    sa.Column("create_time", instant(), nullable=False),
    references("points", "point=unit"),
    references("volunteers", "volunteer=id"),
    references("inspections", "follows=id"),
    key=("id",),
    app=("select", "insert"),
)
"""`standards` is a version of the county's, whose rows are not of the town."""

INSPECTION_RESULTS = tenant_table(
    "inspection_results",
    metadata,
    sa.Column("inspection", sa.Text, nullable=False),
    sa.Column("check", sa.Text, nullable=False),
    sa.Column("verdict", Of(Verdict), nullable=False),
    references("inspections", "inspection=id"),
    key=("inspection", "check"),
    app=("select", "insert"),
)

FINDINGS = tenant_table(
    "findings",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("inspection", sa.Text, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("state", Of(State), nullable=False),
    sa.Column("mend_by", sa.Date, nullable=False),
    sa.Column("reminded", sa.Boolean, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("mender", sa.Text),
    sa.Column("mend_time", instant()),
    sa.Column("confirmer", sa.Text),
    sa.Column("confirm_time", instant()),
    references("inspections", "inspection=id"),
    references("points", "point=unit"),
    key=("id",),
    app=(
        "select",
        "insert",
        "update (version, state, mend_by, reminded, late, mender, mend_time, confirmer, confirm_time)",
    ),
)

TEXTS = SealedTexts.beside("inspection_texts", metadata, "inspection", "inspections")
"""Notes to the results, what was found, what was done about it, and why that was not enough."""

_i, _r, _f = INSPECTIONS.c, INSPECTION_RESULTS.c, FINDINGS.c
sa.Index("inspections_date_idx", _i.tenant, _i.date, _i.id)
sa.Index("inspections_grade_idx", _i.tenant, _i.grade, _i.date, _i.id)
sa.Index("inspections_point_idx", _i.tenant, _i.point, _i.date, _i.id)
sa.Index("findings_inspection_idx", _f.tenant, _f.inspection)
sa.Index("findings_mend_by_idx", _f.tenant, _f.mend_by, _f.id)
sa.Index("findings_point_idx", _f.tenant, _f.point, _f.mend_by, _f.id)
sa.Index("findings_unreminded_idx", _f.tenant, _f.id, postgresql_where=sa.and_(_f.state == 1, _f.reminded.is_(False)))

_INSPECTION = tuple(field.name for field in fields(Inspection) if field.name != "results")

FINDING_ROWS = Rows(FINDINGS, Finding, "问题", "findings", "NO_FINDING")

Place = tuple[int, date, str]
"""Where an inspection stands in an order: the grade where it is by grade, then the day and the id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspections:
    """Which inspections a list holds, and in which order; None: no matter."""

    points: Collection[str] | None = None
    open_findings: bool = False
    overdue: date | None = None
    """Only those with a finding that is overdue on this day."""
    kind: InspectorKind | None = None
    by_grade: bool = False
    descending: bool = True

    def place(self, inspection: Inspection) -> Place:
        return (inspection.grade if self.by_grade else 0, inspection.date, inspection.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Which findings a list holds, and in which order; None: no matter."""

    points: Collection[str] | None = None
    inspection: str = ""
    state: State | None = None
    overdue: date | None = None
    """Only those that are overdue on this day."""
    descending: bool = False


def insert(tx: Tx, inspection: Inspection) -> None:
    """PENDING: a new inspection, with its results."""
    tx.insert(INSPECTIONS, **{name: getattr(inspection, name) for name in _INSPECTION})
    for result in inspection.results:
        tx.insert(INSPECTION_RESULTS, inspection=inspection.id, check=result.check, verdict=result.verdict)


async def load(tx: Tx, id: str) -> Inspection | None:
    """The inspection with this id, with its results by code."""
    row = await tx.row(sa.select(INSPECTIONS).where(_i.tenant == tx.tenant, _i.id == id))
    if row is None:
        return None
    results = sa.select(INSPECTION_RESULTS).where(_r.tenant == tx.tenant, _r.inspection == id).order_by(_r.check)
    return _inspection(row, tuple(Result(each.check, each.verdict) for each in await tx.rows(results)))


async def lock_unconfirmed_at(tx: Tx, point: str) -> list[Finding]:
    """The findings at a point that are to be mended or confirmed still, locked until the transaction ends."""
    return await FINDING_ROWS.lock_all(tx, _f.point == point, _f.state.in_(UNSETTLED))


async def lock_unconfirmed_of(tx: Tx, inspection: str) -> list[Finding]:
    """The same of an inspection: of those that are confirmed at once, one sees that it is the last."""
    return await FINDING_ROWS.lock_all(tx, _f.inspection == inspection, _f.state.in_(UNSETTLED))


async def findings_of(tx: Tx, inspection: str) -> list[Finding]:
    """All findings of an inspection, the nearest last day first."""
    theirs = sa.select(FINDINGS).where(_f.tenant == tx.tenant, _f.inspection == inspection)
    return await FINDING_ROWS.of(tx, theirs.order_by(_f.mend_by, _f.id))


async def open_counts(tx: Tx, inspections: Collection[str]) -> dict[str, int]:
    """How many findings are not confirmed as mended yet, by inspection; those without any are not in it."""
    number = sa.func.count().label("number")
    still = (_f.tenant == tx.tenant, _f.inspection.in_(sorted(inspections)), _f.state.in_(UNSETTLED))
    rows = await tx.rows(sa.select(_f.inspection, number).where(*still).group_by(_f.inspection))
    return {row.inspection: row.number for row in rows}


async def unreminded(tx: Tx) -> list[Finding]:
    """The open findings whose last day was not announced as near yet, locked."""
    return await FINDING_ROWS.lock_all(tx, _f.state == State.OPEN, _f.reminded.is_(False))


async def page(tx: Tx, wanted: Inspections, after: Place | None, limit: int) -> list[Inspection]:
    """At most `limit` inspections, without their results."""
    chosen = sa.select(INSPECTIONS).where(_i.tenant == tx.tenant)
    if wanted.points is not None:
        chosen = chosen.where(_i.point.in_(sorted(wanted.points)))
    if wanted.kind is not None:
        chosen = chosen.where(_i.kind == wanted.kind)
    own = (_f.tenant == tx.tenant, _f.inspection == _i.id)
    if wanted.open_findings:
        chosen = chosen.where(sa.exists().where(*own, _f.state.in_(UNSETTLED)))
    if wanted.overdue is not None:
        chosen = chosen.where(sa.exists().where(*own, *_overdue(wanted.overdue)))
    place = (_i.grade, _i.date, _i.id) if wanted.by_grade else (_i.date, _i.id)
    behind = after if after is None or wanted.by_grade else after[1:]
    rows = await tx.rows(following(chosen, place, behind, limit, descending=wanted.descending))
    return [_inspection(row) for row in rows]


async def page_of_findings(tx: Tx, wanted: Findings, after: tuple[date, str] | None, limit: int) -> Sequence[Finding]:
    """At most `limit` findings."""
    conditions = of_units(_f.point, wanted.points)
    if wanted.inspection:
        conditions.append(_f.inspection == wanted.inspection)
    if wanted.state is not None:
        conditions.append(_f.state == wanted.state)
    if wanted.overdue is not None:
        conditions.extend(_overdue(wanted.overdue))
    order = (_f.mend_by, _f.id)
    return await FINDING_ROWS.page(tx, conditions, order, after, limit, descending=wanted.descending)


def _overdue(day: date) -> tuple[sa.ColumnElement[bool], ...]:
    """`Finding.overdue` as SQL."""
    return _f.state == State.OPEN, _f.mend_by < day


def _inspection(row: Row, results: tuple[Result, ...] = ()) -> Inspection:
    return Inspection(**{name: getattr(row, name) for name in _INSPECTION}, results=results)
