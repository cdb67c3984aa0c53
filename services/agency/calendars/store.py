"""The copy of each tenant's calendar: what county and town have set, and the years that were imported."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache

import sqlalchemy as sa

from services.agency.tables import metadata
from services.common.columns import Of
from services.common.database import Tx
from services.common.schema import tenant_table
from services.common.workdays import Arrangement, Calendar, Kind, Level, SetDay, calendar_of, read_arrangement
from services.common.workdays.publication import write_arrangement

CALENDARS = tenant_table(
    "calendars", metadata, sa.Column("revision", sa.BigInteger, nullable=False), app=("select", "insert", "update")
)
"""How far each tenant's calendar is copied. A tenant without a row has the calendar that the product comes with."""

CALENDAR_DAYS = tenant_table(
    "calendar_days",
    metadata,
    sa.Column("level", Of(Level), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("working", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    key=("level", "day"),
    app=("select", "insert", "update", "delete"),
)

CALENDAR_ARRANGEMENTS = tenant_table(
    "calendar_arrangements",
    metadata,
    sa.Column("year", sa.SmallInteger, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    key=("year",),
    app=("select", "insert", "update"),
)
"""Each imported year as the file that says it (`services.common.workdays.publication`)."""

CALENDAR_CHANGES = tenant_table(
    "calendar_changes",
    metadata,
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    key=("revision",),
    app=("select", "insert"),
)
"""What changed with each revision, as whoever was promised a date may read it."""

_calendar, _day, _year = CALENDARS.c, CALENDAR_DAYS.c, CALENDAR_ARRANGEMENTS.c
_change = CALENDAR_CHANGES.c

MOST_REASONS = 5
"""So many changes are named in one entry; the newest ones."""

REVISION = sa.select(_calendar.revision).where(_calendar.tenant == sa.bindparam("this_tenant"))
"""Made once: every case that is accepted asks for it."""


async def revision(tx: Tx) -> int:
    """How often the tenant's calendar has changed; 0 as long as it is the one that the product comes with."""
    return await tx.scalar(REVISION, {"this_tenant": tx.tenant}) or 0


async def lock_revision(tx: Tx) -> int:
    """The same, with the calendar locked until the transaction ends."""
    return await tx.scalar(REVISION.with_for_update(), {"this_tenant": tx.tenant}) or 0


def save_revision(tx: Tx, revision: int, why: str) -> None:
    """PENDING: how far the calendar is copied, and what changed with it."""
    tx.upsert(CALENDARS, (), revision=revision)
    tx.insert(CALENDAR_CHANGES, revision=revision, why=why)


async def changes_after(tx: Tx, revision: int) -> list[tuple[int, str]]:
    """The revisions behind this one, each with what changed, in their order."""
    later = sa.select(CALENDAR_CHANGES).where(_change.tenant == tx.tenant, _change.revision > revision)
    return [(row.revision, row.why) for row in await tx.rows(later.order_by(_change.revision))]


def why_since(changes: Iterable[tuple[int, str]], revision: int) -> str:
    """Why what was counted by this revision may have moved: the newest changes behind it, in words."""
    return "；".join([said for at, said in changes if at > revision][-MOST_REASONS:])


def save_days(tx: Tx, days: Iterable[SetDay]) -> None:
    """PENDING: days that were set, each in the place of what its level had set for it before."""
    for each in days:
        working = each.kind is Kind.WORKING
        tx.upsert(CALENDAR_DAYS, ("level", "day"), level=each.level, day=each.day, working=working, reason=each.reason)


def clear_days(tx: Tx, level: Level, days: Collection[date]) -> None:
    """PENDING: what a level does not set any more."""
    if days:
        these = sa.and_(_day.tenant == tx.tenant, _day.level == level, _day.day.in_(sorted(days)))
        tx.write(sa.delete(CALENDAR_DAYS).where(these))


def save_arrangement(tx: Tx, arrangement: Arrangement) -> None:
    """PENDING: a year that was imported, in the place of an earlier import of it."""
    file = write_arrangement(arrangement)
    tx.upsert(CALENDAR_ARRANGEMENTS, ("year",), year=arrangement.notice.year, file=file)


async def load(tx: Tx) -> Calendar:
    """The calendar of the tenant, made of what is copied."""
    days = await tx.rows(sa.select(CALENDAR_DAYS).where(_day.tenant == tx.tenant).order_by(_day.day, _day.level))
    years = await tx.rows(sa.select(_year.file).where(_year.tenant == tx.tenant).order_by(_year.year))
    own = tuple(SetDay(row.day, Kind.WORKING if row.working else Kind.OFF, row.reason, row.level) for row in days)
    return _made_of(tuple(row.file for row in years), own)


@lru_cache(maxsize=512)
def _made_of(files: tuple[str, ...], own: tuple[SetDay, ...]) -> Calendar:
    """Towns that have set nothing of their own share one."""
    return calendar_of(map(read_arrangement, files), own)
