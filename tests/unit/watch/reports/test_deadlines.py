"""The deadlines of a report as a function of what is known of it."""

from __future__ import annotations

from dataclasses import replace

from services.watch.reports.domain.deadlines import DUE_SOON, ESCALATION, OVERDUE, SILENCE, deadlines_of
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.routing import Subject
from services.watch.reports.domain.states import State
from services.watch.reports.domain.terms import Class, Finding, Level
from tests.unit.watch.reports.builders import DISCIPLINE, FINANCE, LI, REGISTERED, a_report, local

DUE = local(2026, 9, 11, 0)
HEAD = Subject("head", FINANCE, leads_unit=True)


def overdue(report: Report) -> Report:
    return report.overdue_announced(report.due_time)


def test_an_open_report_is_due_soon_and_then_overdue() -> None:
    assert deadlines_of(a_report()) == {DUE_SOON: local(2026, 9, 10, 0), OVERDUE: DUE}


def test_an_answered_report_waits_for_its_reporter_and_an_ended_one_for_nothing() -> None:
    answered = a_report().assigned(LI).started().answered(Finding.PARTLY, LI, local(2026, 9, 8))

    assert deadlines_of(answered) == {SILENCE: local(2026, 9, 24, 0)}
    assert not deadlines_of(replace(answered, state=State.CLOSED))
    assert not deadlines_of(a_report().refused(REGISTERED))


def test_the_county_is_told_a_week_after_a_unit_fell_overdue() -> None:
    assert deadlines_of(overdue(a_report()))[ESCALATION] == local(2026, 9, 18, 0)


def test_the_county_is_told_also_when_the_overdue_report_has_gone_to_the_town_in_between() -> None:
    moved = overdue(a_report()).linked(HEAD)

    assert moved.level is Level.TOWN
    assert deadlines_of(moved)[ESCALATION] == local(2026, 9, 18, 0)


def test_the_county_is_not_told_twice_when_an_overdue_report_of_the_town_comes_down_to_the_unit() -> None:
    of_the_town = overdue(a_report(level=Level.TOWN, organ=DISCIPLINE, subject_cadre="head", leads_unit=True))

    come_down = of_the_town.linked(Subject("clerk", FINANCE))

    assert come_down.level is Level.UNIT
    assert ESCALATION not in deadlines_of(come_down)
    assert ESCALATION not in deadlines_of(overdue(a_report()).escalated(Level.COUNTY))


def test_the_county_need_not_be_told_of_what_it_handles_itself() -> None:
    taken_over = overdue(a_report()).linked(Subject("mayor", FINANCE, leads_town=True))

    assert ESCALATION not in deadlines_of(taken_over)


def test_a_report_found_to_be_major_after_its_week_is_told_to_the_county_when_its_month_is_over() -> None:
    late = overdue(a_report()).classified(Class.MAJOR, local(2026, 9, 12))

    assert late.due_time == local(2026, 10, 4, 0)
    assert deadlines_of(late)[ESCALATION] == late.due_time


def test_a_raised_report_is_announced_anew() -> None:
    raised = overdue(a_report(classification=Class.GENERAL)).raised(local(2026, 9, 14))

    assert deadlines_of(raised) == {DUE_SOON: local(2026, 10, 10, 0), OVERDUE: local(2026, 10, 15, 0)}
