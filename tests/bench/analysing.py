"""The analysis of risk information: over all that a county has, and of one more piece."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from math import ceil, sqrt
from statistics import median
from time import perf_counter

import asyncpg
import grpc
from minshao.risk import v1 as risk
from minshao.risk.v1 import analysis_service_pb2, risk_information_service_pb2

from deploy.local.accounts import COUNTY
from deploy.local.ports import address
from deploy.local.settling import until
from deploy.local.troubles import Trouble
from services.common.access import Role, tenant_of_unit
from services.common.clock import SystemClock
from services.common.periods import local_date
from services.common.rpc.client import Client
from services.risk.analysis.use_cases import RULES_SET
from tests.bench.bulk import fill_information, fill_inventories
from tests.bench.commits import committing
from tests.bench.county import County
from tests.bench.figures import Figure
from tests.bench.load import TEXT

ANALYSIS = analysis_service_pb2.DESCRIPTOR.services_by_name["AnalysisService"]
INFORMATION = risk_information_service_pb2.DESCRIPTOR.services_by_name["RiskInformationService"]
PATIENCE = 1200.0
POINTS = 20
"""Of a piece of any kind."""
LEFT = 0.64
"""Of these, what is left on the average of 360 days, of which each takes two thousandths."""
SHARES = {
    risk.AnalysisRules.SUBJECT_UNIT: 1,
    risk.AnalysisRules.SUBJECT_POSITION: 1 / 8,
    risk.AnalysisRules.SUBJECT_POWER: 1 / 16,
}
"""How much of a unit's information each of its positions and powers has."""
PLAIN = """
SELECT tenant, unit, kind, count(*), sum(grade), max(day) FROM risk_information_entries
WHERE current AND NOT withdrawn GROUP BY tenant, unit, kind"""
ALL_IS = "PostgreSQL counts the same pieces by unit and kind"
STEP_IS = "one row that is inserted and committed"


def analysis(county: County, pieces: int, steps: int) -> Iterator[Figure]:
    """Seconds from the call that sets other rules until all tenants have been analysed by them; milliseconds of one
    more piece. Raises Trouble where no warning comes of it."""
    took, limit, step, commit = asyncio.run(_analysis(county, pieces, steps))
    county.settle(PATIENCE)
    yield Figure("analysis_1m", took, "s", limit, ALL_IS)
    yield Figure("analysis_step", 1000 * median(step), "ms", 1000 * median(commit), STEP_IS, step)


async def _analysis(county: County, pieces: int, steps: int) -> tuple[float, float, list[float], list[float]]:
    async with county.database("risk") as database:
        await fill_inventories(database, positions=4, powers=2)
        units = await fill_information(database, pieces)
        await database.execute("CHECKPOINT")
        took = await _all(county, database, pieces / units)
        limit = await _timed_plain(database)
        chosen = await database.fetch("SELECT id FROM inventories ORDER BY md5(id) LIMIT $1", steps)
        step = await _one_by_one(county, [row["id"] for row in chosen])
    return took, limit, step, await _commits(county, steps)


async def _all(county: County, database: asyncpg.Connection, pieces_of_unit: float) -> float:
    commission = f"{COUNTY}/accounts/discipline-officer"
    token = county.token(commission, Role.COUNTY_DISCIPLINE, COUNTY.removeprefix("tenants/"))
    request = risk.SetAnalysisRulesRequest(parent=COUNTY, rules=_rules(pieces_of_unit))
    before = await _warnings(database)

    async def analysed() -> bool:
        waiting = "SELECT EXISTS (SELECT FROM deadlines WHERE kind = $1)"
        return not await database.fetchval(waiting, RULES_SET)

    async with grpc.aio.insecure_channel(address(county.stack.ports.risk)) as channel:
        began = perf_counter()
        await Client(channel, ANALYSIS, token).call(request, risk.SetAnalysisRulesResponse)
        await until(analysed, patience=PATIENCE)
        took = perf_counter() - began
    if await _warnings(database) == before:
        raise Trouble("the analysis raised no warning")
    return took


def _rules(pieces_of_unit: float) -> Sequence[risk.AnalysisRules.Rule]:
    """By which those deserve a warning that have half as much again as others, and more than chance gives."""
    usual = {subject: pieces_of_unit * share for subject, share in SHARES.items()}
    striking = {subject: POINTS * LEFT * (1.5 * many + 2 * sqrt(many)) for subject, many in usual.items()}
    return [
        risk.AnalysisRules.Rule(
            title=f"风险信息集中（{subject}）",
            subject=subject,
            weights=[
                risk.AnalysisRules.Weight(kind=kind, points=POINTS)
                for kind in risk.RiskInformation.Kind.values()
                if kind
            ],
            window_days=365,
            decay_per_mille=2,
            key_area_percent=150,
            key_link_percent=125,
            grade_percents=[150, 120, 100],
            yellow=ceil(points),
            orange=ceil(2 * points) + 1,
            red=ceil(4 * points) + 2,
        )
        for subject, points in striking.items()
    ]


async def _warnings(database: asyncpg.Connection) -> int:
    return int(await database.fetchval("SELECT count(*) FROM warnings"))


async def _timed_plain(database: asyncpg.Connection) -> float:
    began = perf_counter()
    await database.fetch(PLAIN)
    return perf_counter() - began


async def _one_by_one(county: County, units: Sequence[str]) -> list[float]:
    """Seconds of each call that records a piece, one in each unit."""
    took = []
    async with grpc.aio.insecure_channel(address(county.stack.ports.risk)) as channel:
        for unit in units:
            tenant = f"tenants/{tenant_of_unit(unit) or COUNTY.removeprefix('tenants/')}"
            token = county.token(f"{tenant}/accounts/{unit}-risk-officer", Role.RISK_OFFICER, unit)
            request = risk.RecordRiskInformationRequest(
                parent=tenant,
                unit=f"{tenant}/units/{unit}",
                kind=risk.RiskInformation.KIND_SELF_FOUND,
                day=str(local_date(SystemClock().now())),
                text=TEXT,
            )
            client = Client(channel, INFORMATION, token)
            began = perf_counter()
            await client.call(request, risk.RecordRiskInformationResponse)
            took.append(perf_counter() - began)
    return took


async def _commits(county: County, count: int) -> list[float]:
    took = []
    async with committing(county) as commit:
        for _ in range(count):
            began = perf_counter()
            await commit()
            took.append(perf_counter() - began)
    return took
