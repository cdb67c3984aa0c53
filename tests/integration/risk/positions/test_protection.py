"""Positions of grade 1 without a confirmed risk point, and what the county is told of them."""

from __future__ import annotations

from typing import Any

from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from tests.integration.risk.house import House, content
from tests.town_house import LONG_AGO


async def head_of_office(house: House, title: str = "所长") -> pb.Position:
    """A position of grade 1."""
    head = await house.position(title, standing=pb.Position.STANDING_LEADING)
    await house.power(head.name, extent=pb.Power.EXTENT_DECISIVE)
    found: pb.Position = (await house("officer", pb.GetPositionRequest(name=head.name))).position
    return found


def of(position: pb.Position) -> dict[str, Any]:
    return {"level": pb.RiskPoint.LEVEL_POSITION, "position": position.name}


async def unprotected(house: House, who: str = "party") -> dict[str, int]:
    """For how many days which positions have been without one."""
    answer = await house(who, pb.ListUnprotectedPositionsRequest(parent=f"tenants/{house.town}"))
    return {each.name: each.unprotected_days for each in answer.positions}


async def told(house: House) -> list[str]:
    return [each.position for each in await house.events(pb.PositionUnprotected)]


async def test_a_grade_1_position_without_a_risk_point_is_listed_with_its_days_the_longest_first(house: House) -> None:
    first = await head_of_office(house)
    await house.pass_days(5)
    second = await head_of_office(house, "副所长")
    await house.power((await house.position()).name)
    await house.pass_days(2)

    assert list((await unprotected(house)).items()) == [(first.name, 7), (second.name, 2)]
    assert await unprotected(house, "village-officer") == {}
    page = await house("party", pb.ListUnprotectedPositionsRequest(parent=f"tenants/{house.town}", page_size=1))
    token = page.next_page_token
    rest = await house(
        "party",
        pb.ListUnprotectedPositionsRequest(parent=f"tenants/{house.town}", page_size=1, page_token=token),
    )
    assert [each.name for each in rest.positions] == [second.name]


async def test_after_90_days_the_county_is_told_exactly_once(house: House) -> None:
    head = await head_of_office(house)

    await house.pass_days(90)
    before = await told(house)
    await house.pass_days(1)
    await house.pass_days(200)

    assert before == []
    assert await told(house) == [head.name]
    [event] = await house.events(pb.PositionUnprotected)
    assert (event.since, event.days, event.unit) == ("2026-09-01", 90, house.unit("finance"))


async def test_a_confirmed_risk_point_of_the_position_ends_the_spell_and_its_withdrawal_begins_another(
    house: House,
) -> None:
    head = await head_of_office(house)
    await house.confirmed()
    of_unit_only = await unprotected(house)

    point = await house.confirmed(**of(head))
    protected = (await house("officer", pb.GetPositionRequest(name=head.name))).position
    during = await unprotected(house)
    await house.pass_days(100)
    quiet = await told(house)
    await house("officer", pb.WithdrawRiskPointRequest(name=point.name, reason="职责变了。"))
    anew = await unprotected(house)
    await house.pass_days(91)

    assert of_unit_only == {head.name: 8}
    assert (protected.risk_point_count, protected.HasField("unprotected_time")) == (1, False)
    assert (during, quiet, anew) == ({}, [], {head.name: 0})
    assert await told(house) == [head.name]


async def test_each_spell_is_told_for_itself(house: House) -> None:
    head = await head_of_office(house)
    await house.pass_days(91)
    point = await house.confirmed(**of(head))
    await house("officer", pb.WithdrawRiskPointRequest(name=point.name, reason="职责变了。"))

    await house.pass_days(91)

    assert await told(house) == [head.name, head.name]


async def test_another_grade_ends_the_spell(house: House) -> None:
    head = await head_of_office(house)
    [power] = (await house("officer", pb.ListPowersRequest(parent=f"tenants/{house.town}"))).powers

    await house("officer", pb.UpdatePowerRequest(name=power.name, content=content()))
    lower = await unprotected(house)
    await house.pass_days(100)
    await house("officer", pb.UpdatePowerRequest(name=power.name, content=content(extent=pb.Power.EXTENT_DECISIVE)))

    assert (lower, await told(house)) == ({}, [])
    assert await unprotected(house) == {head.name: 0}


async def test_a_new_text_in_the_place_of_a_confirmed_one_leaves_no_gap(house: House) -> None:
    head, other = await head_of_office(house), await head_of_office(house, "副所长")
    first = await house.confirmed(**of(head))
    revised = await house.closed(replaces=first.name, **of(other))
    meeting = (await house.meeting(revised.name)).name
    before = await unprotected(house)

    await house("officer", pb.ConfirmRiskPointRequest(name=revised.name, leadership_meeting=meeting))

    assert (before, await unprotected(house)) == ({other.name: 16}, {head.name: 0})


async def test_of_a_unit_that_is_there_no_more_nobody_is_told(house: House) -> None:
    await head_of_office(house)
    retired = house.unit_message("finance", revision=2, retire_time=LONG_AGO)
    await house.hear_in(house.town, gateway.UnitRetired(unit=retired))

    await house.pass_days(91)

    assert (await unprotected(house), await told(house)) == ({}, [])
