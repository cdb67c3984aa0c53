"""Upgrading a service's database: by several at a time, again, step after step, and with rows of tenants to change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

import asyncpg
import pytest
import sqlalchemy as sa

from deploy.local.databases import ServiceDatabase, superuser
from deploy.local.engines import Postgres
from services.common import migrations
from services.common.database import Database
from services.common.database.failures import driver_error
from services.common.foundation import FOUNDATION, TENANTS
from tests.sample_service import METADATA, PARCELS, STEPS
from tests.schema_description import described

MadeFor = Callable[[str], Awaitable[ServiceDatabase]]

SECOND_STEP = """
from alembic import op
from services.common.migrations import for_each_tenant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for_each_tenant(op.get_bind(), lambda: op.execute("UPDATE parcels SET words = words || ' of ' || tenant"))
"""
FAILING_STEP = """
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("CREATE TABLE half (tenant text PRIMARY KEY)")
    op.execute("SELECT 1 / 0")
"""


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """A folder of steps that a test may add to."""
    copy(STEPS / "0001_foundation.py", tmp_path)
    return tmp_path


async def test_the_foundation_written_out_is_what_its_tables_declare(
    addresses: ServiceDatabase, bare_database: MadeFor, postgres: Postgres
) -> None:
    declared = await bare_database("sample")
    owner = Database(declared.owner)
    async with owner.platform() as tx:
        for collection in (FOUNDATION, METADATA):
            for table in collection.sorted_tables:
                await tx.execute(sa.schema.CreateTable(table))
                for index in table.indexes:
                    await tx.execute(sa.schema.CreateIndex(index))
    await owner.close()

    async with superuser(postgres, addresses.name) as one, superuser(postgres, declared.name) as other:
        assert await described(one) == await described(other)


async def test_several_that_upgrade_at_the_same_time_do_it_once(bare_database: MadeFor, postgres: Postgres) -> None:
    made = await bare_database("sample")

    await asyncio.gather(*(migrations.upgrade(made.owner, "sample", STEPS) for _ in range(4)))

    async with superuser(postgres, made.name) as connection:
        assert await connection.fetchval("SELECT array_agg(version_num) FROM alembic_version") == ["0001"]


async def test_an_upgrade_again_changes_nothing(addresses: ServiceDatabase, postgres: Postgres) -> None:
    async with superuser(postgres, addresses.name) as connection:
        before = await described(connection)

        await migrations.upgrade(addresses.owner, "sample", STEPS)

        assert await described(connection) == before


async def test_a_step_that_changes_rows_reaches_those_of_every_tenant(
    addresses: ServiceDatabase, database: Database, tenant: str, other_town: str, steps: Path
) -> None:
    for town in (tenant, other_town):
        async with database.transaction(town) as tx:
            tx.insert(TENANTS, create_time=datetime(2026, 1, 1, tzinfo=UTC))
            tx.insert(PARCELS, id="a", words="parcel")
    (steps / "0002_words.py").write_text(SECOND_STEP)

    await migrations.upgrade(addresses.owner, "sample", steps)

    for town in (tenant, other_town):
        async with database.transaction(town) as tx:
            assert await tx.scalar(sa.select(PARCELS.c.words)) == f"parcel of {town}"


async def test_a_step_that_fails_leaves_nothing_of_itself(
    addresses: ServiceDatabase, postgres: Postgres, steps: Path
) -> None:
    (steps / "0002_half.py").write_text(FAILING_STEP)

    with pytest.raises(sa.exc.DBAPIError, match="division by zero"):
        await migrations.upgrade(addresses.owner, "sample", steps)

    async with superuser(postgres, addresses.name) as connection:
        assert await connection.fetchval("SELECT to_regclass('half')") is None
        assert await connection.fetchval("SELECT version_num FROM alembic_version") == "0001"


async def test_the_application_may_not_migrate(bare_database: MadeFor) -> None:
    made = await bare_database("sample")

    with pytest.raises(sa.exc.ProgrammingError) as refusal:
        await migrations.upgrade(made.app, "sample", STEPS)

    assert isinstance(driver_error(refusal.value), asyncpg.InsufficientPrivilegeError)
