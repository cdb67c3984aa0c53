"""Reports 汇报 of points on their work, by month or quarter."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import IllegalMove, Invalid
from services.common.words import Word

QUARTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a quarter."""

    first_day: date
    last_day: date

    @staticmethod
    def of(written: str) -> Period:
        """From `2026-09` or `2026-Q3`; the contract has checked its form."""
        year, part = int(written[:4]), written[5:]
        quarter = part.startswith("Q")
        last = int(part[1:]) * QUARTER_MONTHS if quarter else int(part)
        first = last - QUARTER_MONTHS + 1 if quarter else last
        return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


class Mark(Word):
    GOOD = 1, "好"
    FAIR = 2, "一般"
    POOR = 3, "差"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of a point on a period."""

    id: str
    version: int = 1
    point: str
    """Code of the unit in which the point is."""
    period: str
    author: str
    submit_time: datetime
    late: bool = False
    """Whether it came behind the last day that the town had set."""
    mark: Mark | None = None
    marker: str | None = None
    mark_time: datetime | None = None
    sealed_text: bytes | None = None
    sealed_remark: bytes | None = None

    def marked(self, mark: Mark, marker: str, now: datetime) -> Report:
        """The report, read and marked; once. Raises IllegalMove."""
        if self.mark is not None:
            raise IllegalMove("已评阅", "评阅")
        return replace(self, version=self.version + 1, mark=mark, marker=marker, mark_time=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCall:
    """Says that each point is to report on a period until a day."""

    id: str
    """The period in lower case."""
    version: int = 1
    period: str
    last_day: date
    caller: str

    def check(self, today: date) -> None:
        """Raises Invalid for a last day that cannot be."""
        if self.last_day < today:
            raise Invalid("last_day", "期限不能早于今天。")
        if self.last_day < Period.of(self.period).last_day:
            raise Invalid("last_day", "期限不能早于汇报期的最后一天。")
