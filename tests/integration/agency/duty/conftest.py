"""A town whose points have officers enough to stand in for each other."""

from __future__ import annotations

import pytest

from tests.integration.agency.duty.people import staff
from tests.integration.agency.house import House


@pytest.fixture
async def office(house: House) -> House:
    await staff(house)
    return house
