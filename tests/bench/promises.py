"""A promised date with its explanation, day by day, beside a plain walk over the same days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median
from time import perf_counter

from services.agency.cases.domain.clocks import CaseClock, PartClock
from services.common.workdays import Ground, Pause, calendar_of
from tests.bench.figures import Figure

LIMIT_IS = "the same days walked, each looked up in a set"
TIMES = 200
"""How often each is done in one round: a single one is too short to be timed."""
DAY = timedelta(days=1)

CLOCK = CaseClock(
    start=date(2026, 9, 22),
    days=17,
    steps=((PartClock(2, date(2026, 9, 22)),), (PartClock(5, date(2026, 9, 24)),)),
    applicant=(Pause(Ground.CORRECTION, date(2026, 9, 28), date(2026, 10, 9)),),
)
"""A case of three tiers over Mid-Autumn, National Day and the shifted Saturday, whose applicant had to bring more."""


def explanations(rounds: int) -> Iterator[Figure]:
    """Microseconds for one explanation with its texts."""
    calendar = calendar_of()
    off = frozenset(
        day for day in _days(date(2026, 1, 1), date(2027, 1, 1)) if not calendar.is_working(day.toordinal())
    )
    explained = CLOCK.explain(calendar)
    last = explained.days[-1].day

    def explain() -> object:
        return list(CLOCK.explain(calendar).lines())

    def walk() -> object:
        return [f"{day.month}月{day.day}日{'' if day in off else '计 1 天'}" for day in _days(CLOCK.start, last + DAY)]

    took = [(_microseconds(explain), _microseconds(walk)) for _ in range(rounds)]
    value, limit = (median(each) for each in zip(*took, strict=True))
    yield Figure("deadline_explain", value, "µs", limit, LIMIT_IS)


def _microseconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    for _ in range(TIMES):
        work()
    return 1e6 * (perf_counter() - began) / TIMES


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += DAY
