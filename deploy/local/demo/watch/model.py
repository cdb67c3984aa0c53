"""What must come of the reports by the rules of the domain, said a second time and more simply than the product
says it.

It reads nothing of the product: the figures of the months that were lived are held against these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from deploy.local.demo.month import DAYS, Town
from deploy.local.demo.watch.reports import MEETING_DAYS, Report
from deploy.local.demo.watch.tellings import Way

WEEK = 7
CONTEST = 15
SUBSTANTIATED = ("FINDING_SUBSTANTIATED", "FINDING_PARTLY")
BOXES_OF_A_POST = 2


def figures_of(town: Town, reports: Iterable[Report]) -> Counter[str]:
    """What the gateway's daily figures must add up to, by their names, and how many stand on its overdue board."""
    figures: Counter[str] = Counter()
    for report in reports:
        figures.update(_events(report))
        figures["overdueNow"] += _overdue_at_the_end(report)
    at_work, idle = len(town.units), town.posts - len(town.units)
    figures["meetingsHeld"] += len(MEETING_DAYS) * at_work
    figures["meetingsMissed"] += len(MEETING_DAYS) * idle
    figures["boxesForgotten"] += BOXES_OF_A_POST * idle
    return figures


def _events(report: Report) -> Iterator[str]:
    yield "registered"
    if report.way is Way.REFUSED:
        yield "notAccepted"
        return
    yield from _overdue(report, report.day, report.answer_day, level_of(report))
    if report.answer_day is None:
        return
    yield from _answer(report, report.day, report.answer_day)
    last = report.answer_day
    if report.way is Way.CONTESTED:
        yield "reopened"
        yield from _overdue(report, report.answer_day + 1, report.second_answer_day, level_of(report) + 1)
        if report.second_answer_day is None:
            return
        yield from _answer(report, report.answer_day + 1, report.second_answer_day, again=_was_late(report))
        last = report.second_answer_day
    if (report.accepted and last + 1 <= DAYS) or last + CONTEST + 1 <= DAYS + 1:
        yield "closed"


def level_of(report: Report) -> int:
    """1 the unit, 2 the town, 3 the county."""
    return {Way.MAYOR: 3, Way.LEADER: 2, Way.MAJOR: 2}.get(report.way, 1)


def _period(report: Report) -> int:
    """Days of the period: a month of September has 30."""
    return 30 if report.way is Way.MAJOR else WEEK


def _overdue(report: Report, start: int, answer: int | None, level: int) -> Iterator[str]:
    """The midnight that ends the last day, and the one a week later."""
    more = WEEK if report.way is Way.EXTENDED else 0
    due = start + _period(report) + more + 1
    if due > DAYS + 1 or (answer is not None and answer < due):
        return
    yield "overdue"
    if level < 3:
        yield "escalated"
    if level == 1:
        yield "oversights"
        if due + WEEK <= DAYS + 1 and (answer is None or answer >= due + WEEK):
            yield "escalated"
    if report.way is Way.SUPERVISED:
        yield "oversights"


def overdue_at(report: Report) -> Iterator[tuple[int, str]]:
    """The days on which it falls overdue, each with who has it then: the `unit`, the town's `discipline` committee, or
    nobody of the town."""
    if report.way is Way.REFUSED:
        return
    organs, level = ("", "unit", "discipline", ""), level_of(report)
    if "overdue" in _overdue(report, report.day, report.answer_day, level):
        yield report.day + _period(report) + (WEEK if report.way is Way.EXTENDED else 0) + 1, organs[level]
    if report.way is Way.CONTESTED and report.answer_day is not None:
        again = report.answer_day + 1
        if "overdue" in _overdue(report, again, report.second_answer_day, level + 1):
            yield again + _period(report) + 1, organs[level + 1]


def _answer(report: Report, start: int, day: int, again: bool = False) -> Iterator[str]:
    yield "answered"
    late = again or day > start + _period(report)
    yield "answeredLate" if late else "answeredInTime"
    if report.finding in SUBSTANTIATED:
        yield "substantiated"


def _was_late(report: Report) -> bool:
    return report.answer_day is not None and report.answer_day > report.day + _period(report)


def _overdue_at_the_end(report: Report) -> int:
    """1 where it stands on the overdue board when the month is over."""
    if report.way is Way.REFUSED:
        return 0
    waiting = report.answer_day is None or (report.way is Way.CONTESTED and report.second_answer_day is None)
    start = report.day if report.answer_day is None else report.answer_day + 1
    return int(waiting and start + _period(report) + 1 <= DAYS + 1)
