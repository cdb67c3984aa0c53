"""Fixtures of the gateway's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from minshao.gateway import v1 as gateway

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.gateway.sessions import key_file
from services.gateway.sessions.key_file import SigningKeys
from tests.integration.gateway.house import House, county_file, town_file


@pytest.fixture
async def addresses(database_for: Callable[[str], Awaitable[ServiceDatabase]]) -> ServiceDatabase:
    """The database of the gateway, as each of its roles reaches it."""
    return await database_for("gateway")


@pytest.fixture
async def house(addresses: ServiceDatabase, tmp_path: Path) -> AsyncIterator[House]:
    """A gateway in which nothing has been provisioned."""
    database = Database(addresses.app, pool_size=8)
    path = tmp_path / "keys.json"
    key_file.create(path)
    yield House(database, SigningKeys(path, "minshao"))
    await database.close()


@pytest.fixture
async def county(house: House) -> gateway.ProvisionTenantResponse:
    """The county, provisioned."""
    provisioned: gateway.ProvisionTenantResponse = await house(county_file(house))
    return provisioned


@pytest.fixture
async def town(house: House, county: gateway.ProvisionTenantResponse) -> gateway.ProvisionTenantResponse:
    """A town of it, provisioned."""
    provisioned: gateway.ProvisionTenantResponse = await house(town_file(house))
    return provisioned
