"""Items as the county publishes them, and what is asked of its catalogue."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.agency import v1 as pb

from deploy.local.items import publications
from services.common.errors import InvalidFields
from tests.integration.agency.house import House

Content = pb.ItemContent
VILLAGE, TOWN, COUNTY = pb.Point.TIER_VILLAGE, pb.Point.TIER_TOWN, pb.Point.TIER_COUNTY


def publication(house: House, code: str, **changed: Any) -> pb.PublishItemRequest:
    """An item of the default catalogue, as the house's county would publish it, with something said otherwise."""
    [request] = [each for each in publications(house.county) if each.name.endswith(f"/{code}")]
    for field, value in changed.items():
        if isinstance(value, list):
            request.content.ClearField(field)  # type: ignore[arg-type]
            getattr(request.content, field).extend(value)
        else:
            setattr(request.content, field, value)
    return request


def step(tier: pb.Point.Tier.ValueType, *parts: tuple[str, int]) -> Content.Step:
    """One step of a route: who does it, by resource name, and in how many days."""
    return Content.Step(tier=tier, parts=[Content.Part(department=who, days=days) for who, days in parts])


def with_days(request: pb.PublishItemRequest, number: int, days: int) -> pb.PublishItemRequest:
    """The same item with another promise in the first part of a step."""
    request.content.route[number].parts[0].days = days
    return request


async def publish(house: House, code: str, **changed: Any) -> pb.Item:
    item: pb.Item = (await house("operator", publication(house, code, **changed))).item
    return item


async def publish_all(house: House) -> None:
    for request in publications(house.county):
        await house("operator", request)


def named(house: House, code: str, tenant: str = "") -> str:
    return f"tenants/{tenant or house.town}/items/{code}"


async def shown(house: House, code: str, tenant: str = "", version: int = 0) -> pb.Item:
    item: pb.Item = (await house("citizen", pb.GetItemRequest(name=named(house, code, tenant), version=version))).item
    return item


async def listed(house: House, tenant: str = "", **wanted: Any) -> list[str]:
    """The codes of the items on one page of a list."""
    request = pb.ListItemsRequest(parent=f"tenants/{tenant or house.town}", **wanted)
    return [item.name.rpartition("/")[2] for item in (await house("citizen", request)).items]


def days_of(item: pb.Item) -> list[int]:
    """What each step promises."""
    return [max(part.days for part in each.parts) for each in item.content.route]


def terms(house: House, code: str, *, withdrawn: bool = False, **days: int) -> pb.SetItemTermsRequest:
    """What the town makes of an item: `village=1`, `town=3`."""
    tiers = {"village": VILLAGE, "town": TOWN, "county": COUNTY}
    set_days = [pb.TierDays(tier=tiers[tier], days=each) for tier, each in days.items()]
    return pb.SetItemTermsRequest(name=named(house, code), terms=pb.ItemTerms(days=set_days, withdrawn=withdrawn))


async def wrong(house: House, login: str, request: Any) -> dict[str, tuple[str, str]]:
    """What a request is refused for, by field: the reason and the words."""
    with pytest.raises(InvalidFields) as refusal:
        await house(login, request)
    return {each.field: (each.reason, each.description) for each in refusal.value.violations}
