"""What a decided case comes to, against its promise and against the law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.agency.cases.domain.case import Case, Outcome
from services.agency.cases.domain.performance import (
    JOINT_LEGAL_DAYS,
    LEGAL_DAYS,
    done_at_first_visit,
    legal_days,
    performance_of,
    performances_of_parts,
)
from services.agency.items.domain import Handling
from services.common.workdays import Ground, calendar_of
from tests.unit.agency.cases.builders import ALLOWANCE, CENTRE, CIVIL, EVERYTHING, FINANCE, MONDAY, VILLAGE, received

CALENDAR = calendar_of()
REPORTED_UP = replace(ALLOWANCE, handling=Handling.REPORT_UP)


def refused_after(days: int, case: Case | None = None) -> Case:
    accepted = (case or received(REPORTED_UP)).accepted(MONDAY + timedelta(days=90))
    return accepted.decided(Outcome.REFUSED, MONDAY + timedelta(days=days))


def test_what_was_never_accepted_has_no_performance() -> None:
    assert performance_of(received().decided(Outcome.WITHDRAWN, MONDAY), CALENDAR) is None


def test_the_law_gives_twenty_days_and_forty_five_where_several_handle_it() -> None:
    assert {handling: legal_days(handling) for handling in Handling} == {
        Handling.AT_ONCE: LEGAL_DAYS,
        Handling.PROMISED: LEGAL_DAYS,
        Handling.JOINT: JOINT_LEGAL_DAYS,
        Handling.REPORT_UP: LEGAL_DAYS,
    }


@given(st.integers(0, 120))
def test_late_begins_with_the_midnight_that_ends_the_last_day(days: int) -> None:
    """July and August of 2026 have neither holidays nor shifted weekends: five days a week count."""
    performance = performance_of(refused_after(days), CALENDAR)

    assert performance is not None
    assert performance.promised_days == 17
    # The seventeenth working day after the Monday is a Wednesday, the twentieth a Monday.
    assert performance.late is (days > 23)
    assert performance.over_law is (days > 28)


@given(st.integers(0, 6), st.integers(0, 25))
def test_time_that_does_not_count_is_not_used_nor_late(paused: int, worked: int) -> None:
    accepted = received(REPORTED_UP).accepted()
    notified = accepted.notified(["申请书"], MONDAY)
    supplied = notified.supplied(["申请书"], MONDAY + timedelta(days=7 * paused))
    decided = supplied.decided(Outcome.REFUSED, MONDAY + timedelta(days=7 * paused + worked))

    without = refused_after(worked)

    assert performance_of(decided, CALENDAR) == performance_of(without, CALENDAR)


def test_a_desk_that_was_at_work_at_the_outcome_ended_with_it() -> None:
    case = received().accepted().part_done(VILLAGE, MONDAY).part_done(CENTRE, MONDAY)
    case = case.part_done(FINANCE, date(2026, 7, 8)).decided(Outcome.REFUSED, date(2026, 7, 10))

    at_desks = {part.desk: performance for part, performance in performances_of_parts(case, CALENDAR)}

    assert at_desks.keys() == {VILLAGE, CENTRE, CIVIL, FINANCE}
    assert (at_desks[FINANCE].used_days, at_desks[CIVIL].used_days) == (2, 4)


def test_a_hearing_at_one_desk_is_not_its_time() -> None:
    case = received().accepted().part_done(VILLAGE, MONDAY).part_done(CENTRE, MONDAY)
    case = case.stopped(CIVIL, Ground.HEARING, MONDAY).resumed(CIVIL, date(2026, 7, 10))
    case = case.decided(Outcome.REFUSED, date(2026, 7, 13))

    at_desks = {part.desk: performance for part, performance in performances_of_parts(case, CALENDAR)}

    assert (at_desks[CIVIL].used_days, at_desks[FINANCE].used_days) == (1, 5)


def test_a_desk_that_it_never_came_to_has_none() -> None:
    case = received().accepted().decided(Outcome.REFUSED, MONDAY)

    assert [part.desk for part, _ in performances_of_parts(case, CALENDAR)] == [VILLAGE]


def test_one_visit_is_without_notice_without_anything_brought_later_and_without_debt() -> None:
    at_once = received().accepted().decided(Outcome.REFUSED, MONDAY)
    notified = received(brought=()).notified(["申请书", "收入证明"], MONDAY)
    brought_later = received(brought=("申请书",)).supplied(["收入证明"], MONDAY)
    in_debt = received(brought=EVERYTHING[:2]).accepted(MONDAY)

    assert done_at_first_visit(at_once)
    assert not done_at_first_visit(received().accepted().decided(Outcome.WITHDRAWN, MONDAY))
    assert not done_at_first_visit(notified.decided(Outcome.REFUSED, MONDAY))
    assert not done_at_first_visit(brought_later.decided(Outcome.REFUSED, MONDAY))
    assert not done_at_first_visit(in_debt.decided(Outcome.REFUSED, MONDAY))
