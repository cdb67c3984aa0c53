"""The clocks of a report: its period, when it is due soon and overdue, what happens later (domain: watch, Periods).

Days are calendar days in Asia/Shanghai; instants are UTC. The clock starts with the registration, or with the day of
a raise or a reopening; nothing else starts one anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common.periods import last_days_start, local_date, month_from, overdue_from, start_of_day, week_from
from services.watch.reports.domain.terms import Class

CONTEST_DAYS = 15
"""So many days after the answer the reporter may contest it."""

ESCALATION_DAYS = 7
"""So many days after a general report fell overdue the county is told."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The period that a class gives from a start."""

    last_day: date
    due: datetime
    """The midnight that ends the last day: from here on it is overdue."""
    days: int
    """Length of the period in days; more time is at most that."""


def clock(decided: Class, start: datetime, more_days: int = 0) -> Clock:
    """One week for a general report and for one that nobody has classified, a month for a major one."""
    first_last_day = month_from(start) if decided is Class.MAJOR else week_from(start)
    last_day = first_last_day + timedelta(days=more_days)
    return Clock(
        last_day,
        overdue_from(last_day),
        (first_last_day - local_date(start)).days,
    )


def last_day_before(due: datetime) -> date:
    """The last day of a period that is overdue from `due` on."""
    return local_date(due) - timedelta(days=1)


def due_soon(decided: Class, due: datetime) -> datetime:
    """The start of the last day of a general report, of the last five days of a major one."""
    return last_days_start(last_day_before(due), 5 if decided is Class.MAJOR else 1)


def escalation_time(due: datetime) -> datetime:
    """When the county is told of a general report that is overdue since `due`."""
    return start_of_day(local_date(due) + timedelta(days=ESCALATION_DAYS))


def contest_before(answered: datetime) -> datetime:
    """The midnight that ends the fifteenth day after the answer: until then it can be contested, then it closes."""
    return overdue_from(local_date(answered) + timedelta(days=CONTEST_DAYS))
