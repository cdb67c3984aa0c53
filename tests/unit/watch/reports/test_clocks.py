"""The clocks of a report, by the calendar of Luonan."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.watch.reports.domain import clocks
from services.watch.reports.domain.clocks import clock
from services.watch.reports.domain.terms import Class
from tests.unit.watch.reports.builders import local

PERIODS = [
    (
        "a general report has a week after the day of its registration",
        Class.GENERAL,
        local(2026, 9, 3),
        date(2026, 9, 10),
    ),
    ("one that nobody has classified has the week too", Class.UNDECIDED, local(2026, 9, 3), date(2026, 9, 10)),
    ("a week does not wait for holidays", Class.GENERAL, local(2026, 9, 28), date(2026, 10, 5)),
    ("a major one has until the same day of the next month", Class.MAJOR, local(2026, 9, 3), date(2026, 10, 3)),
    ("a month that has no such day ends on its last", Class.MAJOR, local(2026, 1, 31), date(2026, 2, 28)),
    ("in a leap year that is the 29th", Class.MAJOR, local(2028, 1, 30), date(2028, 2, 29)),
    ("December leads into January", Class.MAJOR, local(2026, 12, 31), date(2027, 1, 31)),
    ("a minute before midnight belongs to its own day", Class.GENERAL, local(2026, 9, 3, 23, 59), date(2026, 9, 10)),
]


@pytest.mark.parametrize(("rule", "decided", "start", "last_day"), PERIODS, ids=[rule for rule, *_ in PERIODS])
def test_the_last_day_of_a_period(rule: str, decided: Class, start: datetime, last_day: date) -> None:
    assert clock(decided, start).last_day == last_day, rule


def test_it_is_overdue_from_the_midnight_that_ends_the_last_day() -> None:
    assert clock(Class.GENERAL, local(2026, 9, 3)).due == local(2026, 9, 11, 0)


def test_due_soon_begins_with_the_last_day_or_the_last_five_of_a_major_one() -> None:
    assert clocks.due_soon(Class.GENERAL, local(2026, 9, 11, 0)) == local(2026, 9, 10, 0)
    assert clocks.due_soon(Class.MAJOR, local(2026, 10, 4, 0)) == local(2026, 9, 29, 0)


def test_the_county_is_told_a_week_after_a_general_report_fell_overdue() -> None:
    assert clocks.escalation_time(local(2026, 9, 11, 0)) == local(2026, 9, 18, 0)


def test_an_answer_can_be_contested_through_the_fifteenth_day() -> None:
    assert clocks.contest_before(local(2026, 9, 10, 17)) == local(2026, 9, 26, 0)
