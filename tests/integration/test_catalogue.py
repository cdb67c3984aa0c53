"""The walls around tenants, in the database of every service, as PostgreSQL itself knows them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from deploy.local.databases import ServiceDatabase, superuser
from deploy.local.engines import Postgres
from tests.catalogue import Declared, faults
from tests.service_tables import services_with_tables, tables_of

EXEMPT = {
    "gateway": {"alembic_version", "tenants", "undecodable", "tenant_directory"},
    "agency": {"alembic_version", "tenants", "undecodable"},
    "risk": {"alembic_version", "tenants", "undecodable"},
    "watch": {"alembic_version", "tenants", "undecodable"},
}
"""The tables that belong to no tenant. Whoever adds one here says why in its declaration."""

MadeFor = Callable[[str], Awaitable[ServiceDatabase]]


@pytest.mark.parametrize("service", services_with_tables())
async def test_every_table_of_a_service_is_walled_in(service: str, database_for: MadeFor, postgres: Postgres) -> None:
    database = await database_for(service)

    async with superuser(postgres, database.name) as connection:
        found = await faults(connection, Declared.by(service, tables_of(service)))

    assert found == []


@pytest.mark.parametrize("service", services_with_tables())
def test_only_listed_tables_belong_to_no_tenant(service: str) -> None:
    assert Declared.by(service, tables_of(service)).exempt == EXEMPT[service]
