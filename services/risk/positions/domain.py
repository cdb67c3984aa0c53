"""Positions 岗位 of a unit in its sections 股室, and who holds them over time (domain §1.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import Invalid, Refused
from services.common.words import Word


class Standing(Word):
    LEADING = 1, "领导"
    HANDLING = 2, "承办"
    OTHER = 3, "其他"


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
        return replace(self, grade=grade, grade_time=now if grade else None)


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
