"""What people of a county do so that events go round between the three services (domain §4), turn by turn."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.local.demo.month import Unit
from tests.faults.county.casework import PLACEMENT, ROOMS, Application, Clerks, clerk_of
from tests.faults.county.luonan import COUNTY, OPERATOR, TOWNS, Luonan, Record, village
from tests.faults.county.officials import Officials
from tests.faults.county.striking import TURNS
from tests.faults.county.times import Times
from tests.faults.county.writing import UNITS, Filing, Registered

COMMISSION = f"{COUNTY}/accounts/discipline-officer"
ORDER_ENDS = "2026-09-08"
MOST = 4
"""Substantiated reports that make the warning of a unit a red one, over yellow and twice orange."""
POWER = {
    "title": "资金拨付审批",
    "kind": "KIND_MANAGEMENT",
    "extent": "EXTENT_DECISIVE",
    "basis": "《会计法》",
    "boundary": "只审批预算内的支出。",
    "responsibility": "对审批结果负责。",
    "importance": 2,
    "frequency": "FREQUENCY_MONTHLY",
}


@dataclass
class Turn:
    """What waits for one turn, in both towns."""

    reports: dict[Filing, str] = field(default_factory=dict)
    """About one unit of each, with who answers them."""
    overseen: list[str] = field(default_factory=list)
    """Another one about it, which nobody takes up."""
    cases: dict[str, Unit] = field(default_factory=dict)
    """One of each room."""
    closed: list[Application] = field(default_factory=list)
    """Another one of each, which is over and will be rated."""
    ratings: dict[str, Unit] = field(default_factory=dict)
    """Bad ones, with the rooms that got them."""


@dataclass
class Loop:
    """The people of it. What they did stands here, so that it can be counted what came of it."""

    times: Times
    clerks: Clerks
    officials: Officials
    turns: Sequence[Turn] = field(default_factory=lambda: [Turn() for _ in TURNS])
    positions: set[str] = field(default_factory=set)
    """Of grade 1, without a risk point."""
    late_cases: set[str] = field(default_factory=set)
    ordered: set[str] = field(default_factory=set)
    """Oversights that the county ordered in watch."""
    founded: set[str] = field(default_factory=set)
    """Codes of the villages that came into being."""

    @property
    def luonan(self) -> Luonan:
        return self.times.luonan

    @property
    def registered(self) -> Mapping[Filing, Registered]:
        return self.times.people.registered

    @property
    def substantiated(self) -> Mapping[str, Filing]:
        return {self.registered[filing].name: filing for turn in self.turns for filing in turn.reports}

    @property
    def late_reports(self) -> set[str]:
        """Those that nobody takes up."""
        return {each.name for each in self.registered.values()} - self.substantiated.keys()

    @property
    def late_at_units(self) -> set[str]:
        """Those of them that units had to answer; the others, towns."""
        return self.late_reports & {each.name for filing, each in self.registered.items() if filing.stays_with_unit}

    @property
    def noticed(self) -> set[str]:
        """Cases whose applicants are told twice what is missing."""
        return {case for turn in self.turns for case in turn.cases}

    @property
    def overseen(self) -> set[str]:
        """Reports of which the county orders oversight."""
        return {report for turn in self.turns for report in turn.overseen}

    @property
    def ratings(self) -> Mapping[str, Unit]:
        """Bad ones, with the rooms that got them."""
        return {rating: room for turn in self.turns for rating, room in turn.ratings.items()}

    def late_in(self, room: Unit) -> set[str]:
        """The late cases of a room."""
        received = self.clerks.received.items()
        return self.late_cases & {each.case.name for application, each in received if application.room == room}

    async def make_position(self, turn: int) -> None:
        """One of grade 1, in a unit of each town."""
        for town in TOWNS:
            self.positions.add(await make_position(self.officials, town, UNITS[turn]))

    async def prepare(self) -> None:
        """Reports are filed and under investigation, cases received and accepted."""
        await self.times.people.write(MOST * len(UNITS))
        for filing, registered in self.registered.items():
            self.turns[_turn(filing)].reports[filing] = await self._investigated(filing, registered.name)
        await self.file_late(1)
        for filing, registered in self.registered.items():
            if registered.name in self.late_reports:
                self.turns[_turn(filing)].overseen.append(registered.name)
        await self.clerks.work(2 * len(TURNS))
        for room in ROOMS:
            received = [application for application in self.clerks.received if application.room == room]
            for turn, open_one, closed in zip(self.turns, received[::2], received[1::2], strict=True):
                turn.cases[self.clerks.received[open_one].case.name] = room
                turn.closed.append(closed)
        rated = [self.clerks.received[each].case.name for turn in self.turns for each in turn.closed]
        await self.clerks.withdraw(*rated)
        for who in (COMMISSION, OPERATOR):
            await self.luonan.people.headers(who)

    async def file_late(self, count: int) -> None:
        """So many reports about each unit, which nobody takes up."""
        await self.times.people.write(count * len(UNITS))

    async def accept_late(self, turn: int) -> None:
        """A case in each room, in which nothing is done any more; in one room so many that its third is one of them."""
        self.late_cases |= await self.clerks.work(1, PLACEMENT)
        self.late_cases |= await self.clerks.work(2, PLACEMENT, [ROOMS[turn]])

    async def act(self, turn: int) -> None:
        """All at the same time: officers find substantiated what was said of a unit, clerks break the one-notice rule,
        applicants rate badly, the county orders oversights, and a village comes into being."""
        now = self.turns[turn]
        await all_of(
            *(self._answer(who, self.registered[filing].name) for filing, who in now.reports.items()),
            *(self._notify_twice(*each) for each in now.cases.items()),
            *(self._order(town, unit=_unit(town, turn)) for town in TOWNS),
            *(self._order(report.split("/")[1], report=report) for report in now.overseen),
            *(self._order_of_case(*each) for each in now.cases.items()),
            *(self._rate(now, application) for application in now.closed),
            self._found_village(TOWNS[turn % len(TOWNS)], turn),
        )

    async def open_warnings(self) -> list[Record]:
        """Those that wait for a disposition, by unit."""
        found = [each for each in await self.in_towns("warnings") if each["state"] == "STATE_OPEN"]
        return sorted(found, key=lambda each: str(each["unit"]))

    async def dispose(self, turn: int, warnings: Iterable[Record]) -> None:
        """All at the same time: the towns' discipline committees order to correct, and rooms answer who rated them."""
        await all_of(
            *map(self._dispose, warnings),
            *(self._answer_rating(*each) for each in self.turns[turn].ratings.items()),
        )

    async def in_towns(self, collection: str) -> list[Record]:
        """All that both towns have of it."""
        return [each for town in TOWNS for each in await self.luonan.of_town(town, collection)]

    async def _investigated(self, filing: Filing, name: str) -> str:
        """Returns who will answer it: of a named one the unit's secretary, of the others the town."""
        accounts, do = f"tenants/{filing.town}/accounts", self.officials.do
        decider = officer = f"{accounts}/{UNITS[_turn(filing)]}-secretary"
        if not filing.stays_with_unit:
            decider, officer = f"{accounts}/discipline-secretary", f"{accounts}/discipline-officer"
            subject = {"about": "窗口", "unit": filing.body["unit"]}
            await do(decider, f"/v1/{name}:linkSubject", subject=subject)
        await do(decider, f"/v1/{name}:assign", officer=officer)
        await do(officer, f"/v1/{name}:start")
        return officer

    async def _answer(self, who: str, report: str) -> None:
        await self.officials.do(who, f"/v1/{report}:answer", finding="FINDING_SUBSTANTIATED", text="属实，已改正。")

    async def _notify_twice(self, case: str, room: Unit) -> None:
        for missing in ("户口簿", "情况说明"):
            await self.officials.do(clerk_of(room), f"/v1/{case}:notify", missing=["户口簿", missing])

    async def _order(self, town: str, **target: str) -> None:
        facts = {"note": "请限期办结并报告。", "lastDay": ORDER_ENDS, **target}
        path = f"/v1/tenants/{town}/oversights"
        self.ordered.add(await self.officials.make(COMMISSION, path, **facts))

    async def _order_of_case(self, case: str, room: Unit) -> None:
        facts = {"desk": room.name, "text": "请一次性告知。", "lastDay": ORDER_ENDS}
        await self.officials.make(COMMISSION, f"/v1/{case}:oversee", **facts)

    async def _rate(self, now: Turn, application: Application) -> None:
        facts = {"code": self.clerks.received[application].receipt_code, "kind": "KIND_OVERALL"}
        path = f"/v1/{application.room.town}/cases:rate"
        rating = await self.officials.make(application.address, path, level="LEVEL_DISSATISFIED", **facts)
        now.ratings[rating] = application.room

    async def _answer_rating(self, rating: str, room: Unit) -> None:
        await self.officials.do(clerk_of(room), f"/v1/{rating}:answer", text="已向您说明并改正。")

    async def _found_village(self, town: str, turn: int) -> None:
        code = f"{town}29{turn}"
        self.founded.add(code)
        await self.officials.do(OPERATOR, f"/v1/tenants/{town}:provision", **village(town, code))

    async def _dispose(self, warning: Record) -> None:
        tenant = str(warning["name"]).partition("/warnings/")[0]
        await self.officials.make(
            f"{tenant}/accounts/discipline-officer",
            f"/v1/{tenant}/dispositions",
            warning=warning["name"],
            severity="SEVERITY_CORRECTION",
            note="责令限期纠正。",
            lastDay="2026-09-20",
        )


async def make_position(officials: Officials, town: str, unit: str, title: str = "负责人") -> str:
    """One of grade 1 in the unit; returns its resource name."""
    leader = f"tenants/{town}/accounts/{unit}-leader"
    facts = {"unit": f"tenants/{town}/units/{town}.{unit}", "title": title, "standing": "STANDING_LEADING"}
    position = await officials.make(leader, f"/v1/tenants/{town}/positions", **facts)
    await officials.make(leader, f"/v1/{position}/powers", content=POWER)
    return position


def _unit(town: str, turn: int) -> str:
    return f"tenants/{town}/units/{town}.{UNITS[turn]}"


def _turn(filing: Filing) -> int:
    return UNITS.index(str(filing.body["unit"]).rpartition(".")[2])


async def all_of(*deeds: Coroutine[Any, Any, None]) -> None:
    """All at the same time."""
    async with asyncio.TaskGroup() as group:
        for deed in deeds:
            group.create_task(deed)
