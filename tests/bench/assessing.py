"""The points of a county assessed over a year of very many cases, beside a plain count of the same rows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from statistics import median
from time import perf_counter

import asyncpg
import grpc
from minshao.agency import v1 as agency

from deploy.local.accounts import COUNTY
from deploy.local.ports import address
from deploy.local.troubles import Trouble
from services.common.access import Role
from tests.bench.bulk import fill_decided
from tests.bench.county import County
from tests.bench.figures import Figure
from tests.bench.load import Unary

LIST_FIGURES = "/minshao.agency.v1.AssessmentService/ListFigures"
YEAR = 2001
"""In which nothing else happened."""
LIMIT_IS = "PostgreSQL counts the same cases by point"
PLAIN = """
SELECT c.point, count(*), count(*) FILTER (WHERE o.late IS FALSE), sum(o.used_days)
FROM cases c JOIN case_outcomes o ON o.tenant = c.tenant AND o."case" = c.id
WHERE o.decide_date BETWEEN $1 AND $2 GROUP BY c.point"""


def assessment(county: County, cases: int, rounds: int) -> Iterator[Figure]:
    """Seconds for the figures of all points of the county. Raises Trouble where a case is missing in them."""
    yield asyncio.run(_assessment(county, cases, rounds))


async def _assessment(county: County, cases: int, rounds: int) -> Figure:
    async with county.database("agency") as database:
        await fill_decided(database, [town.code for town in county.towns()], YEAR, cases)
        took = [await _both(county, database, cases) for _ in range(rounds)]
    value, limit = (median(each) for each in zip(*took, strict=True))
    return Figure("assessment_1m", value, "s", limit, LIMIT_IS)


async def _both(county: County, database: asyncpg.Connection, cases: int) -> tuple[float, float]:
    token = county.token(f"{COUNTY}/accounts/discipline-officer", Role.COUNTY_DISCIPLINE, COUNTY.partition("/")[2])
    request = agency.ListFiguresRequest(
        parent=COUNTY, kind=agency.AssessedSubject.KIND_POINT, period=str(YEAR), page_size=200
    )
    async with grpc.aio.insecure_channel(address(county.stack.ports.agency)) as channel:
        call: Unary = channel.unary_unary(LIST_FIGURES)
        began = perf_counter()
        raw = await call(request.SerializeToString(), metadata=(("authorization", f"Bearer {token}"),))
        took = perf_counter() - began
    counted = agency.ListFiguresResponse.FromString(raw).total.decided
    if counted != cases:
        raise Trouble(f"of {cases} cases the assessment counts {counted}")
    began = perf_counter()
    await database.fetch(PLAIN, date(YEAR, 1, 1), date(YEAR, 12, 31))
    return took, perf_counter() - began
