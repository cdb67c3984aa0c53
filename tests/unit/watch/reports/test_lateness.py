"""What a report was once, it stays: late, and with the time that was granted."""

from __future__ import annotations

import pytest

from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Class, Finding
from tests.unit.watch.reports.builders import LI, REGISTERED, WANG, a_report, local


def with_a_week_more(report: Report) -> Report:
    return report.asked_for_more_time(7, LI, local(2026, 9, 9)).more_time_decided(True, WANG, local(2026, 9, 10))


@pytest.mark.parametrize(("decided", "due"), [(Class.GENERAL, (9, 18)), (Class.MAJOR, (10, 11))])
def test_time_that_was_granted_stays_granted_when_the_class_is_decided(decided: Class, due: tuple[int, int]) -> None:
    classified = with_a_week_more(a_report()).classified(decided, local(2026, 9, 10))

    assert classified.due_time == local(2026, *due, 0)
    assert classified.first_due_time == (local(2026, 9, 11, 0) if decided is Class.GENERAL else local(2026, 10, 4, 0))


def test_time_that_was_granted_before_a_reopening_does_not_lengthen_the_new_period() -> None:
    first = with_a_week_more(a_report()).assigned(LI).started()
    reopened = first.answered(Finding.PARTLY, LI, local(2026, 9, 14)).reopened_by_reporter(local(2026, 9, 15))

    assert reopened.classified(Class.GENERAL, local(2026, 9, 15)).due_time == local(2026, 9, 23, 0)


def test_what_has_passed_its_first_deadline_stays_late_through_a_raise_a_class_and_a_refusal() -> None:
    passed = local(2026, 9, 12)
    extended = with_a_week_more(a_report(classification=Class.GENERAL))

    assert not extended.late
    assert extended.raised(passed).late
    assert a_report().classified(Class.MAJOR, passed).late
    assert extended.refused(passed).late


def test_in_time_nothing_of_that_makes_it_late() -> None:
    assert not a_report(classification=Class.GENERAL).raised(REGISTERED).late
    assert not a_report().classified(Class.MAJOR, local(2026, 9, 10, 23, 59)).late
    assert not a_report().refused(local(2026, 9, 10, 23, 59)).late
