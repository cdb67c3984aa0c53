"""Tables and queries of the boards. Both tables can be dropped and rebuilt from the feed at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.keyset import following
from services.common.schema import Row, instant, tenant_table
from services.gateway.board.domain import COUNTS, COUNTS_OF, Overdue
from services.gateway.board.projection import Place
from services.gateway.feed.domain import Level
from services.gateway.feed.store import MATTERS
from services.gateway.tables import metadata

OVERDUE = tenant_table(
    "overdue_matters",
    metadata,
    sa.Column("resource", sa.Text, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("town", sa.Text, nullable=False),
    sa.Column("cited", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("organ", sa.Text, nullable=False),
    sa.Column("level", sa.SmallInteger, nullable=False),
    sa.Column("due_time", instant(), nullable=False),
    sa.Column("overdue_time", instant(), nullable=False),
    sa.Column("escalated_to", sa.SmallInteger),
    sa.Column("as_whole", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("desks", postgresql.ARRAY(sa.Text, as_tuple=True), nullable=False, server_default="{}"),
    key=("resource",),
)

sa.Index("overdue_matters_due_idx", OVERDUE.c.tenant, OVERDUE.c.due_time, OVERDUE.c.resource)

DAILY = tenant_table(
    "daily_figures",
    metadata,
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("town", sa.Text, nullable=False),
    *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTS_OF["watch"]),
    *(
        sa.Column(name, sa.Integer, nullable=False, server_default="0")
        for name in (*COUNTS_OF["agency"], *COUNTS_OF["risk"])
    ),
    key=("day", "town"),
)


def _adding() -> sa.Insert:
    """Rows of figures to be added to those that are there. Made once: to put it together takes milliseconds."""
    arrays = [
        sa.bindparam("days", type_=postgresql.ARRAY(sa.Date)),
        sa.bindparam("towns", type_=postgresql.ARRAY(sa.Text)),
        *(sa.bindparam(f"{name}_given", type_=postgresql.ARRAY(sa.Integer)) for name in COUNTS),
    ]
    given = sa.func.unnest(*arrays).table_valued("day", "town", *COUNTS, name="given").render_derived()
    rows = sa.select(sa.bindparam("observer", type_=sa.Text), *given.c)
    adding = postgresql.insert(DAILY).from_select(["tenant", "day", "town", *COUNTS], rows)
    sums = {name: DAILY.c[name] + adding.excluded[name] for name in COUNTS}
    return adding.on_conflict_do_update(index_elements=["tenant", "day", "town"], set_=sums)


ADD = _adding()

SAME_MATTER = sa.and_(MATTERS.c.tenant == OVERDUE.c.tenant, MATTERS.c.matter == OVERDUE.c.resource)
WITH_MATTERS = OVERDUE.outerjoin(MATTERS, SAME_MATTER)
"""A case is kept from nobody in particular, and is no matter of the feed."""


async def overdue_among(tx: Tx, resources: Collection[str]) -> dict[str, Overdue]:
    """Those of the resources that stand on the board."""
    chosen = sa.select(OVERDUE).where(OVERDUE.c.tenant == tx.tenant, OVERDUE.c.resource.in_(sorted(resources)))
    return {row.resource: _overdue(row) for row in await tx.rows(chosen)}


def put(tx: Tx, matter: Overdue) -> None:
    """PENDING: the matter as it stands on the board from here on."""
    tx.upsert(OVERDUE, ("resource",), **asdict(matter))


def take_off(tx: Tx, resources: Collection[str]) -> None:
    """PENDING."""
    tx.write(sa.delete(OVERDUE).where(OVERDUE.c.tenant == tx.tenant, OVERDUE.c.resource.in_(sorted(resources))))


def add(tx: Tx, counts: Counter[Place]) -> None:
    """PENDING: adds to the figures."""
    if not counts:
        return
    rows = sorted({(day, town) for town, day, _ in counts})
    given = {f"{name}_given": [counts[town, day, name] for day, town in rows] for name in COUNTS}
    tx.write(
        ADD, {"observer": tx.tenant, "days": [day for day, _ in rows], "towns": [town for _, town in rows], **given}
    )


def clear(tx: Tx) -> None:
    """PENDING: takes everything off the boards."""
    for table in (OVERDUE, DAILY):
        tx.write(sa.delete(table).where(table.c.tenant == tx.tenant))


async def overdue(
    tx: Tx, conditions: Sequence[sa.ColumnElement[bool]], after: tuple[datetime, str] | None, limit: int
) -> tuple[list[Overdue], int]:
    """At most `limit` of the matters behind `after`, the longest overdue first; and how many there are in all."""
    mine = (OVERDUE.c.tenant == tx.tenant, *conditions)
    chosen = sa.select(OVERDUE).select_from(WITH_MATTERS).where(*mine)
    place = (OVERDUE.c.due_time, OVERDUE.c.resource)
    rows = await tx.rows(following(chosen, place, after, limit, descending=False))
    total = await tx.scalar(sa.select(sa.func.count()).select_from(WITH_MATTERS).where(*mine))
    return [_overdue(row) for row in rows], total or 0


def due_by(now: datetime) -> sa.ColumnElement[bool]:
    return OVERDUE.c.due_time <= now


def among(towns: Collection[str], services: Collection[str]) -> sa.ColumnElement[bool]:
    """What is empty does not narrow it."""
    asked = ((towns, OVERDUE.c.town), (services, OVERDUE.c.service))
    return sa.and_(sa.true(), *(column.in_(sorted(values)) for values, column in asked if values))


async def counts(tx: Tx, first: date, last: date, towns: Collection[str]) -> Counter[Place]:
    """The figures of a span of days, of these towns or of all."""
    chosen = sa.select(DAILY).where(DAILY.c.tenant == tx.tenant, DAILY.c.day.between(first, last))
    if towns:
        chosen = chosen.where(DAILY.c.town.in_(sorted(towns)))
    rows = await tx.rows(chosen)
    return Counter({(row.town, row.day, name): row._mapping[name] for row in rows for name in COUNTS})


def _overdue(row: Row) -> Overdue:
    known = {name: value for name, value in row._mapping.items() if name != "tenant"}
    told = None if row.escalated_to is None else Level(row.escalated_to)
    return Overdue(**{**known, "level": Level(row.level), "escalated_to": told})
