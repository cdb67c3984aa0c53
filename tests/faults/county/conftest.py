"""A county for each test that hits it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.faults.county.luonan import Luonan, living
from tests.faults.county.writing import Writer, writer


@pytest.fixture
async def luonan() -> AsyncIterator[Luonan]:
    """A county that lives in the present."""
    async with living() as luonan:
        yield luonan


@pytest.fixture
async def people(luonan: Luonan) -> AsyncIterator[Writer]:
    """Who files reports in it."""
    async with writer(luonan.stack.rest) as people:
        yield people
