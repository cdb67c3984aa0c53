"""The county orders oversight where the matter is: in watch of a unit, a post and a report, in the agency of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from deploy.local.demo.month import Unit
from tests.faults.county.casework import ROOMS, Clerks, clerk_of
from tests.faults.county.looping import COMMISSION, all_of
from tests.faults.county.officials import Officials
from tests.faults.county.writing import Writer

OVERSEEN_ROOMS = ROOMS[::2]
"""One of each town."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is put under oversight."""

    path: str
    """Where that is ordered."""
    asked: str
    facts: Mapping[str, str]
    """What it is, and what is demanded."""


@dataclass(frozen=True)
class Order:
    """What was ordered."""

    name: str
    """Resource name of the oversight."""
    asked: str
    """The account of who must answer."""

    @property
    def case(self) -> str:
        """Resource name of the case that it is of; empty for an oversight of watch."""
        matter = self.name.rpartition("/oversights/")[0]
        return matter if "/cases/" in matter else ""

    @property
    def thing(self) -> str:
        """What events tell it of: the case, or the oversight itself."""
        return self.case or self.name


@dataclass
class Orders:
    """Who orders it, to be answered on one day, and what was ordered."""

    last_day: date
    writer: Writer
    clerks: Clerks
    officials: Officials
    given: list[Order] = field(default_factory=list)

    async def matters(self) -> Sequence[Matter]:
        """In each town a unit, a post, a report that the unit has to answer, and a case that nobody is late with: its
        applicant has to bring something yet."""
        before = set(self.writer.registered)
        await self.writer.write(2)
        cases = await self.clerks.work(1, rooms=OVERSEEN_ROOMS)
        found = list[Matter]()
        for room in OVERSEEN_ROOMS:
            [case] = (each for each in cases if each.startswith(f"{room.town}/"))
            await self.officials.do(clerk_of(room), f"/v1/{case}:notify", missing=["户口簿"])
            [report] = (
                (registered.name, str(filing.body["unit"]))
                for filing, registered in self.writer.registered.items()
                if filing not in before and filing.stays_with_unit and registered.name.startswith(f"{room.town}/")
            )
            found += _matters(room, case, *report)
        return found

    async def give(self, matters: Iterable[Matter]) -> None:
        """All at the same time."""
        await all_of(*map(self._give, matters))

    async def _give(self, matter: Matter) -> None:
        name = await self.officials.make(COMMISSION, matter.path, lastDay=str(self.last_day), **matter.facts)
        self.given.append(Order(name, matter.asked))


def _matters(room: Unit, case: str, report: str, unit: str) -> Iterable[Matter]:
    """Of one town: `unit` is that of the report."""
    people, oversights = f"{room.town}/accounts/{unit.rpartition('.')[2]}", f"/v1/{room.town}/oversights"
    targets = {
        f"{people}-leader": {"unit": unit},
        f"{people}-secretary": {"report": report},
        room.account("leader"): {"post": f"{room.town}/posts/{room.code}"},
    }
    for asked, target in targets.items():
        yield Matter(path=oversights, asked=asked, facts={**target, "note": "请限期办结并报告。"})
    of_case = {"desk": room.name, "text": "请一次性告知。"}
    yield Matter(path=f"/v1/{case}:oversee", asked=clerk_of(room), facts=of_case)
