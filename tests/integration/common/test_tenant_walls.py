"""Row security as the application meets it: nothing without a tenant, nothing of another, on every connection."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import asyncpg
import pytest
import sqlalchemy as sa

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.common.foundation import DEADLINES, LEDGER
from tests.sample_service import PARCELS

COUNT = sa.select(sa.func.count()).select_from(PARCELS)


async def plain(url: str) -> asyncpg.Connection[asyncpg.Record]:
    """A connection of a role, outside of everything of ours."""
    return await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))


@pytest.mark.parametrize(
    "code", ["", "611021'", "61102", "6110211010", "611021101; drop table parcels", "６１１０２１", "611021\n"]
)
async def test_what_is_no_code_of_a_tenant_gets_no_transaction(database: Database, code: str) -> None:
    with pytest.raises(ValueError, match="no code of a tenant"):
        database.transaction(code)


async def test_without_a_tenant_nothing_is_seen(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="here")

    async with database.platform() as tx:
        assert await tx.scalar(COUNT) == 0


async def test_a_fresh_connection_sees_nothing(addresses: ServiceDatabase, database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="here")
    for role in (addresses.app, addresses.owner):
        connection = await plain(role)

        seen = await connection.fetchval("SELECT count(*) FROM parcels")

        assert seen == 0
        await connection.close()


async def test_nothing_is_written_without_a_tenant(database: Database) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.platform() as tx:
            tx.insert(PARCELS, id="a", words="nowhere")


async def test_nothing_is_written_for_another_tenant(database: Database, tenant: str, other_town: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(tenant) as tx:
            tx.insert(PARCELS, tenant=other_town, id="a", words="planted")


async def test_nothing_is_moved_to_another_tenant(database: Database, tenant: str, other_town: str) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="here")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(tenant) as tx:
            tx.write(sa.update(PARCELS).values(tenant=other_town))


async def test_the_setting_does_not_outlive_its_transaction(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        tx.insert(PARCELS, id="a", words="here")
        process = await tx.scalar(sa.select(sa.func.pg_backend_pid()))

    async with database.platform() as tx:
        row = await tx.row(sa.text("SELECT pg_backend_pid() AS process, current_setting('app.tenant', true) AS tenant"))
    assert row is not None
    assert (row.process, row.tenant) == (process, "")


async def test_parallel_transactions_on_few_connections_never_meet(addresses: ServiceDatabase) -> None:
    database = Database(addresses.app, pool_size=3)
    towns = [f"61102110{number}" for number in range(8)]

    async def visit(town: str, number: int) -> None:
        async with database.transaction(town) as tx:
            tx.insert(PARCELS, id=f"{number}", words=town)
            await asyncio.sleep(0)
            assert {row.words for row in await tx.rows(sa.select(PARCELS.c.words))} == {town}
            if number % 5 == 0:
                raise LookupError

    visits = [visit(town, number) for town in towns for number in range(25)]
    random.shuffle(visits)
    outcomes = await asyncio.gather(*visits, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes if outcome is not None} == {LookupError}
    for town in towns:
        async with database.transaction(town) as tx:
            assert await tx.scalar(COUNT) == 20
    assert database.figures().open <= 3
    await database.close()


async def test_the_application_may_neither_change_nor_delete_the_ledger(database: Database, tenant: str) -> None:
    for forbidden in (sa.update(LEDGER).values(actor="somebody else"), sa.delete(LEDGER)):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.transaction(tenant) as tx:
                tx.write(forbidden)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("relay", "UPDATE ledger SET payload = ''"),
        ("relay", "UPDATE ledger SET actor = 'somebody else'"),
        ("relay", "DELETE FROM ledger"),
        ("relay", "INSERT INTO ledger_heads SELECT tenant, 1, '' FROM parcels"),
        ("relay", "SELECT * FROM data_keys"),
        ("relay", "SELECT * FROM deadlines"),
        ("sweeper", "SELECT * FROM deadlines"),
        ("sweeper", "DELETE FROM deadlines"),
        ("sweeper", "SELECT tenant FROM ledger"),
        ("app", "SET row_security = off; SELECT * FROM parcels"),
        ("app", "ALTER TABLE parcels DISABLE ROW LEVEL SECURITY"),
        ("app", "SET ROLE sample_owner"),
        ("app", "CREATE TABLE mine (id int)"),
    ],
)
async def test_a_role_may_do_only_its_duty(addresses: ServiceDatabase, role: str, statement: str) -> None:
    connection = await plain(getattr(addresses, role))

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)

    await connection.close()


async def test_the_sweeper_sees_what_is_due_in_every_tenant(
    addresses: ServiceDatabase, database: Database, tenant: str, other_town: str
) -> None:
    for town in (tenant, other_town):
        async with database.transaction(town) as tx:
            tx.insert(DEADLINES, owner="a", kind="b", due_time=datetime(2026, 3, 1, tzinfo=UTC))
    connection = await plain(addresses.sweeper)

    seen = await connection.fetch("SELECT tenant, owner, kind, due_time, not_before FROM deadlines")

    assert {row["tenant"] for row in seen} == {tenant, other_town}
    await connection.close()
