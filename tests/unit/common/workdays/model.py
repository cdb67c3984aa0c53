"""The rule as a slow model: one walks the days with a finger. Shares no code with the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import strategies as st

from services.common.workdays import Calendar, Ground, Kind, Level, Pause, SetDay

FIRST, LAST = date(2025, 12, 1), date(2027, 3, 31)
"""The days that drawn calendars set; periods start among them and end behind them too."""


@dataclass(frozen=True)
class Walk:
    """What walking came to: the day, if any, and the days that were counted on the way."""

    last_day: date | None
    counted: list[date]


def days_after(start: date) -> Iterator[date]:
    day = start
    while True:
        day += timedelta(days=1)
        yield day


def works(day: date, set_days: Mapping[tuple[date, Level], Kind]) -> bool:
    """Town before county before nation before week."""
    for level in (Level.TOWN, Level.COUNTY, Level.NATIONAL):
        if (day, level) in set_days:
            return set_days[day, level] is Kind.WORKING
    return day.strftime("%a") not in ("Sat", "Sun")


def paused(day: date, pauses: Iterable[Pause]) -> bool:
    return any(day > pause.start and (pause.end is None or day <= pause.end) for pause in pauses)


def walk(start: date, days: int, set_days: Mapping[tuple[date, Level], Kind], pauses: list[Pause]) -> Walk:
    """Counts from the day after the start until so many days are counted, or an open pause ends all counting."""
    counted: list[date] = []
    if days == 0:
        return Walk(start, counted)
    for day in days_after(start):
        if any(pause.end is None and day > pause.start for pause in pauses):
            return Walk(None, counted)
        if works(day, set_days) and not paused(day, pauses):
            counted.append(day)
        if len(counted) == days:
            return Walk(day, counted)
    raise AssertionError("days do not end")


@st.composite
def set_days(draw: st.DrawFn) -> dict[tuple[date, Level], Kind]:
    """Days set at random, single ones and stretches, by all levels; sometimes the same day by several."""
    chosen: dict[tuple[date, Level], Kind] = {}
    for first, length, level, kind in draw(
        st.lists(
            st.tuples(st.dates(FIRST, LAST), st.integers(1, 12), st.sampled_from(Level), st.sampled_from(Kind)),
            max_size=12,
        )
    ):
        for day in range(length):
            chosen[first + timedelta(days=day), level] = kind
    return chosen


def calendar(set_days: Mapping[tuple[date, Level], Kind], published: Iterable[int] = (2025, 2026, 2027)) -> Calendar:
    days = [SetDay(day, kind, "抽签安排", level) for (day, level), kind in set_days.items()]
    return Calendar(days, frozenset(published))


@st.composite
def pauses(draw: st.DrawFn, *, may_be_open: bool = True) -> Pause:
    start = draw(st.dates(FIRST, LAST))
    if may_be_open and draw(st.integers(0, 9)) == 0:
        return Pause(draw(st.sampled_from(Ground)), start)
    return Pause(draw(st.sampled_from(Ground)), start, start + timedelta(days=draw(st.integers(0, 40))))


STARTS = st.dates(FIRST, LAST)
DAYS = st.integers(0, 60)
PAUSES = st.lists(pauses(), max_size=4)
CLOSED_PAUSES = st.lists(pauses(may_be_open=False), max_size=4)


def is_later(one: date | None, other: date | None) -> bool:
    """Whether the first lies behind the second, with None behind everything: no last day is in sight."""
    return (one or date.max) > (other or date.max)


def ascending(days: list[date]) -> bool:
    return all(before < after for before, after in pairwise(days))
