"""The working days of the demo, as the notice of the State Council for 2026 sets them; days as in `month`.

Written down by hand here, and read from nowhere: the model counts by them.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from deploy.local.demo.month import day_of

NATIONAL_DAY = range(31, 38)
"""1 to 7 October."""
HOLIDAYS = frozenset({*range(25, 28), *NATIONAL_DAY})
"""Mid-Autumn: 25 to 27 September; National Day."""
SHIFTED = frozenset({20, 40})
"""Sunday 20 September and Saturday 10 October are worked."""
SNOW = 42
"""Monday 12 October: a town that snow has cut off declares it a day off."""
DECLARED = 38
"""On the evening of this day it does."""

_SATURDAY = 5


def works(day: int, off: Collection[int] = ()) -> bool:
    """Whether it is a working day; `off` are a town's own days off."""
    if day in off:
        return False
    return day in SHIFTED or (day not in HOLIDAYS and day_of(day).weekday() < _SATURDAY)


def after(day: int, working_days: int, off: Collection[int] = ()) -> int:
    """The day that is so many working days after this one; itself for none."""
    left = working_days
    for each in count(day + 1):
        if left == 0:
            return each - 1
        left -= works(each, off)
    raise AssertionError
