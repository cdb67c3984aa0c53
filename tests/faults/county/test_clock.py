"""The ends of months and years, and the leap day: the clock strikes midnight while people write and watch is killed."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest

from deploy.local.databases import superuser
from deploy.local.demo.time import MovedClock
from deploy.local.settling import settling
from services.common.periods import SHANGHAI
from tests.engines import engine_folder
from tests.faults.county.counting import assert_all_is_there_once, assert_gapless, serials_by_year
from tests.faults.county.luonan import TOWNS, Luonan, Record, living
from tests.faults.county.writing import Writer, writer
from tests.messaging import eventually

pytestmark = pytest.mark.timeout(300)

DUE_SOON, OVERDUE, ESCALATED = (f"watch.report.{event}" for event in ("due_soon", "overdue", "escalated"))
MEETING_MISSED = "watch.post.meeting_missed"


@dataclass
class Times:
    """A county whose clock is moved."""

    luonan: Luonan
    people: Writer
    clock: MovedClock

    async def strike(self, midnight: datetime) -> None:
        """Moves the clock, kills watch when something has come of that, and returns when all of it has."""
        await self.clock.set(midnight)
        async with superuser(self.luonan.stack.postgres, "minshao_watch") as database:

            async def has_begun() -> bool:
                return bool(await database.fetchval("SELECT EXISTS (SELECT FROM ledger WHERE time = $1)", midnight))

            await eventually(has_begun)
        await self.luonan.kill("watch")
        await self.luonan.start("watch")
        await self.pass_until(midnight)

    async def pass_until(self, instant: datetime) -> None:
        """Moves the clock; returns when everything that was due by then has happened and stands in the feed."""
        await self.clock.move(instant)

    async def told(self, *types: str) -> Counter[str]:
        """How often each thing is in the county's feed with an event of these types."""
        return Counter(str(entry["resource"]) for entry in await self.luonan.feed(*types))

    async def meet(self, town: str, unit: str, day: str) -> str:
        """The branch of a unit meets; returns the name of its post."""
        meeting = {"unit": f"tenants/{town}/units/{town}.{unit}", "date": day, "attendees": ["王秀兰", "村民代表三人"]}
        secretary = f"tenants/{town}/accounts/{unit}-secretary"
        await self.luonan.people.post(secretary, f"/v1/tenants/{town}/meetings", meeting)
        return f"tenants/{town}/posts/{town}.{unit}"

    async def classify(self, report: Record) -> Record:
        """The town finds that it is a major one."""
        town = str(report["name"]).split("/")[1]
        head = f"tenants/{town}/accounts/discipline-secretary"
        major = {"classification": "CLASSIFICATION_MAJOR", "reason": "涉及面广。"}
        answer = await self.luonan.people.post(head, f"/v1/{report['name']}:classify", major)
        classified = answer["report"]
        assert isinstance(classified, dict)
        return classified


@asynccontextmanager
async def county_at(start: datetime) -> AsyncIterator[Times]:
    """A county that is provisioned at this instant."""
    home = engine_folder()
    (home / "clock").write_text(start.isoformat())
    async with (
        living({"MINSHAO_CLOCK_FILE": str(home / "clock")}, home) as luonan,
        writer(luonan.stack.rest) as people,
        settling(luonan.stack) as county,
    ):
        yield Times(luonan, people, MovedClock(home / "clock", county))


def at(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int) -> datetime:
    """An instant by the clocks of Luonan."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def names(reports: Iterable[Record]) -> set[str]:
    return {str(report["name"]) for report in reports}


def registered_in(year: int, reports: Iterable[Record]) -> list[Record]:
    """Those that were registered in that year, by the clocks of Luonan."""
    times = [(report, datetime.fromisoformat(str(report["registerTime"]))) for report in reports]
    return [report for report, time in times if time.astimezone(SHANGHAI).year == year]


def each(things: Iterable[str]) -> Counter[str]:
    """All of them, once."""
    return Counter(set(things))


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
        assert await times.told(MEETING_MISSED) == each(posts - {met})
        assert await times.told(OVERDUE) == Counter()

        await times.pass_until(at(1, 7, year=2027))
        assert await times.told(DUE_SOON) == each(of_the_old_year)
        await times.strike(at(1, 8, year=2027))
        assert await times.told(OVERDUE) == each(of_the_old_year)
        await times.strike(at(1, 9, year=2027))
        assert await times.told(OVERDUE) == each(everything)

        await times.strike(at(2, 1, year=2027))
        with_units = names(report for report in itertools.chain(*registers) if report["level"] == "LEVEL_UNIT")
        assert await times.told(DUE_SOON) == each(everything)
        assert await times.told(ESCALATED) == each(everything) + each(with_units)
        oversights = await times.told("watch.oversight.ordered")
        assert (len(oversights), await times.told("watch.oversight.overdue")) == (len(with_units), each(oversights))
        assert oversights == each(oversights)
        assert await times.told(MEETING_MISSED) == each(posts - {met}) + each(posts)
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
        assert await times.told(OVERDUE) == each(names(general))
        assert await times.told(MEETING_MISSED) == Counter()

        await times.strike(at(3, 1, year=2028))
        assert await times.told(OVERDUE) == each(names(general) | names(major))
        assert await times.told(MEETING_MISSED) == each(posts)

        await times.strike(at(3, 30, year=2028))
        assert (await times.told(OVERDUE))[str(later["name"])] == 1
        await assert_all_is_there_once(times.luonan, times.people)
