"""When late cases at one point are too many: three within thirty calendar days, whichever became known last."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.watch.oversights.lateness import SPAN_DAYS, TOO_MANY, LateCase, too_many
from tests.unit.watch.reports.builders import REGISTERED, VILLAGE


def late_on(day: int, case: int = 0) -> LateCase:
    time = REGISTERED + timedelta(days=day)
    return LateCase(unit=VILLAGE, case=f"case-{case}", number=str(case), event=str(case), time=time)


def test_the_thirtieth_day_counts_and_the_thirty_first_does_not() -> None:
    others = [late_on(0, 1), late_on(9, 2)]

    assert len(too_many(others, late_on(29, 3))) == 3
    assert too_many(others, late_on(30, 3)) == []


@given(st.lists(st.integers(0, 90), min_size=1, max_size=12))
def test_they_are_the_most_that_any_span_with_this_one_holds(days: list[int]) -> None:
    this, *others = [late_on(day, case) for case, day in enumerate(days)]
    spans = [[day for day in days if first <= day < first + SPAN_DAYS] for first in range(-30, 91)]
    most = max(len(span) for span in spans if days[0] in span)

    found = too_many(others, this)

    assert len(found) == (most if most >= TOO_MANY else 0)
    assert not found or this in found


@given(st.lists(st.integers(0, 90), max_size=8), st.randoms(use_true_random=False))
def test_whether_there_are_ever_too_many_is_the_same_in_every_order(days: list[int], chance: Random) -> None:
    cases = [late_on(day, case) for case, day in enumerate(days)]
    mixed = list(cases)
    chance.shuffle(mixed)

    assert _ever(cases) == _ever(mixed)


def _ever(cases: list[LateCase]) -> bool:
    return any(too_many(cases[:place], case) for place, case in enumerate(cases))
