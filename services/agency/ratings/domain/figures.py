"""What is counted of ratings, for everybody to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.agency.ratings.domain.rating import Satisfaction
from services.common.errors import Invalid

LONGEST = 366
"""Days of a period."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of ratings and of what became of the bad ones."""

    levels: Mapping[Satisfaction, int]
    answered: int
    in_time: int
    """Of the answered, those of which no organ had missed its last day."""
    accepted: int

    @property
    def ratings(self) -> int:
        return sum(self.levels.values())

    @property
    def bad(self) -> int:
        return sum(count for level, count in self.levels.items() if level.bad)

    @property
    def satisfied_share(self) -> float:
        """From 0 to 1; 0 where nobody rated."""
        return (self.ratings - self.bad) / self.ratings if self.ratings else 0.0


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both counted."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Invalid("last_day", "结束日期不能早于开始日期。", reason="ENDS_BEFORE_IT_BEGINS")
        if (self.last - self.first).days >= LONGEST:
            raise Invalid("last_day", f"统计期间最长 {LONGEST} 天。", reason="TOO_LONG")
