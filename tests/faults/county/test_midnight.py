"""Promises pass at midnight, over a holiday and a Saturday that is worked, and the agency need not live to see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

import pytest

from services.common.periods import local_date
from tests.faults.county.casework import PLACEMENT, ROOMS, clerks
from tests.faults.county.counting import assert_healthy, assert_ledgers_are_told
from tests.faults.county.luonan import Luonan
from tests.faults.county.times import at, county_at

pytestmark = pytest.mark.timeout(300)

OVERDUE = "agency.case.overdue"
POINT_OVERSEEN = "watch.oversight.ordered"

Told = Counter[tuple[str, date]]
"""What was told, and by the day on which it was."""


async def told_overdue(luonan: Luonan) -> Told:
    times = [(str(entry["resource"]), str(entry["eventTime"])) for entry in await luonan.feed(OVERDUE)]
    return Counter((case, local_date(datetime.fromisoformat(time))) for case, time in times)


def on(month: int, day: int, cases: Iterable[str]) -> Told:
    """Each of them, once, on this day of 2026."""
    return Counter((case, date(2026, month, day)) for case in set(cases))


async def test_a_case_is_told_overdue_once_at_the_midnight_that_ends_its_last_working_day() -> None:
    async with county_at(at(9, 28, 10, year=2026)) as times, clerks(times.luonan) as working:
        luonan = times.luonan
        early = await working.work(5, PLACEMENT)
        given_up = min(early)
        await working.withdraw(given_up)
        early -= {given_up}
        await times.pass_until(at(9, 29, 10, year=2026))
        late = await working.work(5, PLACEMENT)

        # The rooms had the 29th and the 30th; whoever came on the 29th has the first day after the holiday, too.
        await times.strike_unseen(at(10, 1, 0, 20, year=2026), "agency")
        expected = on(10, 1, early)
        assert await told_overdue(luonan) == expected

        await times.pass_until(at(10, 8, 23, 59, year=2026))
        assert await told_overdue(luonan) == expected
        await times.strike(at(10, 9, year=2026), "agency")
        expected += on(10, 9, late)
        assert await told_overdue(luonan) == expected

        # 29 and 30 September, 8 and 9 October, and Saturday the 10th, which is worked.
        await times.strike_unseen(at(10, 11, 0, 20, year=2026), "agency")
        expected += on(10, 11, early)
        assert await told_overdue(luonan) == expected

        # Sunday the 11th is none: the fifth day of those who came on the 29th is Monday.
        await times.pass_until(at(10, 13, year=2026))
        expected += on(10, 13, late)
        assert await told_overdue(luonan) == expected

        overseen = [entry["unit"] for entry in await luonan.feed(POINT_OVERSEEN)]
        assert Counter(overseen) == Counter(room.code for room in ROOMS)
        await assert_healthy(luonan)
        await assert_ledgers_are_told(luonan)
