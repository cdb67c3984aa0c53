"""The dates of a case as they are kept: counted by a calendar, and as far as it was told that they have passed.

A date that has passed is told once. Where it moves on while it has passed, that is the same lateness; where it moved
ahead, that lateness holds no more, and the next one is another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.agency.cases.domain.case import Case, Part
from services.common.workdays import Calendar


def counted(case: Case, calendar: Calendar) -> Case:
    """The open case with its dates by the calendar. Those of a desk that is done stay."""
    due = case.clock.due(calendar) if case.clock else None
    parts = tuple(_counted(case, part, calendar) if part.running else part for part in case.parts)
    return replace(case, promised_date=due.last_day if due else None, parts=parts)


def counted_at(case: Case, desk: str, calendar: Calendar) -> Case:
    """The case with the last day of what is at a desk by the calendar; all else stays."""
    parts = (_counted(case, part, calendar) if part.running and part.desk == desk else part for part in case.parts)
    return replace(case, parts=tuple(parts))


def still_told(before: Case, after: Case, today: date) -> Case:
    """What was told of the dates of `before` is told of those of `after` that moved without ceasing to have passed, and
    of those that moved ahead no more."""
    parts = tuple(
        replace(new, overdue_date=_told(new.overdue_date, old.due_date, new.due_date, today))
        for old, new in zip(before.parts, after.parts, strict=True)
    )
    told = _told(after.overdue_date, before.promised_date, after.promised_date, today)
    return replace(after, parts=parts, overdue_date=told)


def told_as(case: Case, other: Case) -> Case:
    """The case with its own dates, of which that was told which was told of another's."""
    parts = tuple(
        replace(part, overdue_date=told.overdue_date) for part, told in zip(case.parts, other.parts, strict=True)
    )
    return replace(case, parts=parts, overdue_date=other.overdue_date)


def is_late(case: Case, today: date) -> bool:
    """Whether the promise of an open case has passed."""
    return case.state.open and _passed(case.promised_date, today)


def late_parts(case: Case, today: date) -> Iterator[Part]:
    """What desks of an open case are late with, by their own time."""
    for part in case.parts:
        if case.state.open and part.running and _passed(part.due_date, today):
            yield part


def was_told(case: Case) -> bool:
    """Whether it was told that any date of the case has passed."""
    return case.overdue_date is not None or any(part.overdue_date is not None for part in case.parts)


def told_overdue(case: Case, place: str) -> Case:
    """The case once it is told that its promise has passed, or the last day of the desk at `place`; the same case where
    that was told."""
    if not place:
        return replace(case, overdue_date=_latest(case.overdue_date, case.promised_date))
    parts = tuple(
        replace(part, overdue_date=_latest(part.overdue_date, part.due_date))
        if f"{part.step}.{part.place}" == place
        else part
        for part in case.parts
    )
    return replace(case, parts=parts)


def _counted(case: Case, part: Part, calendar: Calendar) -> Part:
    due = case.due_of(part, calendar)
    return replace(part, due_date=due.last_day if due else None)


def _told(told: date | None, old: date | None, new: date | None, today: date) -> date | None:
    if told is None or new == old:
        return told
    if new is None or not _passed(new, today):
        return None
    return max(told, new) if told == old else told


def _latest(told: date | None, passed: date | None) -> date | None:
    return max(filter(None, (told, passed)), default=None)


def _passed(last_day: date | None, today: date) -> bool:
    return last_day is not None and today > last_day
