"""Agency points: a room in each village, the centre of the town, and the windows of the county's hall."""

from __future__ import annotations

import pytest
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.common.errors import Invalid, NotFound
from tests.integration.agency.house import LONG_AGO, House


async def listed(house: House, tenant: str = "", **wanted: object) -> list[pb.Point]:
    request = pb.ListPointsRequest(parent=f"tenants/{tenant or house.town}", **wanted)  # type: ignore[arg-type]
    return list((await house("citizen", request)).points)


async def test_a_point_is_opened_in_each_village_and_in_the_centre_of_the_town(house: House) -> None:
    points = await listed(house)

    assert {(point.title, point.tier) for point in points} == {
        ("景村镇八一村便民服务代理室", pb.Point.TIER_VILLAGE),
        ("景村镇东街社区便民服务代理室", pb.Point.TIER_VILLAGE),
        ("景村镇便民服务中心", pb.Point.TIER_TOWN),
    }


async def test_each_department_with_a_window_has_one_in_the_hall_of_the_county(house: House) -> None:
    points = await listed(house, house.county)

    assert [(point.title, point.tier) for point in points] == [
        ("洛南县便民服务大厅县民政局窗口", pb.Point.TIER_COUNTY),
        ("洛南县便民服务大厅县财政局窗口", pb.Point.TIER_COUNTY),
    ]


async def test_a_unit_that_is_heard_of_again_gets_no_second_point(house: House) -> None:
    await house.hear_in(house.town, gateway.UnitChanged(unit=house.unit_message("village", revision=2)))

    assert len(await house.events(pb.PointOpened)) == 3
    assert len(await listed(house)) == 3


async def test_a_retired_unit_retires_its_point_and_one_that_comes_back_opens_it_again(house: House) -> None:
    retired = house.unit_message("village", revision=2, retire_time=LONG_AGO)
    await house.hear_in(house.town, gateway.UnitRetired(unit=retired))

    assert house.point("village") not in {point.name for point in await listed(house)}
    assert (await house("citizen", pb.GetPointRequest(name=house.point("village")))).point.retired
    [event] = await house.events(pb.PointRetired)
    assert (event.point, event.tier) == (house.point("village"), pb.Point.TIER_VILLAGE)

    await house.hear_in(house.town, gateway.UnitChanged(unit=house.unit_message("village", revision=3)))

    assert house.point("village") in {point.name for point in await listed(house)}


async def test_a_department_whose_window_is_closed_has_no_point_any_more(house: House) -> None:
    closed = house.unit_message("finance", house.county, revision=2, window=False)

    await house.hear_in(house.county, gateway.UnitChanged(unit=closed))

    assert [point.unit.rpartition(".")[2] for point in await listed(house, house.county)] == ["civil-affairs"]
    assert len(await listed(house, house.county, show_retired=True)) == 2


async def test_an_older_state_of_a_unit_changes_no_point(house: House) -> None:
    await house.hear_in(house.town, gateway.UnitChanged(unit=house.unit_message("village", revision=3)))
    old = house.unit_message("village", revision=2, retire_time=LONG_AGO)

    await house.hear_in(house.town, gateway.UnitRetired(unit=old))

    assert len(await listed(house)) == 3


async def test_points_are_listed_page_by_page_in_either_order_and_by_tier(house: House) -> None:
    for order in ("unit", "unit desc"):
        found: list[str] = []
        token = ""
        while True:
            request = pb.ListPointsRequest(
                parent=f"tenants/{house.town}", page_size=2, page_token=token, order_by=order
            )
            page = await house("citizen", request)
            found += [point.name for point in page.points]
            if not (token := page.next_page_token):
                break
        assert found == sorted(found, reverse=order == "unit desc")
        assert len(found) == 3
    assert [point.tier for point in await listed(house, tier=pb.Point.TIER_TOWN)] == [pb.Point.TIER_TOWN]


async def test_a_page_token_of_another_query_is_refused(house: House) -> None:
    first = await house("citizen", pb.ListPointsRequest(parent=f"tenants/{house.town}", page_size=1))

    with pytest.raises(Invalid):
        await listed(house, page_size=1, page_token=first.next_page_token, order_by="unit desc")


@pytest.mark.parametrize("slug", ["finance", "party-committee", "nowhere"])
async def test_where_there_is_no_point_none_is_found(house: House, slug: str) -> None:
    with pytest.raises(NotFound):
        await house("citizen", pb.GetPointRequest(name=f"tenants/{house.town}/points/{house.town}.{slug}"))
