"""Periods in working days: when one ends, how much of it is used, and why, day by day.

The law, and what follows from it:

- 行政许可法 §82: periods are counted in working days, without holidays. Working days are those of the People's
  Republic of China with its shifted weekends 调休, and those that the county and the town set.
- 民法典 §201: the day of the start is not counted. So the first day counted is the working day after it. That the last
  day is a working day (§203) follows, and it lasts until midnight: overdue from the instant at which it ends.
- 行政许可法 §45: what a special procedure takes is not counted. A pause from day A to day B takes out the days after A
  up to and including B; overlapping pauses count once. While one lasts that begins before the period is used up, the
  period has no last day.

All functions here are pure: the same facts and the same calendar give the same date. Days are dates of Shanghai. A
period of no days ends on the day of its start; who may promise that is for the item to say, not for the calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.common.errors import Invalid
from services.common.periods import overdue_from
from services.common.workdays.calendar import Calendar
from services.common.workdays.pauses import OPEN, Pause, stretches


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends."""

    last_day: date
    provisional: bool
    """Whether a notice that is still to come could set one of the days that led to it, and so move it."""

    @property
    def overdue_from(self) -> datetime:
        """The midnight that ends the last day, in UTC."""
        return overdue_from(self.last_day)


def deadline(start: date, working_days: int, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Due | None:
    """The end of a period of so many working days; None while a pause that lasts keeps it open.

    Raises Invalid for a negative number of days, and OutOfRange for an end behind the year 9999.
    """
    if working_days < 0:
        raise Invalid("working_days", "工作日数不能是负数。")
    first = start.toordinal()
    if working_days == 0:
        return _due(first, first, calendar)
    at = calendar.count_through(first)
    if pauses:
        goal = at + working_days
        for stop, resume in stretches(pauses, first):
            if goal <= calendar.count_through(stop):
                break
            if resume == OPEN:
                return None
            goal += calendar.count_through(resume) - calendar.count_through(stop)
        return _due(first, calendar.find(goal), calendar)
    return _due(first, calendar.find(at + working_days), calendar)


def used(start: date, until: date, calendar: Calendar, pauses: Sequence[Pause] = ()) -> int:
    """The working days counted after the start, up to and including `until`; none before the start.

    The inverse of `deadline`: at its last day, all days of the period are used, and the day before one less.
    """
    first, last = start.toordinal(), until.toordinal()
    if last <= first:
        return 0
    counted = calendar.count_through(last) - calendar.count_through(first)
    for stop, resume in stretches(pauses, first):
        if stop < last:
            counted -= calendar.count_through(min(resume, last)) - calendar.count_through(stop)
    return counted


def _due(first: int, last: int, calendar: Calendar) -> Due:
    return Due(date.fromordinal(last), not calendar.settled(min(first + 1, last), last))
