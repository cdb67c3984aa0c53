"""Inventories come and go with the units of the organisation."""

from __future__ import annotations

import pytest
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from services.common.errors import IllegalMove, Refused
from tests.integration.risk.catalogues.steps import compiled
from tests.integration.risk.charting import BUSINESS, creation, of_business
from tests.integration.risk.house import House
from tests.integration.risk.risk_points.test_opinions import objection, opinion
from tests.integration.risk.risk_points.test_risk_points import shown
from tests.town_house import DEPARTMENTS, LONG_AGO, UNITS


async def test_an_inventory_is_opened_for_each_unit_of_the_town_and_of_the_county_once(house: House) -> None:
    await house.hear_in(house.town, gateway.UnitChanged(unit=house.unit_message("finance", revision=2)))

    for tenant, slugs in ((house.town, UNITS), (house.county, DEPARTMENTS)):
        opened = await house.events(pb.InventoryOpened, tenant)
        assert sorted(event.unit for event in opened) == sorted(house.unit(slug, tenant) for slug in slugs)


async def test_the_inventory_of_a_retired_unit_takes_nothing_new(house: House) -> None:
    retired = house.unit_message("finance", revision=2, retire_time=LONG_AGO)
    await house.hear_in(house.town, gateway.UnitRetired(unit=retired))
    before = await house.ledger_size()

    with pytest.raises(Refused):
        await house.position()

    [event] = await house.events(pb.InventoryRetired)
    assert event.unit == house.unit("finance")
    assert await house.ledger_size() == before


async def test_what_a_retired_unit_had_is_listed_only_for_who_asks_for_what_was_retired(house: House) -> None:
    position = await house.position()
    power = await house.power(position.name)
    drawn = creation(house, BUSINESS, of_business(position.name))
    chart = (await house("officer", drawn)).flow_chart.name
    retired = house.unit_message("finance", revision=2, retire_time=LONG_AGO)
    await house.hear_in(house.town, gateway.UnitRetired(unit=retired))

    async def listed(show_retired: bool) -> list[str]:
        parent = f"tenants/{house.town}"
        positions = (await house("party", pb.ListPositionsRequest(parent=parent, show_retired=show_retired))).positions
        powers = (await house("party", pb.ListPowersRequest(parent=parent, show_retired=show_retired))).powers
        charts = (await house("party", pb.ListFlowChartsRequest(parent=parent, show_retired=show_retired))).flow_charts
        return [each.name for each in (*positions, *powers, *charts)]

    assert await listed(show_retired=False) == []
    assert await listed(show_retired=True) == [position.name, power.name, chart]


async def test_with_a_unit_that_is_retired_ends_what_is_under_way_there_and_what_is_confirmed_stays(
    house: House,
) -> None:
    confirmed, closed = (await house.confirmed()).name, (await house.closed()).name
    consulted, publicized = (await house.consulted()).name, (await house.publicized()).name
    code = (await house("citizen", objection(publicized))).receipt_code
    drafted = (await house.risk_point()).name
    await house.power((await house.position()).name)
    edition = await compiled(house)
    retired = house.unit_message("finance", revision=2, retire_time=LONG_AGO)
    public = pb.ListOpenRiskPointsRequest(parent=f"tenants/{house.town}")
    before = (await house("citizen", public)).risk_points

    await house.hear_in(house.town, gateway.UnitRetired(unit=retired))

    after = (await house("citizen", public)).risk_points
    follow = pb.FollowObjectionRequest(parent=f"tenants/{house.town}", code=code)
    assert (len(before), len(after)) == (2, 0)
    ended = [await shown(house, each) for each in (closed, consulted, publicized, drafted)]
    assert {(each.state, each.withdrawal_reason) for each in ended} == {
        (pb.RiskPoint.STATE_WITHDRAWN, "该单位已撤销。")
    }
    assert (await shown(house, confirmed)).state == pb.RiskPoint.STATE_CONFIRMED
    [withdrawn] = await house.events(pb.CatalogueEditionWithdrawn)
    assert withdrawn.catalogue_edition == edition.name
    assert (await house("citizen", follow)).view.state == pb.RiskPoint.STATE_WITHDRAWN
    for ask in (opinion(consulted), objection(publicized)):
        with pytest.raises(IllegalMove):
            await house("citizen", ask)


async def test_a_unit_whose_name_says_its_town_is_not_called_by_it_twice(house: House) -> None:
    spelled_out = house.unit_message("finance", revision=2)
    spelled_out.display_name = "景村镇财政所"
    await house.hear_in(house.town, gateway.UnitChanged(unit=spelled_out))

    answer = await house("party", pb.ExportInventoryRequest(name=house.inventory()))

    assert answer.file_name == "景村镇财政所权力清单.xlsx"
