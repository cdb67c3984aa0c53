"""A town's snow day moves what it has promised, while the agency is killed in the middle of counting again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import pytest

from deploy.local.databases import superuser
from deploy.local.demo.agency.days import after
from deploy.local.demo.month import day_of
from tests.faults.county.casework import clerks
from tests.faults.county.counting import assert_healthy, assert_ledgers_are_told, each
from tests.faults.county.holding import held
from tests.faults.county.luonan import TOWNS, Luonan
from tests.faults.county.times import at, county_at

pytestmark = pytest.mark.timeout(300)

TOWN, OTHER = TOWNS
MOVED, OVERDUE = "agency.case.promise_moved", "agency.case.overdue"
RECEIVED, SNOW = 14, 16
"""Days of September 2026: a Monday, and the Wednesday after it."""
PROMISED = 17
"""Working days, of SH-02; two of them are the room's."""

BATCH = 8
"""Of the agency in small batches."""
MOVES = "SELECT count(*) FROM ledger WHERE type = $1"


@asynccontextmanager
async def death_at(luonan: Luonan, case: str) -> AsyncIterator[None]:
    """The agency begins to count a batch again, cannot end it, since somebody has this case of it in their hands, and
    is killed."""
    async with held(luonan, "agency", f"cases WHERE id = '{case.rpartition('/')[2]}'") as wanted:
        yield
        await wanted()
        await luonan.kill("agency")


async def moves(luonan: Luonan) -> int:
    """How many promises have moved until now, by the ledger of an agency that is dead."""
    async with superuser(luonan.stack.postgres, "minshao_agency") as database:
        return int(await database.fetchval(MOVES, MOVED))


async def declare_snow(luonan: Luonan) -> None:
    party, day = f"tenants/{TOWN}/accounts/party-committee", f"tenants/{TOWN}/calendarDays/{day_of(SNOW)}"
    await luonan.people.post(party, f"/v1/{day}:set", {"kind": "KIND_OFF", "reason": "大雪封路停止办公"})


async def promised(luonan: Luonan, town: str) -> dict[str, date]:
    return {str(case["name"]): date.fromisoformat(str(case["promisedDate"])) for case in await luonan.cases(town)}


async def test_every_open_promise_moves_once_though_the_agency_is_killed_while_it_counts_again() -> None:
    small_batches = {"agency": "tests.faults.county.in_small_batches"}
    async with (
        county_at(at(9, RECEIVED, 10, year=2026), small_batches) as times,
        clerks(times.luonan) as working,
    ):
        luonan = times.luonan
        cases = await working.work(14)
        withdrawn, *still_open = sorted(case for case in cases if case.startswith(f"tenants/{TOWN}/"))
        await working.withdraw(withdrawn)
        before = {**await promised(luonan, TOWN), **await promised(luonan, OTHER)}

        async with death_at(luonan, still_open[BATCH + 4]):
            await declare_snow(luonan)
        assert await moves(luonan) == BATCH
        async with death_at(luonan, still_open[2 * BATCH + 4]):
            await luonan.start("agency")
        assert await moves(luonan) == 2 * BATCH
        await luonan.start("agency")
        await times.pass_until(at(9, RECEIVED, 11, year=2026))

        of_the_other = cases - {withdrawn, *still_open}
        assert set(before.values()) == {day_of(after(RECEIVED, PROMISED))}
        moved = day_of(after(RECEIVED, PROMISED, off={SNOW}))
        assert await promised(luonan, TOWN) == {withdrawn: before[withdrawn], **dict.fromkeys(still_open, moved)}
        assert await promised(luonan, OTHER) == {case: before[case] for case in of_the_other}
        assert await luonan.told(MOVED) == each(still_open)

        await times.pass_until(at(9, 17, year=2026))
        assert await luonan.told(OVERDUE) == each(of_the_other)
        await times.pass_until(at(9, 18, year=2026))
        assert await luonan.told(OVERDUE) == each(cases - {withdrawn})
        await assert_healthy(luonan)
        await assert_ledgers_are_told(luonan)
