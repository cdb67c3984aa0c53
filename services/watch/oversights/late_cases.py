"""Table and queries of the cases that were late at each point, and which oversight they are behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.common.database import Tx
from services.common.schema import Row, instant, references, tenant_table
from services.watch.oversights.domain import Origin, Oversight
from services.watch.oversights.lateness import SPAN_DAYS, LateCase
from services.watch.oversights.store import OVERSIGHTS, ROWS
from services.watch.tables import metadata

LATE_CASES = tenant_table(
    "late_cases",
    metadata,
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("time", instant(), nullable=False),
    sa.Column("oversight", sa.Text),
    sa.Column("lifted", sa.Boolean, nullable=False, server_default=sa.false()),
    references("oversights", "oversight=id"),
    key=("unit", "case"),
    app=("select", "insert", "update"),
)

_l = LATE_CASES.c
sa.Index("late_cases_time_idx", _l.tenant, _l.unit, _l.time)
sa.Index("late_cases_oversight_idx", _l.tenant, _l.oversight, _l.time, postgresql_where=_l.oversight.is_not(None))

EARLIER = tenant_table(
    "earlier_late_cases",
    metadata,
    sa.Column("oversight", sa.Text, nullable=False),
    sa.Column("case", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("time", instant(), nullable=False),
    sa.Column("lifted", sa.Boolean, nullable=False),
    references("oversights", "oversight=id"),
    key=("oversight", "case"),
    app=("select", "insert"),
)
"""What was behind an oversight that was answered, of cases that were late anew since."""


def put(tx: Tx, late: LateCase, before: LateCase | None) -> None:
    """PENDING: a case that is late at the point, for the first time or anew. What it was `before` stays behind the
    oversight that it was behind."""
    if before and before.oversight not in (None, late.oversight):
        tx.insert(EARLIER, **asdict(before))
    tx.upsert(LATE_CASES, ("unit", "case"), **asdict(late))


def lift(tx: Tx, unit: str, case: str) -> None:
    """PENDING: the case was not late at the unit's point after all, if it was told so."""
    this = sa.update(LATE_CASES).where(_l.tenant == tx.tenant, _l.unit == unit, _l.case == case)
    tx.write(this.values(lifted=True))


def attach(tx: Tx, unit: str, cases: Collection[str], oversight: str) -> None:
    """PENDING: these cases of the unit are behind the oversight from here on."""
    these = sa.update(LATE_CASES).where(_l.tenant == tx.tenant, _l.unit == unit, _l.case.in_(sorted(cases)))
    tx.write(these.values(oversight=oversight))


async def last_of(tx: Tx, unit: str, case: str) -> LateCase | None:
    """How the case was late at the unit's point last, if it ever was."""
    row = await tx.row(sa.select(LATE_CASES).where(_l.tenant == tx.tenant, _l.unit == unit, _l.case == case))
    return _late_case(row) if row else None


async def latest_oversight(tx: Tx, unit: str) -> Oversight | None:
    """The last oversight that late cases brought over the unit's point, locked: an answer waits, or is seen."""
    o = OVERSIGHTS.c
    these = (o.tenant == tx.tenant, o.unit == unit, o.origin == Origin.EVENT, o.warning.is_(None))
    newest = sa.select(OVERSIGHTS).where(*these).order_by(o.create_time.desc(), o.id).limit(1)
    return next(iter(await ROWS.of(tx, newest.with_for_update())), None)


async def counting_beside(tx: Tx, late: LateCase, since: datetime | None) -> list[LateCase]:
    """The cases of its unit that may be within one span with this one: late after `since` and still, and behind no
    oversight."""
    span = timedelta(days=SPAN_DAYS)
    near = _l.time.between(late.time - span, late.time + span)
    counting = (near, _l.oversight.is_(None), ~_l.lifted)
    mine = sa.select(LATE_CASES).where(_l.tenant == tx.tenant, _l.unit == late.unit, *counting)
    if since is not None:
        mine = mine.where(_l.time > since)
    return [_late_case(row) for row in await tx.rows(mine)]


async def behind(tx: Tx, oversights: Iterable[str]) -> list[LateCase]:
    """The cases behind some oversights, in the order in which they were late, also those that were not after all."""
    if not (ids := sorted(oversights)):
        return []
    found = [
        _late_case(row)
        for table in (LATE_CASES, EARLIER)
        for row in await tx.rows(sa.select(table).where(table.c.tenant == tx.tenant, table.c.oversight.in_(ids)))
    ]
    return sorted(found, key=lambda each: (each.time, each.case))


def _late_case(row: Row) -> LateCase:
    return LateCase(**{name: value for name, value in row._mapping.items() if name != "tenant"})
