"""The calendar of a tenant: which days are working days, how many lie before a day, and which is the n-th.

The week goes on for ever; what differs from it is a short sorted list. So counting and finding are a formula and a
binary search, at any distance, and a calendar of a hundred years is small and quick to make.

Inside, days are the ordinals of `date`. Ordinal 1 is a Monday, which keeps the formulas short.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from datetime import date
from itertools import accumulate

from services.common.errors import OutOfRange
from services.common.workdays.days import WEEKDAYS, CalendarDay, Kind, Level, SetDay

DECEMBER_OPENS = 18
"""From this day on, December waits for the notice of the next year: New Year's holiday may need a weekend before it.

Ours, on the safe side: since 2004 no notice has set a day of the December before that was earlier than the 29th, and
no working weekend was further from its holiday than eleven days (20 September 2026, for 1 October).
"""

_LAST_DAY = date.max.toordinal()


class Calendar:
    """Working days of one tenant. Immutable.

    Days that were set stand as set, the highest level first; all others follow the week. Raises ValueError when one
    level sets a day twice.
    """

    __slots__ = ("_changed", "_counts", "_days", "_extra", "_settled", "_words", "published")

    published: frozenset[int]
    """The years whose national arrangement is published."""

    def __init__(self, days: Iterable[SetDay], published: Collection[int]) -> None:
        self.published = frozenset(published)
        self._days = _standing(days)
        self._words = {ordinal: each.words for ordinal, each in self._days.items()}
        changed = [
            (ordinal, 1 if each.kind is Kind.WORKING else -1)
            for ordinal, each in sorted(self._days.items())
            if (each.kind is Kind.WORKING) != _worked_by_week(ordinal)
        ]
        self._changed = [ordinal for ordinal, _ in changed]
        self._extra = [0, *accumulate(change for _, change in changed)]
        self._counts = [_weekdays_through(ordinal) + self._extra[i] for i, ordinal in enumerate(self._changed, 1)]
        self._settled = _settled(self.published)

    def day(self, day: date) -> CalendarDay:
        """What this day is, and why."""
        ordinal = day.toordinal()
        set_day = self._days.get(ordinal)
        kind = Kind.WORKING if self.is_working(ordinal) else Kind.OFF
        level = set_day.level if set_day else None
        return CalendarDay(day, kind, self.words(ordinal), level, self.provisional(day))

    def provisional(self, day: date) -> bool:
        """Whether a notice that is still to come could set this day."""
        ordinal = day.toordinal()
        return not self.settled(ordinal, ordinal)

    def is_working(self, ordinal: int) -> bool:
        if (each := self._days.get(ordinal)) is not None:
            return each.kind is Kind.WORKING
        return _worked_by_week(ordinal)

    def words(self, ordinal: int) -> str:
        """Weekday and reason, as `SetDay.words`; the weekday alone where nobody set the day."""
        return self._words.get(ordinal) or WEEKDAYS[(ordinal - 1) % 7]

    def count_through(self, ordinal: int) -> int:
        """How many working days there are from the beginning of time to this day, itself included."""
        return _weekdays_through(ordinal) + self._extra[bisect_right(self._changed, ordinal)]

    def find(self, count: int) -> int:
        """The working day with this count: the first through which there are so many. Raises OutOfRange."""
        place = bisect_left(self._counts, count)
        ordinal = _nth_weekday(count - self._extra[place])
        # A weekend that is worked may be it: then the week alone comes to a later day.
        if place < len(self._changed):
            ordinal = min(ordinal, self._changed[place])
        if ordinal > _LAST_DAY:
            raise OutOfRange("DAY_OUT_OF_RANGE", "日期超出可以计算的范围。")
        return ordinal

    def last_before(self, day: date) -> date:
        """The last working day before a day."""
        return date.fromordinal(self.find(self.count_through(day.toordinal() - 1)))

    def settled(self, first: int, last: int) -> bool:
        """Whether no notice that is still to come can set any of the days from the first to the last."""
        place = bisect_right(self._settled, (last, _LAST_DAY)) - 1
        return place >= 0 and self._settled[place][0] <= first and last <= self._settled[place][1]


def _standing(days: Iterable[SetDay]) -> dict[int, SetDay]:
    """Of each day that was set, what stands."""
    standing: dict[int, SetDay] = {}
    seen: set[tuple[date, Level]] = set()
    for each in days:
        if (each.day, each.level) in seen:
            raise ValueError(f"{each.day} is set twice by {each.level.name}")
        seen.add((each.day, each.level))
        before = standing.get(ordinal := each.day.toordinal())
        if before is None or before.level < each.level:
            standing[ordinal] = each
    return standing


def _settled(published: Collection[int]) -> list[tuple[int, int]]:
    """The stretches of time that no notice can set any more, from first to last day."""
    stretches: list[tuple[int, int]] = []
    for year in sorted(published):
        first = date(year, 1, 1).toordinal()
        last = date(year, 12, 31 if year + 1 in published else DECEMBER_OPENS - 1).toordinal()
        if stretches and stretches[-1][1] == first - 1:
            first = stretches.pop()[0]
        stretches.append((first, last))
    return stretches


def _worked_by_week(ordinal: int) -> bool:
    return (ordinal - 1) % 7 < 5


def _weekdays_through(ordinal: int) -> int:
    weeks, days = divmod(ordinal, 7)
    return 5 * weeks + min(days, 5)


def _nth_weekday(count: int) -> int:
    weeks, days = divmod(count - 1, 5)
    return 7 * weeks + days + 1
