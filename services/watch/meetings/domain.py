"""Rules of the monthly meeting 座谈会: each branch holds one in each calendar month (Asia/Shanghai)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was raised."""

    text: str
    """Empty until it was opened."""
    report: str | None = None
    """Id of the report that it became."""
    sealed: bytes | None = None
    key_owner: str | None = None
    """Whose data key it is sealed under: the meeting's, or the report's that it became."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as it was recorded."""

    id: str
    unit: str
    date: date
    attendees: tuple[str, ...]
    recorder: str
    """Resource name of the account, or who else recorded it."""
    create_time: datetime
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def next(self) -> Month:
        return Month.of(self.last_day + timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def first_full_month(opened: date) -> Month:
    """The first month in which a post that was opened on this day owes a meeting: the first that it has whole."""
    month = Month.of(opened)
    return month if opened == month.first_day else month.next
