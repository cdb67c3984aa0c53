"""The published range of services of a point: what is taken in there."""

from __future__ import annotations

import pytest
from minshao.agency import v1 as pb

from services.common.errors import NotFound
from tests.integration.agency.house import House
from tests.integration.agency.items.catalogue import publish


async def offered_at(house: House, slug: str, tenant: str = "") -> list[str]:
    tenant = tenant or house.town
    request = pb.ListItemsRequest(parent=f"tenants/{tenant}", point=house.point(slug, tenant))
    return [item.name.rpartition("/")[2] for item in (await house("citizen", request)).items]


async def test_a_point_shows_what_it_takes_by_its_tier_and_a_window_what_its_department_does(staff: House) -> None:
    for code in ("SH-01", "SH-04"):
        await publish(staff, code)

    assert await offered_at(staff, "village") == ["SH-01", "SH-04"]
    assert await offered_at(staff, "service-centre") == ["SH-01", "SH-04"]
    assert await offered_at(staff, "civil-affairs", staff.county) == ["SH-01"]
    with pytest.raises(NotFound, match="NO_POINT"):
        await offered_at(staff, "finance")
