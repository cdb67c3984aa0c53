"""What must come of the plan by the rules of the domain, said a second time and more simply than the product says it.

It reads nothing of the product: the figures of a month that was lived are held against these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from deploy.local.demo.cases import Way
from deploy.local.demo.plan import DAYS, Case, Plan

WEEK = 7
CONTEST = 15
SUBSTANTIATED = ("FINDING_SUBSTANTIATED", "FINDING_PARTLY")
BOXES_OF_A_POST = 2


@dataclass(frozen=True, slots=True)
class Expected:
    """The figures of one town over the month, by the names of the gateway's daily figures."""

    figures: Counter[str]
    overdue_at_the_end: int


def expected(plan: Plan) -> dict[str, Expected]:
    """The figures of each town by its code."""
    return {town.code: _town(plan, town.code, town.posts, len(town.units)) for town in plan.towns}


def _town(plan: Plan, code: str, posts: int, at_work: int) -> Expected:
    figures: Counter[str] = Counter()
    overdue = 0
    for case in plan.of_town(code):
        for what in _events(case):
            figures[what] += 1
        overdue += _overdue_at_the_end(case)
    figures["meetingsHeld"] += at_work
    figures["meetingsMissed"] += posts - at_work
    figures["boxesForgotten"] += BOXES_OF_A_POST * (posts - at_work)
    return Expected(figures, overdue)


def _events(case: Case) -> Iterator[str]:
    yield "registered"
    if case.way is Way.REFUSED:
        yield "notAccepted"
        return
    yield from _overdue(case, case.day, case.answer_day, _level(case))
    if case.answer_day is None:
        return
    yield from _answer(case, case.day, case.answer_day)
    last = case.answer_day
    if case.way is Way.CONTESTED:
        yield "reopened"
        yield from _overdue(case, case.answer_day + 1, case.second_answer_day, _level(case) + 1)
        if case.second_answer_day is None:
            return
        yield from _answer(case, case.answer_day + 1, case.second_answer_day, again=_was_late(case))
        last = case.second_answer_day
    if (case.accepted and last + 1 <= DAYS) or last + CONTEST + 1 <= DAYS + 1:
        yield "closed"


def _level(case: Case) -> int:
    """1 the unit, 2 the town, 3 the county."""
    return {Way.MAYOR: 3, Way.LEADER: 2, Way.MAJOR: 2}.get(case.way, 1)


def _period(case: Case) -> int:
    """Days of the period: a month of September has 30."""
    return 30 if case.way is Way.MAJOR else WEEK


def _overdue(case: Case, start: int, answer: int | None, level: int) -> Iterator[str]:
    """The midnight that ends the last day, and the one a week later."""
    more = WEEK if case.way is Way.EXTENDED else 0
    due = start + _period(case) + more + 1
    if due > DAYS + 1 or (answer is not None and answer < due):
        return
    yield "overdue"
    if level < 3:
        yield "escalated"
    if level == 1:
        yield "oversights"
        if due + WEEK <= DAYS + 1 and (answer is None or answer >= due + WEEK):
            yield "escalated"
    if case.way is Way.SUPERVISED:
        yield "oversights"


def _answer(case: Case, start: int, day: int, again: bool = False) -> Iterator[str]:
    yield "answered"
    late = again or day > start + _period(case)
    yield "answeredLate" if late else "answeredInTime"
    if case.finding in SUBSTANTIATED:
        yield "substantiated"


def _was_late(case: Case) -> bool:
    return case.answer_day is not None and case.answer_day > case.day + _period(case)


def _overdue_at_the_end(case: Case) -> int:
    """1 where it stands on the overdue board when the month is over."""
    if case.way is Way.REFUSED:
        return 0
    waiting = case.answer_day is None or (case.way is Way.CONTESTED and case.second_answer_day is None)
    start = case.day if case.answer_day is None else case.answer_day + 1
    return int(waiting and start + _period(case) + 1 <= DAYS + 1)
