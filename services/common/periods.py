"""Periods of the domain: calendar days in Asia/Shanghai, as the rules of the supervision posts count them.

A period counts from the day after it starts. Its *last day* is a date; it is overdue from the midnight that ends that
day. Instants come in and go out aware, those that go out in UTC; days are dates of Shanghai. Periods in working days
need the calendar of a tenant: they are functions of it, in `services.common.workdays`, and end in `overdue_from` too.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.common.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")

WEEK = 7


def local_date(instant: datetime) -> date:
    """The day in Shanghai at this instant. Raises ValueError for an instant without zone."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs its zone: {instant.isoformat()}")
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """The midnight in Shanghai with which the day begins."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def in_words(day: date) -> str:
    """A day as people read it, such as `2026年9月1日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def week_from(start: datetime) -> date:
    """Last day of the week that starts now: the seventh day after today."""
    return local_date(start) + timedelta(days=WEEK)


def month_from(start: datetime) -> date:
    """Last day of the month that starts now: the same day of the next month or, where there is none, its last."""
    today = local_date(start)
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def overdue_from(last_day: date) -> datetime:
    """The midnight that ends the last day."""
    return start_of_day(last_day + timedelta(days=1))


def last_days_start(last_day: date, days: int) -> datetime:
    """The midnight with which the last so many days begin, the last day among them: 1 is the last day alone."""
    return start_of_day(last_day - timedelta(days=days - 1))


def check_ahead(field: str, day: date, today: date, most: int) -> None:
    """Raises Invalid for a day before today, and for one that is more than so many days ahead."""
    if day < today:
        raise Invalid(field, "期限不能早于今天。", reason="PAST")
    if day > today + timedelta(days=most):
        raise Invalid(field, f"期限不能超过{most}天。", reason="TOO_FAR")
