"""A unit that begins its inventory with typical powers."""

from __future__ import annotations

import pytest
from minshao.risk import v1 as pb

from services.common.errors import NotFound
from tests.integration.risk.house import House


async def adopted(
    house: House, *codes: str, who: str = "officer", slug: str = "finance"
) -> pb.AdoptLibraryPowersResponse:
    request = pb.AdoptLibraryPowersRequest(name=house.inventory(slug), codes=codes)
    answer: pb.AdoptLibraryPowersResponse = await house(who, request)
    return answer


async def test_a_unit_finds_the_powers_typical_of_it(house: House) -> None:
    request = pb.ListLibraryPowersRequest(
        parent=f"tenants/{house.town}", organ=pb.LibraryPower.ORGAN_FINANCE, page_size=4
    )
    first = await house("officer", request)
    request.page_token = first.next_page_token
    second = await house("officer", request)

    shown = [*first.library_powers, *second.library_powers]
    assert second.next_page_token == ""
    assert {each.organ for each in shown} == {pb.LibraryPower.ORGAN_FINANCE}
    assert shown[1].content.title == "财政资金拨付审批"


async def test_chosen_powers_come_with_their_positions_and_key_areas(house: House) -> None:
    answer = await adopted(house, "finance.payment-approval", "finance.budget", "finance.cash")

    assert [each.grade for each in answer.powers] == [1, 2, 1]
    shown = (await house("officer", pb.GetInventoryRequest(name=house.inventory()))).inventory
    assert (shown.position_count, shown.power_count, list(shown.key_areas)) == (2, 3, ["资金"])
    assert len(await house.events(pb.PowerCreated)) == 3
    assert len(await house.events(pb.KeyAreasSet)) == 1


async def test_what_the_unit_has_already_stays_as_it_is(house: House) -> None:
    await adopted(house, "finance.cash")
    size = await house.ledger_size()

    again = await adopted(house, "finance.cash")

    assert (len(again.powers), list(again.present_codes)) == (0, ["finance.cash"])
    assert await house.ledger_size() == size


async def test_a_position_of_the_unit_keeps_its_own_standing(house: House) -> None:
    own = await house.position("出纳", standing=pb.Position.STANDING_OTHER)

    [power] = (await adopted(house, "finance.cash")).powers

    assert (power.position, power.flagged) == (own.name, True)


@pytest.mark.parametrize(("who", "code"), [("village-officer", "finance.cash"), ("officer", "finance.nothing")])
async def test_neither_for_another_unit_nor_of_an_unknown_code(house: House, who: str, code: str) -> None:
    size = await house.ledger_size()

    with pytest.raises(NotFound):
        await adopted(house, code, who=who)

    assert await house.ledger_size() == size
