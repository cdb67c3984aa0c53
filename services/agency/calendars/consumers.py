"""What the gateway tells of calendars. They are copied in the order in which they were told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import cast

from minshao.gateway import v1 as gateway

from services.agency.calendars import store
from services.common.consumer import Handler
from services.common.database import Tx
from services.common.events import Event, event_type
from services.common.workdays import Arrangement, Kind, Level, Notice, SetDay

KINDS = {gateway.CalendarDay.KIND_WORKING: Kind.WORKING, gateway.CalendarDay.KIND_OFF: Kind.OFF}


async def days_set(tx: Tx, event: Event, _now: datetime) -> None:
    """Days that the county or the town has set, or has taken back."""
    told = cast(gateway.CalendarDaysSet, event.message)
    if await _is_newer(tx, told.revision):
        level = Level(told.level)
        store.clear_days(tx, level, [date.fromisoformat(each) for each in told.cleared_dates])
        store.save_days(tx, _days(told.days, level))


async def arrangement_published(tx: Tx, event: Event, _now: datetime) -> None:
    """A year of the State Council's."""
    told = cast(gateway.CalendarArrangementPublished, event.message)
    if await _is_newer(tx, told.revision):
        issued = date.fromisoformat(told.notice_date) if told.notice_date else None
        notice = Notice(told.year, told.notice_number, issued)
        store.save_arrangement(tx, Arrangement(notice, tuple(_days(told.days, Level.NATIONAL))))


HANDLERS: Mapping[str, Handler] = {
    event_type(gateway.CalendarDaysSet): days_set,
    event_type(gateway.CalendarArrangementPublished): arrangement_published,
}


async def _is_newer(tx: Tx, revision: int) -> bool:
    """Whether the change has not been copied yet; then it is the one up to which the calendar is copied."""
    if revision <= await store.lock_revision(tx):
        return False
    store.save_revision(tx, revision)
    return True


def _days(told: Iterable[gateway.CalendarDaySetting], level: Level) -> Iterable[SetDay]:
    for each in told:
        yield SetDay(date.fromisoformat(each.date), KINDS[each.kind], each.reason, level)
