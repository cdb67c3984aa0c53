"""People of both towns, who tell something on the web and press the button again for as long as nothing comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast
from uuid import uuid4

import httpx

from tests.faults.county.insisting import Insistent, answered
from tests.faults.county.luonan import TOWNS
from tests.faults.county.tally import Tally

AT_ONCE = 4
"""How many file at the same time in each town."""

UNITS = ("finance", "police", "civil-affairs")


@dataclass(frozen=True, eq=False)
class Filing:
    """A report on its way: the same request, whenever it is sent.

    Every other one names its reporter and an officer of the unit: it stays with the unit. The others go to the town.
    """

    town: str
    body: Mapping[str, object]
    address: str

    @property
    def stays_with_unit(self) -> bool:
        return self.body["reporterMode"] == "REPORTER_MODE_NAMED"

    @classmethod
    def new(cls, town: str, number: int) -> Filing:
        unit = UNITS[number % len(UNITS)]
        body: dict[str, object] = {
            "unit": f"tenants/{town}/units/{town}.{unit}",
            "kind": "KIND_ACCUSATION",
            "matter": "MATTER_NEGLECT_OF_DUTY",
            "reporterMode": "REPORTER_MODE_ANONYMOUS",
            "subject": {"about": f"窗口第{number}号"},
            "text": f"上班时间窗口无人，已是第{number}次。",
            "requestId": str(uuid4()),
        }
        if number % 2:
            body |= {
                "reporterMode": "REPORTER_MODE_NAMED",
                "reporter": {"name": "赵某", "contact": f"139{number:08}"},
                "subject": {"about": "窗口干事", "cadre": f"tenants/{town}/cadres/{unit}-officer"},
            }
        return cls(town, body, f"10.{TOWNS.index(town)}.{number // 250}.{number % 250}")


@dataclass(frozen=True)
class Registered:
    """What whoever filed got for it."""

    name: str
    number: str
    code: str


class Writer(Insistent):
    """Files reports in both towns, each until it is registered. What was registered is in `registered`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        super().__init__()
        self._http = http
        self._numbers = 0
        self.registered: dict[Filing, Registered] = {}
        self.tally = Tally()

    async def write(self, count: int) -> None:
        """So many reports in each town."""
        first, self._numbers = self._numbers, self._numbers + count
        filings = [iter([Filing.new(town, number) for number in range(first, first + count)]) for town in TOWNS]
        async with asyncio.TaskGroup() as group:
            for of_town in filings * AT_ONCE:
                group.create_task(self._file_all(of_town))

    async def repeat(self, filing: Filing) -> Registered:
        """Sends a filing until there is an answer."""
        path, headers = f"/v1/tenants/{filing.town}/reports", {"X-Forwarded-For": filing.address}
        return _registered(
            await self.insist(lambda: answered(self._http.post(path, json=filing.body, headers=headers)))
        )

    async def _file_all(self, filings: Iterator[Filing]) -> None:
        for filing in filings:
            self.registered[filing] = await self.repeat(filing)
            await self.tally.add()


@asynccontextmanager
async def writer(url: str) -> AsyncIterator[Writer]:
    """A writer who reaches the county there."""
    async with httpx.AsyncClient(base_url=url, timeout=20, trust_env=False) as http:
        yield Writer(http)


def _registered(answer: Mapping[str, object]) -> Registered:
    report = cast(Mapping[str, str], answer["report"])
    return Registered(report["name"], report["number"], str(answer["receiptCode"]))
