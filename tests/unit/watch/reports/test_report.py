"""What each move makes of a report."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.common.errors import IllegalMove, Refused
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.routing import Subject
from services.watch.reports.domain.states import State
from services.watch.reports.domain.terms import Class, Finding, Kind, Level, Mode, Satisfaction
from tests.unit.watch.reports.builders import (
    COUNTY_DISCIPLINE,
    DISCIPLINE,
    FINANCE,
    LI,
    REGISTERED,
    TOWN,
    VILLAGE,
    WANG,
    a_report,
    local,
)


def answered(report: Report) -> Report:
    return report.assigned(LI).started().answered(Finding.PARTLY, LI, local(2026, 9, 8))


def test_a_report_classified_as_major_goes_to_the_town_and_has_a_month_from_its_registration() -> None:
    report = a_report().classified(Class.MAJOR, REGISTERED)

    assert (report.level, report.organ) == (Level.TOWN, DISCIPLINE)
    assert report.due_time == local(2026, 10, 4, 0)


def test_a_class_is_decided_once() -> None:
    with pytest.raises(Refused) as refusal:
        a_report().classified(Class.GENERAL, REGISTERED).classified(Class.MAJOR, REGISTERED)

    assert refusal.value.reason == "ALREADY_CLASSIFIED"


def test_a_raised_report_keeps_its_registration_and_has_a_month_from_that_day() -> None:
    report = a_report().classified(Class.GENERAL, REGISTERED).assigned(LI)

    raised = report.raised(local(2026, 9, 9))

    assert raised.register_time == REGISTERED
    assert raised.due_time == local(2026, 10, 10, 0)
    assert (raised.state, raised.officer, raised.level) == (State.REGISTERED, None, Level.TOWN)


def test_an_answered_report_cannot_be_raised() -> None:
    with pytest.raises(IllegalMove):
        answered(a_report(classification=Class.GENERAL)).raised(local(2026, 9, 9))


def test_an_answer_after_the_first_deadline_is_late_for_ever() -> None:
    report = a_report().assigned(LI).started()

    late = report.overdue_announced(local(2026, 9, 11, 0)).answered(Finding.SUBSTANTIATED, LI, local(2026, 9, 12))

    assert late.late
    assert late.reopened_by_reporter(local(2026, 9, 13)).late


def test_more_time_holds_the_deadline_back_but_not_the_count_of_lateness() -> None:
    report = a_report().assigned(LI).started()

    granted = report.asked_for_more_time(7, LI, local(2026, 9, 9)).more_time_decided(True, WANG, local(2026, 9, 10))

    assert granted.due_time == local(2026, 9, 18, 0)
    assert granted.answered(Finding.PARTLY, LI, local(2026, 9, 15)).late


@pytest.mark.parametrize("days", [8, 31])
def test_more_time_is_at_most_the_first_period(days: int) -> None:
    with pytest.raises(Refused) as refusal:
        a_report().asked_for_more_time(days, LI, REGISTERED)

    assert refusal.value.reason == "TOO_LONG"


def test_more_time_is_asked_for_once_and_not_after_the_deadline() -> None:
    asked = a_report().asked_for_more_time(1, LI, REGISTERED)

    with pytest.raises(Refused):
        asked.asked_for_more_time(1, LI, REGISTERED)
    with pytest.raises(Refused):
        a_report().asked_for_more_time(1, LI, local(2026, 9, 11, 0))


RATING = f"tenants/{TOWN}/ratings/{'0' * 32}"


def test_what_the_system_made_is_due_with_its_origin_until_a_person_makes_it_a_major_one() -> None:
    due = local(2026, 9, 17, 0)
    report = a_report(origin=RATING, mode=Mode.NOBODY, first_due_time=due, due_time=due)

    general = report.classified(Class.GENERAL, REGISTERED)
    moved = general.rescheduled(local(2026, 9, 18, 0))
    major = moved.raised(local(2026, 9, 9))

    assert [each.due_time for each in (report, general)] == [due] * 2
    assert (moved.due_time, moved.first_due_time) == (local(2026, 9, 18, 0),) * 2
    assert major.due_time == local(2026, 10, 10, 0)
    assert major.rescheduled(due) == major
    assert report.classified(Class.MAJOR, REGISTERED).due_time == local(2026, 10, 4, 0)


def test_what_somebody_told_is_due_by_its_class_alone() -> None:
    report = a_report()

    assert report.rescheduled(local(2026, 9, 18, 0)) == report


def test_an_answered_one_is_due_when_it_was_whatever_the_calendar_says_later() -> None:
    report = answered(a_report(origin=RATING, mode=Mode.NOBODY))

    assert report.rescheduled(local(2026, 9, 18, 0)) == report


def test_nobody_gives_more_time_than_its_origin_has() -> None:
    with pytest.raises(Refused) as refusal:
        a_report(origin=RATING, mode=Mode.NOBODY).asked_for_more_time(1, LI, REGISTERED)

    assert refusal.value.reason == "DUE_WITH_ORIGIN"


def test_nobody_decides_on_their_own_request_for_more_time() -> None:
    with pytest.raises(Refused) as refusal:
        a_report().asked_for_more_time(1, LI, REGISTERED).more_time_decided(True, LI, REGISTERED)

    assert refusal.value.reason == "OWN_REQUEST"


def test_a_dissatisfied_reporter_reopens_once_and_it_goes_one_level_up_with_a_new_period() -> None:
    reopened = answered(a_report()).reopened_by_reporter(local(2026, 9, 10))

    assert (reopened.state, reopened.level, reopened.organ) == (State.REGISTERED, Level.TOWN, DISCIPLINE)
    assert reopened.due_time == local(2026, 9, 18, 0)
    with pytest.raises(Refused) as refusal:
        answered(reopened).reopened_by_reporter(local(2026, 9, 12))
    assert refusal.value.reason == "REOPENED_BEFORE"


def test_the_county_reopens_to_itself() -> None:
    report = a_report(leadership_meant=True, level=Level.COUNTY, organ=COUNTY_DISCIPLINE)

    reopened = answered(report).reopened_by_reporter(local(2026, 9, 10))

    assert (reopened.level, reopened.officer) == (Level.COUNTY, None)


def test_an_answer_cannot_be_contested_after_fifteen_days() -> None:
    with pytest.raises(Refused) as refusal:
        answered(a_report()).reopened_by_reporter(local(2026, 9, 24, 0))

    assert refusal.value.reason == "CONTEST_PERIOD_OVER"


def test_a_report_cannot_be_closed_before_its_answer() -> None:
    with pytest.raises(IllegalMove):
        a_report().assigned(LI).started().closed(Satisfaction.SATISFIED, REGISTERED)


def test_a_reopened_report_must_be_answered() -> None:
    with pytest.raises(Refused):
        answered(a_report()).reopened_by_reporter(local(2026, 9, 10)).refused(local(2026, 9, 10))


def test_linking_the_head_of_a_unit_takes_the_report_from_that_unit() -> None:
    report = a_report(kind=Kind.ACCUSATION, unit=FINANCE, organ=FINANCE, subject_unit=FINANCE, subject_cadre="clerk")

    linked = report.assigned(LI).linked(Subject("head", FINANCE, leads_unit=True))

    assert (linked.level, linked.officer, linked.state) == (Level.TOWN, None, State.REGISTERED)


def test_linking_an_accusation_to_a_clerk_brings_it_back_to_the_unit() -> None:
    report = a_report(kind=Kind.ACCUSATION, level=Level.TOWN, organ=DISCIPLINE)

    assert report.linked(Subject("clerk", VILLAGE)).organ == VILLAGE


def test_what_the_county_took_over_keeps_its_number_and_prints_as_handled_elsewhere() -> None:
    moved = a_report().linked(Subject("mayor", FINANCE, leads_town=True))

    assert moved.number == "景村监〔2026〕1号"
    assert moved.moved_to_county
    assert not a_report(level=Level.COUNTY, register=TOWN[:6]).moved_to_county


def test_who_has_a_conflict_leaves_and_the_organ_keeps_the_report() -> None:
    left = a_report().assigned(LI).left_by(LI, organ_empty=False)

    assert (left.officer, left.state, left.level) == (None, State.REGISTERED, Level.UNIT)
    with pytest.raises(Refused):
        left.assigned(LI)


def test_where_nobody_is_left_the_next_level_handles_it() -> None:
    left = a_report().assigned(LI).left_by(LI, organ_empty=True)

    assert (left.level, left.organ) == (Level.TOWN, DISCIPLINE)
    assert left.linked(Subject(unit=VILLAGE)).level is Level.TOWN


def test_overdue_never_restarts_a_clock() -> None:
    report = a_report().overdue_announced(local(2026, 9, 11, 0))

    edited = report.linked(Subject(unit=VILLAGE)).classified(Class.GENERAL, local(2026, 9, 12))

    assert edited.due_time == report.due_time
    assert edited.register_time + timedelta(days=8) > edited.due_time
