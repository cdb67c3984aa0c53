from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.gateway.rest import RestOptions
from tests.gateway_rest.front import Front, opened


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    """A front door with a workshop behind it, of this test alone."""
    async with opened(RestOptions(ping_seconds=0.2, call_seconds=2)) as door:
        yield door
