"""What becomes of connections: cancelled callers, lost servers, deadlocks, and more callers than connections."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from deploy.local.databases import ServiceDatabase, superuser
from deploy.local.engines import Postgres
from deploy.local.processes import free_port
from services.common.database import Contention, Database, Unreachable, pool
from tests.sample_service import PARCELS

NAMES = sa.select(PARCELS.c.id)
PROCESS = sa.text("SELECT pg_backend_pid() AS process")


async def names(database: Database, tenant: str) -> set[str]:
    async with database.transaction(tenant) as tx:
        return {row.id for row in await tx.rows(NAMES)}


async def connected(postgres: Postgres, addresses: ServiceDatabase) -> object:
    """How many connections the server holds to this database."""
    async with superuser(postgres) as admin:
        return await admin.fetchval("SELECT count(*) FROM pg_stat_activity WHERE datname = $1", addresses.name)


async def eventually(holds: Callable[[], bool]) -> None:
    """Waits until it holds, ten seconds at most."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - figures tell nobody when they change
            await asyncio.sleep(0.01)


async def test_a_cancelled_transaction_leaves_nothing_and_its_connection_clean(
    addresses: ServiceDatabase, tenant: str
) -> None:
    database = Database(addresses.app, pool_size=1)
    waiting = asyncio.Event()

    async def write() -> None:
        async with database.transaction(tenant) as tx:
            tx.insert(PARCELS, id="a", words="not to stay")
            await tx.flush()
            waiting.set()
            await tx.rows(sa.text("SELECT pg_sleep(60)"))

    task = asyncio.create_task(write())
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await names(database, tenant) == set()
    assert database.figures() == pool.PoolFigures(size=1, open=1, used=0, waiting=0)
    await database.close()


async def test_who_closes_waits_for_transactions_under_way(
    addresses: ServiceDatabase, postgres: Postgres, tenant: str
) -> None:
    database = Database(addresses.app, pool_size=2)
    waiting, enough = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database.transaction(tenant) as tx:
            tx.insert(PARCELS, id="a", words="to stay")
            await tx.flush()
            waiting.set()
            await enough.wait()

    under_way = asyncio.create_task(write())
    await waiting.wait()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0)
    enough.set()
    await closing

    assert database.figures() == pool.PoolFigures(size=2, open=0, used=0, waiting=0)
    await under_way
    assert await connected(postgres, addresses) == 0


async def test_who_closes_does_not_wait_for_ever(
    addresses: ServiceDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "CLOSING_SECONDS", 0.05)
    database = Database(addresses.app, pool_size=2)

    async with database.transaction(tenant) as tx:
        await tx.rows(NAMES)
        await database.close()

    await eventually(lambda: database.figures().open == 0)


async def test_transactions_cancelled_at_any_moment_are_whole_or_not_at_all(
    addresses: ServiceDatabase, tenant: str
) -> None:
    database = Database(addresses.app, pool_size=2)

    async def write(number: int) -> None:
        async with database.transaction(tenant) as tx:
            tx.insert(PARCELS, id=f"{number} first", words="")
            await tx.rows(NAMES)
            tx.insert(PARCELS, id=f"{number} second", words="")

    chance = random.Random(8)
    tasks = [asyncio.create_task(write(number)) for number in range(150)]
    loop = asyncio.get_running_loop()
    for task in tasks:
        loop.call_later(chance.random() * 0.6, task.cancel)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {type(None), asyncio.CancelledError}
    await eventually(lambda: database.figures().used == 0)
    stored = await names(database, tenant)
    for number, outcome in enumerate(outcomes):
        both = {f"{number} first", f"{number} second"}
        assert len(both & stored) in {0, 2}
        assert outcome is not None or both <= stored
    await database.close()


async def test_a_connection_that_died_while_idle_is_replaced_unnoticed(
    postgres: Postgres, database: Database, tenant: str
) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="first")
        process = await tx.scalar(PROCESS)
    async with superuser(postgres) as admin:
        await admin.execute("SELECT pg_terminate_backend($1, 10000)", process)

    assert await names(database, tenant) == {"a"}


async def test_so_are_all_that_died_while_idle(
    postgres: Postgres, addresses: ServiceDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(addresses.app, pool_size=4)
    met = asyncio.Barrier(3)

    async def look() -> None:
        async with database.transaction(tenant) as tx:
            await tx.rows(NAMES)
            await met.wait()

    await asyncio.gather(*(look() for _ in range(3)))
    async with superuser(postgres, addresses.name) as admin:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        await admin.execute(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE {others}")
    monkeypatch.setattr(pool.Connection, "usable", True)  # as long as nobody has read that they were closed

    assert await names(database, tenant) == set()
    await database.close()


async def test_a_connection_that_dies_in_a_transaction_is_told_as_unavailable(
    postgres: Postgres, database: Database, tenant: str
) -> None:
    with pytest.raises(Unreachable):
        async with database.transaction(tenant) as tx:
            tx.insert(PARCELS, id="a", words="not to stay")
            process = await tx.scalar(PROCESS)
            async with superuser(postgres) as admin:
                await admin.execute("SELECT pg_terminate_backend($1, 10000)", process)
            tx.insert(PARCELS, id="b", words="not to stay")

    assert await names(database, tenant) == set()
    assert database.figures().used == 0


async def test_a_server_that_is_not_there_is_told_as_unavailable(tenant: str) -> None:
    database = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")

    with pytest.raises(Unreachable):
        await names(database, tenant)

    assert database.figures() == pool.PoolFigures(size=16, open=0, used=0, waiting=0)


async def test_who_finds_no_free_connection_waits_and_is_counted(addresses: ServiceDatabase, tenant: str) -> None:
    database = Database(addresses.app, pool_size=1)
    async with database.transaction(tenant) as tx:
        await tx.rows(NAMES)
        second = asyncio.create_task(names(database, tenant))
        await eventually(lambda: database.figures().waiting == 1)
        assert database.figures() == pool.PoolFigures(size=1, open=1, used=1, waiting=1)

    assert await second == set()
    assert database.figures().waiting == 0
    await database.close()


async def test_who_waits_for_too_long_is_told_that_it_is_unavailable(
    addresses: ServiceDatabase, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "WAIT_SECONDS", 0.05)
    database = Database(addresses.app, pool_size=1)

    async with database.transaction(tenant) as tx:
        await tx.rows(NAMES)
        with pytest.raises(Unreachable):
            await names(database, tenant)

    assert await names(database, tenant) == set()
    await database.close()


async def test_of_two_that_wait_for_each_other_one_is_told_to_repeat(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="")
        tx.insert(PARCELS, id="b", words="")
    met = asyncio.Barrier(2)

    async def change(first: str, second: str) -> None:
        async with database.transaction(tenant) as tx:
            await tx.rows(sa.select(PARCELS).where(PARCELS.c.id == first).with_for_update())
            await met.wait()
            tx.write(sa.update(PARCELS).where(PARCELS.c.id == second).values(words=first))

    outcomes = await asyncio.gather(change("a", "b"), change("b", "a"), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Contention]


async def test_a_statement_that_takes_too_long_is_told_as_unavailable(database: Database, tenant: str) -> None:
    with pytest.raises(Unreachable):
        async with database.transaction(tenant) as tx:
            tx.insert(PARCELS, id="a", words="not to stay")
            await tx.execute(sa.text("SET LOCAL statement_timeout = 20"))
            await tx.rows(sa.text("SELECT pg_sleep(60)"))

    assert await names(database, tenant) == set()


async def test_a_statement_whose_result_changes_shape_under_way_does_no_lasting_harm(
    addresses: ServiceDatabase, database: Database, tenant: str
) -> None:
    everything = sa.text("SELECT * FROM parcels")
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="first")
        await tx.rows(everything)
    owner = Database(addresses.owner)
    async with owner.platform() as tx:
        await tx.execute(sa.text("ALTER TABLE parcels ADD COLUMN colour text"))
    await owner.close()

    with pytest.raises(Unreachable):
        await names_and_colours(database, tenant)

    assert await names_and_colours(database, tenant) == {("a", None)}


async def names_and_colours(database: Database, tenant: str) -> set[tuple[object, ...]]:
    async with database.transaction(tenant) as tx:
        return {(row.id, row.colour) for row in await tx.rows(sa.text("SELECT * FROM parcels"))}
