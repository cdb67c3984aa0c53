"""Deadlines that come: a few of very many, each fired once, beside `pgbench` writing the same rows one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter

import asyncpg

from deploy.local.databases import superuser
from deploy.local.settling import until
from deploy.local.troubles import Trouble
from services.common.deadlines.sweeper import TENANTS_AT_ONCE
from services.watch.reports.domain.deadlines import DUE_SOON, OVERDUE
from tests.bench.bulk import ID, YEAR, fill_register
from tests.bench.county import County
from tests.bench.figures import Figure
from tests.bench.pgbench import Pgbench, Script
from tests.bench.scripts import sweeping

EVENT = "watch.report.due_soon"
LIMIT_IS = "pgbench writes the same rows, one deadline at a time"


def sweep(county: County, open_deadlines: int, due: int) -> Figure:
    """How many deadlines fire in a second, from the moment at which they are there to the last. Raises Trouble unless
    each has fired once."""
    rate, script = asyncio.run(_sweep(county, open_deadlines, due))
    county.settle()
    fastest = Pgbench(county.stack.postgres, "watch").rate_of(script, TENANTS_AT_ONCE, due // TENANTS_AT_ONCE)
    return Figure("sweep_1m", rate, "1/s", fastest, LIMIT_IS)


async def _sweep(county: County, open_deadlines: int, due: int) -> tuple[float, Script]:
    """The rate, and the script that does the same one by one in the database of the limit."""
    towns = [town.code for town in county.towns()]
    beside = Pgbench(county.stack.postgres, "watch").name
    async with superuser(county.stack.postgres, beside) as limit, county.database("watch") as watch:
        for connection in (limit, watch):
            await fill_register(connection, towns, due, still_open=True)
            await _wait_for_later(connection, towns, open_deadlines - due)
            await connection.execute("CHECKPOINT")
        await _come_due(watch, towns)
        began = perf_counter()
        await _all_fired(watch)
        rate = due / (perf_counter() - began)
        await _expect_each_once(watch, due)
        await _come_due(limit, towns)
        each = due // TENANTS_AT_ONCE
        return rate, await sweeping(watch, EVENT, towns, each, county.stack.home / "sweep.sql")


async def _wait_for_later(connection: asyncpg.Connection, towns: Sequence[str], count: int) -> None:
    """Deadlines that come one a second from tomorrow on, so that the sweeper has something to look past."""
    await connection.execute(
        "INSERT INTO deadlines (tenant, owner, kind, due_time)"
        f" SELECT ($1::text[])[1 + n % {len(towns)}], {ID.format(n='n')}, $2,"
        " now() + interval '1 day' + n * interval '1 second'"
        f" FROM generate_series(1, {count}) AS n",
        list(towns),
        OVERDUE,
    )
    await connection.execute("ANALYZE deadlines")


async def _come_due(connection: asyncpg.Connection, towns: Sequence[str]) -> None:
    """All at once, a minute ago: a deadline for each of the reports of the made-up year."""
    await connection.execute(
        "INSERT INTO deadlines (tenant, owner, kind, due_time)"
        " SELECT tenant, id, $1, now() - interval '1 minute' FROM reports WHERE year = $2 AND tenant = ANY ($3)",
        DUE_SOON,
        YEAR,
        list(towns),
    )


async def _all_fired(connection: asyncpg.Connection) -> None:
    async def none_due() -> bool:
        return not await connection.fetchval("SELECT EXISTS (SELECT FROM deadlines WHERE due_time <= now())")

    await until(none_due)


async def _expect_each_once(connection: asyncpg.Connection, due: int) -> None:
    told = await connection.fetchval("SELECT count(*) FROM ledger WHERE type = $1", EVENT)
    of = await connection.fetchval("SELECT count(DISTINCT (tenant, aggregate_id)) FROM ledger WHERE type = $1", EVENT)
    if (told, of) != (due, due):
        raise Trouble(f"of {due} deadlines {of} were announced, {told} times in all")
