"""A county in which events go round, one for each test of the loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.engines import Postgres
from tests.integration.loop.county import Loop
from tests.isolation.conftest import empty_county
from tests.isolation.county import unit_place
from tests.isolation.furnishing import publication
from tests.isolation.people import COUNTY, FINANCE, OTHER_TOWN, TOWN, VILLAGE, person


@pytest.fixture
async def loop(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Loop]:
    """The county, provisioned on the first of September 2026."""
    async with empty_county(postgres, tmp_path / "signing.json", Loop) as (county, listings):
        await county.provision()
        for tenant, slug in ((TOWN, FINANCE), (TOWN, VILLAGE), (OTHER_TOWN, FINANCE)):
            county.units[tenant, slug] = unit_place(tenant, slug)
        await county.call(person(COUNTY, "operator"), publication(COUNTY))
        assert isinstance(county, Loop)
        county.listings = listings
        await county.carry()
        yield county
