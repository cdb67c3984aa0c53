"""A county whose clock is moved, and whose processes are killed when it strikes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploy.local.databases import superuser
from deploy.local.demo.time import MovedClock
from deploy.local.settling import settling
from services.common.periods import SHANGHAI, local_date, start_of_day
from tests.engines import engine_folder
from tests.faults.county.luonan import Luonan, Record, living
from tests.faults.county.writing import Writer, writer
from tests.messaging import eventually


@dataclass
class Times:
    """A county whose clock is moved."""

    luonan: Luonan
    people: Writer
    clock: MovedClock

    async def strike(self, midnight: datetime, victim: str = "watch") -> None:
        """Moves the clock, kills a service when something has come of that in it, and returns when all of it has."""
        await self.clock.set(midnight)
        async with superuser(self.luonan.stack.postgres, f"minshao_{victim}") as database:

            async def has_begun() -> bool:
                return bool(await database.fetchval("SELECT EXISTS (SELECT FROM ledger WHERE time = $1)", midnight))

            await eventually(has_begun)
        await self.luonan.kill(victim)
        await self.luonan.start(victim)
        await self.pass_until(midnight)

    async def strike_unseen(self, after_midnight: datetime, victim: str) -> None:
        """The same, where the service dies in the last second of the day, and starts again in the next one."""
        await self.pass_until(start_of_day(local_date(after_midnight)) - timedelta(seconds=1))
        await self.luonan.kill(victim)
        await self.clock.set(after_midnight)
        await self.luonan.start(victim)
        await self.pass_until(after_midnight)

    async def pass_until(self, instant: datetime) -> None:
        """Moves the clock; returns when everything that was due by then has happened and stands in the feed."""
        await self.clock.move(instant)

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
async def county_at(start: datetime, modules: Mapping[str, str] | None = None) -> AsyncIterator[Times]:
    """A county that is provisioned at this instant; `modules` as of `living`."""
    home = engine_folder()
    (home / "clock").write_text(start.isoformat())
    async with (
        living({"MINSHAO_CLOCK_FILE": str(home / "clock")}, home, modules) as luonan,
        writer(luonan.stack.rest) as people,
        settling(luonan.stack) as county,
    ):
        yield Times(luonan, people, MovedClock(home / "clock", county))


def at(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int) -> datetime:
    """An instant by the clocks of Luonan."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def names(reports: Iterable[Record]) -> set[str]:
    return {str(report["name"]) for report in reports}
