"""Terms of office: from which day to which somebody holds one, and where that stands on a day in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common.periods import overdue_from, start_of_day
from services.common.words import Word

ENDING_DAYS = 30
"""A term is announced as ending from the start of the day that lies this many days before its last."""


class TermState(Word):
    """Numbered as in the contract."""

    IN_OFFICE = 1, "在聘"
    ENDED = 2, "解聘"
    EXPIRED = 3, "期满"
    UPCOMING = 4, "待任"

    @property
    def over(self) -> bool:
        """Whether nothing is left of the term."""
        return self in (TermState.ENDED, TermState.EXPIRED)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """Days in office, the first and the last included."""

    first_day: date
    last_day: date

    @property
    def ending_from(self) -> datetime:
        """When its end is announced."""
        return start_of_day(self.last_day - timedelta(days=ENDING_DAYS))

    @property
    def expired_from(self) -> datetime:
        """The midnight that ends the last day."""
        return overdue_from(self.last_day)

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def overlaps(self, other: Term) -> bool:
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    def state(self, end_time: datetime | None, today: date) -> TermState:
        """Where the office stands on a day; `end_time` is when it was ended early."""
        if end_time is not None:
            return TermState.ENDED
        if today < self.first_day:
            return TermState.UPCOMING
        return TermState.IN_OFFICE if self.covers(today) else TermState.EXPIRED


def years_from(first_day: date, years: int) -> Term:
    """So many years in office: the last day is the day before the same day of a later year (29 February: the 28th)."""
    try:
        same_day = first_day.replace(year=first_day.year + years)
    except ValueError:
        same_day = date(first_day.year + years, 3, 1)
    return Term(first_day, same_day - timedelta(days=1))
