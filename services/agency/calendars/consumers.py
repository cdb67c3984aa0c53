"""What the gateway tells of calendars. They are copied in the order in which they were told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from minshao.gateway import v1 as gateway

from services.agency.calendars import store
from services.common import deadlines
from services.common.consumer import Handler
from services.common.database import Tx
from services.common.events import Event, event_type
from services.common.periods import in_words
from services.common.rpc.call import LONGEST_CALL
from services.common.understanding import day, known
from services.common.workdays import Arrangement, Kind, Level, Notice, SetDay

RECOUNT = "calendar.recount"
NOW, LATER = "now", "later"
"""Owners of the deadline: a tenant has one of each."""

KINDS = {gateway.CalendarDay.KIND_WORKING: Kind.WORKING, gateway.CalendarDay.KIND_OFF: Kind.OFF}


async def days_set(tx: Tx, event: Event, now: datetime) -> None:
    """Days that the county or the town has set, or has taken back."""
    told = cast(gateway.CalendarDaysSet, event.message)
    days = list(_days(told.days, level := Level(known(told, "level", "日历层级"))))
    cleared = [day(each, "日期") for each in told.cleared_dates]
    said = [f"{in_words(each.day)}{each.reason}{level.suffix}" for each in days]
    why = "、".join([*said, *(f"{in_words(each)}的安排取消{level.suffix}" for each in cleared)])
    if await _is_newer(tx, told.revision, why, now):
        store.clear_days(tx, level, cleared)
        store.save_days(tx, days)


async def arrangement_published(tx: Tx, event: Event, now: datetime) -> None:
    """A year of the State Council's."""
    told = cast(gateway.CalendarArrangementPublished, event.message)
    if await _is_newer(tx, told.revision, f"{told.year}年放假安排公布{told.notice_number}", now):
        issued = day(told.notice_date, "日期") if told.notice_date else None
        notice = Notice(told.year, told.notice_number, issued)
        store.save_arrangement(tx, Arrangement(notice, tuple(_days(told.days, Level.NATIONAL))))


HANDLERS: Mapping[str, Handler] = {
    event_type(gateway.CalendarDaysSet): days_set,
    event_type(gateway.CalendarArrangementPublished): arrangement_published,
}


async def _is_newer(tx: Tx, revision: int, why: str, now: datetime) -> bool:
    """Whether the change has not been copied yet; then it is the one up to which the calendar is copied, and what was
    promised is counted again: now, and once more when every call has ended that counted by the calendar before."""
    if revision <= await store.lock_revision(tx):
        return False
    store.save_revision(tx, revision, why)
    deadlines.schedule(tx, RECOUNT, NOW, now)
    deadlines.schedule(tx, RECOUNT, LATER, now + LONGEST_CALL)
    return True


def _days(told: Iterable[gateway.CalendarDaySetting], level: Level) -> Iterable[SetDay]:
    for each in told:
        yield SetDay(day(each.date, "日期"), KINDS[known(each, "kind", "日历安排")], each.reason, level)
