"""A snow day in every town: all that was promised is counted again, beside `pgbench` writing the same rows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from time import perf_counter

import asyncpg
import grpc
from minshao.gateway import v1 as gateway

from deploy.local.accounts import COUNTY
from deploy.local.databases import superuser
from deploy.local.ports import address
from deploy.local.settling import until
from deploy.local.troubles import Trouble
from services.common.access import ANYWHERE, Role
from services.common.clock import SystemClock
from services.common.deadlines.sweeper import TENANTS_AT_ONCE
from services.common.periods import local_date
from services.common.workdays import calendar_of
from tests.bench.bulk import fill_cases
from tests.bench.county import County
from tests.bench.figures import Figure
from tests.bench.load import Unary
from tests.bench.pgbench import Pgbench, Script
from tests.bench.scripts import recounting
from tests.bench.things import CASE

SET_DAY = "/minshao.gateway.v1.CalendarService/SetCalendarDay"
MOVED = "agency.case.promise_moved"
PATIENCE = 1200.0
"""Seconds for all of them, and as long until all of it is told."""
LIMIT_IS = "pgbench moves the same deadlines, one case at a time"


def recount(county: County, deadlines: int) -> Figure:
    """How many open deadlines are counted again in a second, from the call that declares the day to the last one.

    Raises Trouble unless each case was told once."""
    rate, script, each = asyncio.run(_recount(county, deadlines))
    county.settle(PATIENCE)
    pgbench = Pgbench(county.stack.postgres, CASE.service)
    return Figure("recompute_1m", rate, "1/s", each * pgbench.rate(script, TENANTS_AT_ONCE, 4), LIMIT_IS)


async def _recount(county: County, deadlines: int) -> tuple[float, Script, int]:
    """The rate, the script that moves the deadlines of one case, and how many these are."""
    towns = [town.code for town in county.towns()]
    beside = Pgbench(county.stack.postgres, CASE.service).name
    async with county.database(CASE.service) as agency, superuser(county.stack.postgres, beside) as limit:
        await fill_cases(limit, towns, deadlines)
        each = await fill_cases(agency, towns, deadlines)
        await agency.execute("CHECKPOINT")
        told = await _told(agency)
        began = perf_counter()
        await _declare_snow_day(county)
        await until(partial(_all_counted, agency, towns), patience=PATIENCE)
        took = perf_counter() - began
        cases = await agency.fetchval("SELECT count(*) FROM cases WHERE tenant = ANY ($1) AND state = 3", towns)
        if await _told(agency) - told != cases:
            raise Trouble(f"of {cases} cases {await _told(agency) - told} were told that their date moved")
        file = county.stack.home / "recount.sql"
        return cases * each / took, await recounting(agency, MOVED, deadlines // each, towns, file), each


async def _told(agency: asyncpg.Connection) -> int:
    return int(await agency.fetchval("SELECT count(*) FROM ledger WHERE type = $1", MOVED))


async def _all_counted(agency: asyncpg.Connection, towns: Sequence[str]) -> bool:
    behind = (
        "SELECT EXISTS (SELECT FROM cases c LEFT JOIN calendars k USING (tenant)"
        " WHERE c.tenant = ANY ($1) AND c.state = 3 AND (k.revision IS NULL OR c.calendar_revision < 1))"
    )
    return not await agency.fetchval(behind, list(towns))


async def _declare_snow_day(county: County) -> None:
    """The next working day, for the whole county."""
    calendar, day = calendar_of(), local_date(SystemClock().now()) + timedelta(days=1)
    while not calendar.is_working(day.toordinal()):
        day += timedelta(days=1)
    request = gateway.SetCalendarDayRequest(
        name=f"{COUNTY}/calendarDays/{day}", kind=gateway.CalendarDay.KIND_OFF, reason="雪灾"
    )
    token = county.token(f"{COUNTY}/accounts/operator", Role.OPERATOR, ANYWHERE)
    async with grpc.aio.insecure_channel(address(county.stack.ports.gateway)) as channel:
        call: Unary = channel.unary_unary(SET_DAY)
        await call(request.SerializeToString(), metadata=(("authorization", f"Bearer {token}"),))
