"""Filing reports: over gRPC and over REST, in all towns and in one, beside `pgbench` doing the same rows."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from deploy.local.ports import address
from deploy.local.troubles import Trouble
from tests.bench.county import County, Town, processor_seconds
from tests.bench.figures import Figure, aligned, figure_of_rates
from tests.bench.load import Job, Outcome, Place
from tests.bench.pgbench import Pgbench, Script
from tests.bench.scripts import filing

LIMIT_IS = "pgbench writes the same rows"


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to file."""

    name: str
    clients: int
    by: Literal["grpc", "rest"] = "grpc"
    one_town: bool = False


PLANS = (
    Plan("report_file_grpc_1", 1),
    Plan("report_file_grpc_16", 16),
    Plan("report_file_grpc_64", 64),
    Plan("report_file_grpc_1_one_town", 1, one_town=True),
    Plan("report_file_grpc_16_one_town", 16, one_town=True),
    Plan("report_file_grpc_64_one_town", 64, one_town=True),
    Plan("report_file_rest_16", 16, "rest"),
)
DISSECTED = "report_file_grpc_16"
"""The plan whose cost is told process by process."""


@dataclass
class Rounds:
    """What the rounds of one plan gave."""

    rates: list[float] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    calls: int = 0
    processors: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds that each process had a processor."""


@dataclass
class Filing:
    """Alternates between the services and their limit, so that both see the same machine."""

    county: County
    seconds: float
    """Of each measurement."""
    rounds: int
    found: dict[str, Rounds] = field(default_factory=lambda: defaultdict(Rounds))

    def measure(self) -> Iterator[Figure]:
        """All plans. Raises Trouble when a report that was answered for is not there."""
        pgbench, towns = Pgbench(self.county.stack.postgres), self.county.towns()
        self.file(Plan("sample", 1), towns[:1], 0.1)
        asyncio.run(pgbench.prepare())
        scripts = {
            False: asyncio.run(self._script(towns, "towns.sql")),
            True: asyncio.run(self._script(towns[:1], "one-town.sql")),
        }
        before, filed = asyncio.run(self._reports()), 0
        for _ in range(self.rounds):
            limits: dict[tuple[int, bool], float] = {}
            for plan in PLANS:
                same = plan.clients, plan.one_town
                if same not in limits:
                    limits[same] = pgbench.rate(scripts[plan.one_town], plan.clients, self.seconds)
                self.found[plan.name].limits.append(limits[same])
                filed += self._round(plan, towns[:1] if plan.one_town else towns)
        if asyncio.run(self._reports()) != before + filed:
            raise Trouble("the reports in the database are not those that were answered for")
        for plan in PLANS:
            found = self.found[plan.name]
            yield figure_of_rates(plan.name, found.rates, found.limits, LIMIT_IS, found.latencies)

    def file(self, plan: Plan, towns: Sequence[Town], seconds: float) -> Outcome:
        """Lets a process of clients file for so long."""
        ports = self.county.stack.ports
        job = Job(
            by=plan.by,
            address=address(ports.rest if plan.by == "rest" else ports.watch),
            places=[Place(f"tenants/{town.code}", town.unit, town.token) for town in towns],
            clients=plan.clients,
            seconds=seconds,
        )
        done = subprocess.run(
            (sys.executable, "-m", "tests.bench.load"), input=msgspec.json.encode(job), capture_output=True, check=False
        )
        if done.returncode:
            raise Trouble(f"{plan.name}: {done.stderr.decode().strip().splitlines()[-1]}")
        return msgspec.json.decode(done.stdout, type=Outcome)

    def costs(self) -> str:
        """Which process spends how much of a processor's time on one filing, of sixteen that file at once."""
        found = self.found[DISSECTED]
        rows = [(name, f"{1000 * seconds / found.calls:.2f}", "") for name, seconds in found.processors.items()]
        total = sum(found.processors.values())
        return aligned([("process", "ms of a processor", ""), *rows, ("all", f"{1000 * total / found.calls:.2f}", "")])

    def _round(self, plan: Plan, towns: Sequence[Town]) -> int:
        children = self.county.stack.children
        before = {name: processor_seconds(child) for name, child in children.items()}
        outcome = self.file(plan, towns, self.seconds)
        self.county.settle()
        found = self.found[plan.name]
        found.rates.append(outcome.rate)
        found.latencies += outcome.latencies
        found.calls += outcome.calls
        for name, child in children.items():
            found.processors[name] += processor_seconds(child) - before[name]
        found.processors["clients"] += outcome.own_seconds
        return outcome.calls

    async def _script(self, towns: Sequence[Town], file: str) -> Script:
        async with self.county.database("watch") as connection:
            return await filing(connection, [town.code for town in towns], self.county.stack.home / file)

    async def _reports(self) -> int:
        async with self.county.database("watch") as connection:
            return int(await connection.fetchval("SELECT count(*) FROM reports"))
