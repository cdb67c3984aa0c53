"""Filing reports and accepting cases: over gRPC and over REST, in all towns and in one, beside `pgbench` doing the same
rows."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import grpc
import msgspec

from deploy.local.ports import address
from deploy.local.troubles import Trouble
from tests.bench.county import County, Town, processor_seconds
from tests.bench.figures import Figure, aligned, figure_of_rates
from tests.bench.load import WRITERS, Job, Outcome
from tests.bench.pgbench import Pgbench
from tests.bench.scripts import Rows, Sample, rows_of, sample_of, writing
from tests.bench.things import Thing

LIMIT_IS = "pgbench writes the same rows"


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to file."""

    name: str
    clients: int
    by: Literal["grpc", "rest"] = "grpc"
    one_town: bool = False


CASE_PLANS = (Plan("case_accept_grpc_1", 1), Plan("case_accept_grpc_16", 16))
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
    """Alternates between a service and its limit, so that both see the same machine."""

    county: County
    thing: Thing
    plans: Sequence[Plan]
    seconds: float
    """Of each measurement."""
    rounds: int
    found: dict[str, Rounds] = field(default_factory=lambda: defaultdict(Rounds))

    def measure(self) -> Iterator[Figure]:
        """All plans. Raises Trouble when one that was answered for is not there."""
        pgbench, towns = Pgbench(self.county.stack.postgres, self.thing.service), self.county.towns()
        sample, written = asyncio.run(self._sample(towns[0]))
        asyncio.run(pgbench.prepare(self.thing.copied))
        home = self.county.stack.home
        codes = [town.code for town in towns]
        scripts = {
            False: writing(self.thing, sample, written, codes, home / f"{self.thing.table}-towns.sql"),
            True: writing(self.thing, sample, written, codes[:1], home / f"{self.thing.table}-one-town.sql"),
        }
        before, filed = asyncio.run(self._count()), 0
        for _ in range(self.rounds):
            limits: dict[tuple[int, bool], float] = {}
            for plan in self.plans:
                same = plan.clients, plan.one_town
                if same not in limits:
                    limits[same] = pgbench.rate(scripts[plan.one_town], plan.clients, self.seconds)
                self.found[plan.name].limits.append(limits[same])
                filed += self._round(plan, towns[:1] if plan.one_town else towns)
        if asyncio.run(self._count()) != before + filed:
            raise Trouble(f"the {self.thing.table} in the database are not those that were answered for")
        for plan in self.plans:
            found = self.found[plan.name]
            yield figure_of_rates(plan.name, found.rates, found.limits, LIMIT_IS, found.latencies)

    def work(self, plan: Plan, towns: Sequence[Town], seconds: float) -> Outcome:
        """Lets a process of clients work for so long."""
        job = Job(
            what=self.thing.what,
            by=plan.by,
            address=address(self.county.stack.ports.rest) if plan.by == "rest" else self._service,
            places=self.thing.places(self.county, towns),
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
        outcome = self.work(plan, towns, self.seconds)
        self.county.settle()
        found = self.found[plan.name]
        found.rates.append(outcome.rate)
        found.latencies += outcome.latencies
        found.calls += outcome.calls
        for name, child in children.items():
            found.processors[name] += processor_seconds(child) - before[name]
        found.processors["clients"] += outcome.own_seconds
        return outcome.calls

    @property
    def _service(self) -> str:
        return address(getattr(self.county.stack.ports, self.thing.service))

    async def _sample(self, town: Town) -> tuple[Sample, list[Rows]]:
        """One of the things, and what is written of it after each of its steps."""
        [place] = self.thing.places(self.county, [town])
        written = []
        database = self.county.database(self.thing.service)
        async with grpc.aio.insecure_channel(self._service) as channel, database as connection:
            async for _ in WRITERS[self.thing.what](channel)(place):
                sample = await sample_of(connection, self.thing)
                written.append(await rows_of(connection, self.thing, sample.id))
        return sample, written

    async def _count(self) -> int:
        async with self.county.database(self.thing.service) as connection:
            return int(await connection.fetchval(f"SELECT count(*) FROM {self.thing.table}"))
