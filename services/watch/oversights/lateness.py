"""Cases of the agency that were late at one point, and when they are too many (domain §4: case overdue). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common.periods import local_date

SPAN_DAYS = 30
"""So many calendar days, the first and the last counted."""
TOO_MANY = 3
"""So many cases within a span bring the point under oversight."""
ANSWER_DAYS = 7
"""What the unit says about it is due within a week, as of an overdue report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCase:
    """A case that was late at a point. It counts there once, by the first time that it was announced, and anew where
    that was taken back."""

    unit: str
    """Code of the point's unit: of the desk whose own time passed, else of the point at which the case came in."""
    case: str
    """Resource name: `tenants/{tenant}/cases/{case}`."""
    number: str
    """What people cite it by."""
    event: str
    """Id of the event."""
    time: datetime
    oversight: str | None = None
    """Id of the oversight that it is behind."""
    lifted: bool = False
    """Whether it was not late after all, as the agency told later: then it counts no more, until it is late anew."""

    @property
    def day(self) -> date:
        return local_date(self.time)


def too_many(others: Iterable[LateCase], this: LateCase) -> list[LateCase]:
    """The cases of the fullest span with this one in it, in their order, if they are too many; else none.

    Looks ahead of this one too, since events arrive in any order.
    """
    all_of_them = sorted((*others, this), key=lambda each: (each.time, each.case))
    first_days = [each.day for each in all_of_them if this.day - _SPAN < each.day <= this.day]
    spans = [[each for each in all_of_them if first <= each.day < first + _SPAN] for first in first_days]
    fullest = max(spans, key=len)
    return fullest if len(fullest) >= TOO_MANY else []


_SPAN = timedelta(days=SPAN_DAYS)
