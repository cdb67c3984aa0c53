"""The ends of months and years, and the leap day: the clock strikes midnight while people write and watch is killed."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import pytest

from services.common.periods import SHANGHAI
from tests.faults.county.counting import assert_all_is_there_once, assert_gapless, each, serials_by_year
from tests.faults.county.luonan import TOWNS, Record
from tests.faults.county.times import at, county_at, names

pytestmark = pytest.mark.timeout(300)

DUE_SOON, OVERDUE, ESCALATED = (f"watch.report.{event}" for event in ("due_soon", "overdue", "escalated"))
MEETING_MISSED = "watch.post.meeting_missed"


def registered_in(year: int, reports: Iterable[Record]) -> list[Record]:
    """Those that were registered in that year, by the clocks of Luonan."""
    times = [(report, datetime.fromisoformat(str(report["registerTime"]))) for report in reports]
    return [report for report, time in times if time.astimezone(SHANGHAI).year == year]


async def test_at_the_end_of_the_year_registers_begin_anew_and_every_deadline_fires_once() -> None:
    async with county_at(at(12, 1, 9, year=2026)) as times:
        posts = {name for town in TOWNS for name in names(await times.luonan.posts(town))}
        await times.pass_until(at(12, 31, 23, 59, year=2026))
        met = await times.meet(TOWNS[0], "finance", "2026-12-31")

        async with asyncio.TaskGroup() as group:
            group.create_task(times.people.write(30))
            await times.people.tally.reaches(30)
            await times.strike(at(1, 1, year=2027))

        registers = [await times.luonan.reports(town) for town in TOWNS]
        of_the_old_year = names(registered_in(2026, itertools.chain(*registers)))
        everything = names(itertools.chain(*registers))
        for register in registers:
            assert_gapless(register)
            for year, serials in serials_by_year(register).items():
                assert len(serials) == len(registered_in(year, register))
            assert set(serials_by_year(register)) == {2026, 2027}
        assert await times.luonan.told(MEETING_MISSED) == each(posts - {met})
        assert await times.luonan.told(OVERDUE) == Counter()

        await times.pass_until(at(1, 7, year=2027))
        assert await times.luonan.told(DUE_SOON) == each(of_the_old_year)
        await times.strike(at(1, 8, year=2027))
        assert await times.luonan.told(OVERDUE) == each(of_the_old_year)
        await times.strike(at(1, 9, year=2027))
        assert await times.luonan.told(OVERDUE) == each(everything)

        await times.strike(at(2, 1, year=2027))
        with_units = names(report for report in itertools.chain(*registers) if report["level"] == "LEVEL_UNIT")
        assert await times.luonan.told(DUE_SOON) == each(everything)
        assert await times.luonan.told(ESCALATED) == each(everything) + each(with_units)
        oversights = await times.luonan.told("watch.oversight.ordered")
        assert (len(oversights), await times.luonan.told("watch.oversight.overdue")) == (
            len(with_units) + len(TOWNS),  # so many late reports are a red warning of the unit in each town
            each(oversights),
        )
        assert oversights == each(oversights)
        assert await times.luonan.told(MEETING_MISSED) == each(posts - {met}) + each(posts)
        await assert_all_is_there_once(times.luonan, times.people)


async def test_a_major_report_of_the_last_of_january_is_due_on_the_leap_day_and_overdue_after_it() -> None:
    async with county_at(at(1, 31, 10, year=2028)) as times:
        posts = {name for town in TOWNS for name in names(await times.luonan.posts(town))}
        await times.people.write(5)
        major = [await times.classify(report) for report in await times.luonan.reports(TOWNS[0])]
        general = await times.luonan.reports(TOWNS[1])

        await times.pass_until(at(2, 29, 23, 59, year=2028))
        await times.people.write(1)
        [of_the_leap_day] = [
            report for report in await times.luonan.reports(TOWNS[0]) if report["name"] not in names(major)
        ]
        later = await times.classify(of_the_leap_day)

        assert {report["lastDay"] for report in major} == {"2028-02-29"}
        assert {report["lastDay"] for report in general} == {"2028-02-07"}
        assert (of_the_leap_day["lastDay"], later["lastDay"]) == ("2028-03-07", "2028-03-29")
        assert await times.luonan.told(OVERDUE) == each(names(general))
        assert await times.luonan.told(MEETING_MISSED) == Counter()

        await times.strike(at(3, 1, year=2028))
        assert await times.luonan.told(OVERDUE) == each(names(general) | names(major))
        assert await times.luonan.told(MEETING_MISSED) == each(posts)

        await times.strike(at(3, 30, year=2028))
        assert (await times.luonan.told(OVERDUE))[str(later["name"])] == 1
        await assert_all_is_there_once(times.luonan, times.people)
