"""Positions 岗位 of a unit in its sections 股室, and who holds them over time (domain §1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.common.errors import Invalid, Refused
from services.common.periods import local_date, overdue_from
from services.common.words import Word


class Standing(Word):
    LEADING = 1, "领导"
    HANDLING = 2, "承办"
    OTHER = 3, "其他"


STRICTEST = 1
UNPROTECTED_DAYS = 90
"""So many days a position of the strictest grade may be without a confirmed risk point before the county is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position of a unit."""

    id: str
    version: int = 1
    unit: str
    section: str
    """Empty for a unit without sections."""
    title: str
    standing: Standing
    grade: int | None = None
    """The strictest grade of its powers (domain §1.5); None for one without powers."""
    grade_time: datetime | None = None
    """Since when it has it."""
    risk_points: int = 0
    """How many confirmed risk points it has."""
    unprotected_time: datetime | None = None
    """Since when it is of the strictest grade and has none; None while it is not."""
    retired: bool = False

    def check_in_use(self) -> None:
        """Raises Refused for a retired one."""
        if self.retired:
            raise Refused("POSITION_RETIRED", "该岗位已停用。")

    def graded(self, grades: Iterable[int], now: datetime) -> Position:
        """With the strictest of the grades of its powers."""
        grade = min(grades, default=None)
        if grade == self.grade:
            return self
        return replace(self, grade=grade, grade_time=now if grade else None).looked_at(now)

    def with_risk_points(self, count: int, now: datetime) -> Position:
        """With so many confirmed risk points."""
        return replace(self, risk_points=count).looked_at(now)

    @property
    def told_unprotected(self) -> datetime | None:
        """When the county is told that it has no confirmed risk point; None where it has one, or needs none."""
        if self.unprotected_time is None:
            return None
        return overdue_from(local_date(self.unprotected_time) + timedelta(days=UNPROTECTED_DAYS))

    def unprotected_days(self, today: date) -> int:
        """For how many days it has been of the strictest grade without a confirmed risk point."""
        return (today - local_date(self.unprotected_time)).days if self.unprotected_time else 0

    def looked_at(self, now: datetime) -> Position:
        """With since when it is of the strictest grade and has no confirmed risk point."""
        unprotected = self.grade == STRICTEST and not self.risk_points
        return replace(self, unprotected_time=(self.unprotected_time or now) if unprotected else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A cadre in a position, for a time. Days are those of Shanghai."""

    id: str
    position: str
    cadre: str
    first_day: date
    last_day: date | None = None

    def ended(self, last_day: date, today: date) -> Holder:
        """Raises Refused, Invalid."""
        if self.last_day is not None:
            raise Refused("LEFT", "该任职已经结束。")
        if not self.first_day <= last_day <= today:
            raise Invalid("last_day", "离任日期应在任职之后，且不晚于今天。")
        return replace(self, last_day=last_day)

    def left(self, day: date) -> Holder:
        """Ended by what happened on a day: then, or on the first day where that is later."""
        return replace(self, last_day=max(day, self.first_day))
