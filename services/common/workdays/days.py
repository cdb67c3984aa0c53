"""Days of a calendar: what was set for one and by whom, and how people read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum

from services.common.errors import Invalid

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class Kind(Enum):
    """What a day is. The values are the words of the notices, and those of a published year's file."""

    WORKING = "上班"
    OFF = "放假"

    @property
    def label(self) -> str:
        return self.value


class Level(IntEnum):
    """Who set a day. Of several, the highest number stands: what is closer to the people who work there."""

    NATIONAL = 1
    COUNTY = 2
    TOWN = 3

    @property
    def suffix(self) -> str:
        """How a reason shows that the day is a local one; empty for the whole country."""
        return _SUFFIXES[self]


_SUFFIXES = {Level.NATIONAL: "", Level.COUNTY: "（县）", Level.TOWN: "（镇）"}


@dataclass(frozen=True, slots=True)
class SetDay:
    """A day as it was set. Days that nobody set follow the week: Monday to Friday are worked.

    Raises Invalid without a reason.
    """

    day: date
    kind: Kind
    reason: str
    """In Chinese, as people read it: `中秋节`, `国庆调休上班`, `雪灾放假`. Without weekday and level."""
    level: Level = Level.NATIONAL

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise Invalid("reason", "必须写明放假或上班的原因。")

    @property
    def words(self) -> str:
        """Weekday and reason: `周六，国庆调休上班`, `周三，雪灾放假（镇）`."""
        return f"{WEEKDAYS[self.day.weekday()]}，{self.reason}{self.level.suffix}"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day as a calendar knows it."""

    day: date
    kind: Kind
    words: str
    """Weekday and, where the day was set, the reason: `周六，国庆调休上班`, `周五`."""
    level: Level | None
    """Who set it; None when it follows the week."""
    provisional: bool
    """Whether a notice that is still to come could set it."""
