"""Tables and queries of calendars: days that county and towns set, and the years that were imported in a county."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.access import county_of
from services.common.database import Tx
from services.common.schema import Row, instant, references, tenant_table
from services.common.workdays import Arrangement, Kind, Notice, SetDay
from services.gateway.calendar.domain import Published, level_of
from services.gateway.tables import metadata

CALENDARS = tenant_table(
    "calendars", metadata, sa.Column("revision", sa.BigInteger, nullable=False), app=("select", "insert", "update")
)
"""How often the calendar of each tenant has changed, by its own days or by those of its county and the nation."""

OWN_DAYS = tenant_table(
    "calendar_days",
    metadata,
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("working", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    key=("day",),
)
"""The days that the tenant itself has set. A county's count in its towns without standing in their rows."""

ARRANGEMENTS = tenant_table(
    "calendar_arrangements",
    metadata,
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("issued", sa.Date),
    sa.Column("import_time", instant(), nullable=False),
    key=("year",),
    app=("select", "insert", "update"),
)
"""The notices that were imported in a county; they count in its towns too."""

ARRANGED_DAYS = tenant_table(
    "calendar_arrangement_days",
    metadata,
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("working", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    references("calendar_arrangements", "year"),
    key=("year", "day"),
    app=("select", "insert", "delete"),
)
"""What each notice sets. A day of December may be set by two of them."""

_FIRST = postgresql.insert(CALENDARS).values(tenant=sa.bindparam("tenant"), revision=1)
NEXT_REVISION = _FIRST.on_conflict_do_update(
    index_elements=[CALENDARS.c.tenant], set_={"revision": CALENDARS.c.revision + 1}
).returning(CALENDARS.c.revision)


async def lock(tx: Tx) -> None:
    """Lets one change at a time into the calendars of a county and its towns, until the end of the transaction.

    What the county sets is told in each town. So a town that is being provisioned either finds it there, or is found
    by it; and no two changes give a tenant the same revision.
    """
    key = f"calendar {county_of(tx.tenant)}"
    await tx.rows(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(key))))


async def next_revision(tx: Tx) -> int:
    """Counts a change of the tenant's calendar."""
    ((revision,),) = await tx.rows(NEXT_REVISION, {"tenant": tx.tenant})
    return int(revision)


async def own_days(tx: Tx) -> list[SetDay]:
    """The days that the transaction's tenant has set, by date."""
    rows = await tx.rows(sa.select(OWN_DAYS).where(OWN_DAYS.c.tenant == tx.tenant).order_by(OWN_DAYS.c.day))
    return [_own_day(tx, row) for row in rows]


async def own_day(tx: Tx, day: date) -> SetDay | None:
    row = await tx.row(sa.select(OWN_DAYS).where(OWN_DAYS.c.tenant == tx.tenant, OWN_DAYS.c.day == day))
    return _own_day(tx, row) if row else None


def save_own_day(tx: Tx, day: SetDay) -> None:
    """PENDING: in the place of what the tenant had set for the day before."""
    tx.upsert(OWN_DAYS, ("day",), **_written(day))


def clear_own_day(tx: Tx, day: date) -> None:
    """PENDING."""
    tx.write(sa.delete(OWN_DAYS).where(OWN_DAYS.c.tenant == tx.tenant, OWN_DAYS.c.day == day))


async def imported(tx: Tx) -> list[Published]:
    """The arrangements that were imported in the transaction's tenant, by year."""
    notices = sa.select(ARRANGEMENTS).where(ARRANGEMENTS.c.tenant == tx.tenant).order_by(ARRANGEMENTS.c.year)
    arranged = sa.select(ARRANGED_DAYS).where(ARRANGED_DAYS.c.tenant == tx.tenant).order_by(ARRANGED_DAYS.c.day)
    found = await tx.rows(notices)
    days: dict[int, list[SetDay]] = {row.year: [] for row in found}
    for row in await tx.rows(arranged) if found else ():
        days[row.year].append(SetDay(row.day, _kind(row), row.reason))
    return [
        Published(Arrangement(Notice(row.year, row.number, row.issued), tuple(days[row.year])), row.import_time)
        for row in found
    ]


def save_arrangement(tx: Tx, arrangement: Arrangement, now: datetime) -> None:
    """PENDING: in the place of the one that was imported for the same year before."""
    notice = arrangement.notice
    tx.upsert(ARRANGEMENTS, ("year",), year=notice.year, number=notice.number, issued=notice.issued, import_time=now)
    tx.write(sa.delete(ARRANGED_DAYS).where(ARRANGED_DAYS.c.tenant == tx.tenant, ARRANGED_DAYS.c.year == notice.year))
    for day in arrangement.days:
        tx.insert(ARRANGED_DAYS, year=notice.year, **_written(day))


def _written(day: SetDay) -> dict[str, object]:
    return {"day": day.day, "working": day.kind is Kind.WORKING, "reason": day.reason}


def _own_day(tx: Tx, row: Row) -> SetDay:
    return SetDay(row.day, _kind(row), row.reason, level_of(tx.tenant))


def _kind(row: Row) -> Kind:
    return Kind.WORKING if row.working else Kind.OFF
