"""Lists of reports: what the viewer sees, filtered, in order, page by page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.common.database import Tx
from services.watch.reports import store
from services.watch.reports.acting import Acting
from services.watch.reports.domain.recusal import Viewer, reads_text
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.states import OPEN, State
from services.watch.reports.domain.terms import Channel, Class, Kind, Level, Matter
from services.watch.reports.store import REPORTS
from services.watch.reports.visibility import visible

COUNTED = 1000
"""Lists say how many there are up to this many: counting a register to its end would cost more than its page."""

_r = REPORTS.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Conditions of a list, joined by *and*; what is not given does not narrow it."""

    states: Sequence[State] = ()
    unit: str | None = None
    organ: str | None = None
    kind: Kind | None = None
    classification: Class | None = None
    matter: Matter | None = None
    channel: Channel | None = None
    number: str | None = None
    officer: str | None = None
    """Account of the officer who handles it."""
    unassigned: bool = False
    """Only those that wait for an officer to be named."""
    overdue: bool = False
    open: bool = False
    waiting: bool = False
    """Only those that wait for the viewer's own level."""
    registered_from: datetime | None = None
    registered_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """`register_time` or `due_time`, and which end comes first."""

    by: str = "register_time"
    descending: bool = True

    @staticmethod
    def read(order_by: str) -> Order:
        """The order that the contract writes as `due_time` or `due_time desc`; newest first where it is empty."""
        column, _, direction = (order_by or "register_time desc").partition(" ")
        return Order(column, direction == "desc")

    def key(self, report: Report) -> datetime:
        return report.due_time if self.by == "due_time" else report.register_time


async def list_reports(
    acting: Acting, wanted: Filter, order: Order, after: tuple[datetime, str] | None, limit: int
) -> tuple[list[Report], int]:
    """At most `limit` reports behind `after`, and how many there are in all, counted up to `COUNTED`."""
    tx, viewer = acting.tx, acting.viewer
    conditions = [_r.tenant == tx.tenant, visible(viewer), *_conditions(wanted, viewer, acting.now)]
    page = store.select_page(conditions, _r[order.by], order.descending, after, limit)
    found = store.reports(await tx.rows(page))
    if after is None and len(found) < limit:
        return found, len(found)
    some = sa.select(sa.literal(1)).where(*conditions).limit(COUNTED).subquery()
    return found, await tx.scalar(sa.select(sa.func.count()).select_from(some)) or 0


async def read_among(tx: Tx, viewer: Viewer, reports: Collection[str]) -> set[str]:
    """Those of the reports, by their ids, whose text the viewer may read."""
    if not reports:
        return set()
    wanted = sa.select(REPORTS).where(_r.tenant == tx.tenant, _r.id.in_(sorted(reports)), visible(viewer))
    return {report.id for report in store.reports(await tx.rows(wanted)) if reads_text(report, viewer)}


async def list_published(tx: Tx, unit: str, after: tuple[datetime, str] | None, limit: int) -> list[Report]:
    """Opinions whose answer was published, newest first; of one unit's post where it is given."""
    conditions = [_r.tenant == tx.tenant, _r.publish_time.is_not(None)]
    if unit:
        conditions.append(_r.unit == unit)
    return store.reports(await tx.rows(store.select_page(conditions, _r.publish_time, True, after, limit)))


def _conditions(wanted: Filter, viewer: Viewer, now: datetime) -> Iterator[sa.ColumnElement[bool]]:
    equal = {
        _r.unit: wanted.unit,
        _r.organ: wanted.organ,
        _r.kind: wanted.kind,
        _r.classification: wanted.classification,
        _r.matter: wanted.matter,
        _r.channel: wanted.channel,
        _r.number: wanted.number,
        _r.officer: wanted.officer,
    }
    yield from (column == value for column, value in equal.items() if value)
    if wanted.states:
        yield _r.state.in_(sorted(wanted.states))
    if wanted.open or wanted.overdue or wanted.waiting or wanted.unassigned:
        yield _r.state.in_(sorted(OPEN))
    if wanted.unassigned:
        yield _r.officer.is_(None)
    if wanted.overdue:
        yield _r.due_time <= now
    if wanted.waiting:
        yield waiting_for(viewer)
    if wanted.registered_from:
        yield _r.register_time >= wanted.registered_from
    if wanted.registered_before:
        yield _r.register_time < wanted.registered_before


def waiting_for(viewer: Viewer) -> sa.ColumnElement[bool]:
    """What waits for the viewer's own level: an officer to be named, more time to be decided, an oversight to be
    answered, an escalation to be looked at. Stands in for the inbox 待办."""
    level = Level.COUNTY if viewer.county else Level.TOWN if viewer.town else Level.UNIT
    decided_here = [each for each in Level if each.above is level]
    return sa.or_(
        sa.and_(_r.level == level, sa.or_(_r.officer.is_(None), _r.under_oversight)),
        sa.and_(_r.more_days.is_not(None), _r.more_granted.is_(None), _r.level.in_(decided_here)),
        _r.escalated_level == level,
    )
