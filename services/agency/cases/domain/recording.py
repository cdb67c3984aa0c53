"""Pauses that are recorded late. The rule is ours: what is recorded late is recorded by the next working day.

A longer look back would let a desk that is late make itself one that was not. So a desk whose last day has passed can
stop its clock from today on only.
"""

from __future__ import annotations

from datetime import date

from services.agency.cases.domain.case import Case
from services.agency.cases.domain.clocks import PartClock
from services.common.errors import Invalid, Refused
from services.common.workdays import Calendar


def check_day(field: str, day: date, today: date, calendar: Calendar) -> None:
    """Raises Invalid for a day to come, and for one before the last working day."""
    if day > today:
        raise Invalid(field, "不能晚于今天。", reason="IN_THE_FUTURE")
    if day < (earliest := calendar.last_before(today)):
        raise Invalid(field, f"补记不能晚于下一个工作日，最早只能记为{earliest}。", reason="TOO_LATE")


def check_desk_in_time(case: Case, desk: str, day: date, today: date, calendar: Calendar) -> None:
    """Raises Refused for a stop that would begin before today at a desk whose last day has passed."""
    part = case.running_at(desk)
    if day == today or part.start is None:
        return
    due = PartClock(part.days, part.start, part.pauses).due(calendar, case.pauses)
    if due is not None and due.last_day < today:
        raise Refused("DESK_OVERDUE", f"该环节已于{due.last_day}到期，暂停只能自今天起。", desk=desk)
