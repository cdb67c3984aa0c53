"""The numbers of the risk service, where several take them at once."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from services.risk.acting import system_acting
from services.risk.numbers import INFORMATION_SERIES, hold_series, next_number
from tests.integration.risk.house import House
from tests.messaging import eventually

WAITS = sa.text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
)


async def taken(house: House) -> str:
    async with house.database.transaction(house.town) as tx:
        return await next_number(system_acting(house.risk, tx, house.clock.now()), INFORMATION_SERIES)


async def test_a_series_is_held_before_its_first_number_was_taken_and_holding_takes_none(house: House) -> None:
    async with asyncio.TaskGroup() as others, house.database.transaction(house.town) as tx:
        await hold_series(system_acting(house.risk, tx, house.clock.now()), INFORMATION_SERIES)
        taking = others.create_task(taken(house))

        async def waits() -> bool:
            return bool(await tx.scalar(WAITS))

        await eventually(waits)
    assert taking.result().endswith("险〔2026〕1号")
