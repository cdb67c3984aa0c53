"""Days, arrangements and what is told of them, as messages of the contract."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.instants import stamp
from services.common.workdays import Arrangement, CalendarDay, Kind, Level, SetDay
from services.gateway.calendar.domain import Published

KINDS = {Kind.WORKING: gateway.CalendarDay.KIND_WORKING, Kind.OFF: gateway.CalendarDay.KIND_OFF}


def kind_of(message: gateway.CalendarDay.Kind.ValueType) -> Kind:
    """The kind that a request names."""
    return next(kind for kind, value in KINDS.items() if value == message)


def day_message(tenant: str, day: CalendarDay) -> gateway.CalendarDay:
    return gateway.CalendarDay(
        name=f"tenants/{tenant}/calendarDays/{day.day}",
        date=str(day.day),
        kind=KINDS[day.kind],
        words=day.words,
        level=gateway.CalendarDay.Level.ValueType(day.level or 0),
        provisional=day.provisional,
    )


def arrangement_message(county: str, published: Published) -> gateway.CalendarArrangement:
    notice = published.arrangement.notice
    shipped = published.import_time is None
    return gateway.CalendarArrangement(
        name=f"tenants/{county}/calendarArrangements/{notice.year}",
        year=notice.year,
        notice_number=notice.number,
        notice_date=_written(notice.issued),
        source=gateway.CalendarArrangement.SOURCE_SHIPPED if shipped else gateway.CalendarArrangement.SOURCE_IMPORTED,
        import_time=stamp(published.import_time),
        day_count=len(published.arrangement.days),
    )


def days_set(level: Level, days: Iterable[SetDay], cleared: Iterable[date] = ()) -> gateway.CalendarDaysSet:
    """The event, without the revision that it has in each tenant."""
    return gateway.CalendarDaysSet(
        level=gateway.CalendarDay.Level.ValueType(level),
        days=map(_setting, days),
        cleared_dates=map(str, cleared),
        visible_to=common.LEVEL_UNIT,
    )


def arrangement_published(arrangement: Arrangement) -> gateway.CalendarArrangementPublished:
    """The event, without the revision that it has in each tenant."""
    return gateway.CalendarArrangementPublished(
        year=arrangement.notice.year,
        notice_number=arrangement.notice.number,
        notice_date=_written(arrangement.notice.issued),
        days=map(_setting, arrangement.days),
        visible_to=common.LEVEL_UNIT,
    )


def _setting(day: SetDay) -> gateway.CalendarDaySetting:
    return gateway.CalendarDaySetting(date=str(day.day), kind=KINDS[day.kind], reason=day.reason)


def _written(day: date | None) -> str:
    return str(day) if day else ""
