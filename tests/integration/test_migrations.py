"""The steps of each service build just the tables that its program declares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.databases import ServiceDatabase, superuser
from deploy.local.engines import Postgres
from tests.schema_description import described
from tests.service_tables import services_with_tables, tables_of

MadeFor = Callable[[str], Awaitable[ServiceDatabase]]


@pytest.mark.parametrize("service", services_with_tables())
async def test_an_empty_database_upgraded_is_what_the_models_declare(
    service: str, database_for: MadeFor, bare_database: MadeFor, postgres: Postgres
) -> None:
    migrated, declared = await database_for(service), await bare_database(service)
    engine = create_async_engine(declared.owner)
    async with engine.begin() as connection:
        for collection in tables_of(service):
            await connection.run_sync(collection.create_all)
    await engine.dispose()

    async with superuser(postgres, migrated.name) as one, superuser(postgres, declared.name) as other:
        assert await described(one) == await described(other)
