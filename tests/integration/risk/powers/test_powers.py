"""Powers of a unit, written down and graded through the contract."""

from __future__ import annotations

import pytest
from minshao.risk import v1 as pb

from services.common.errors import AlreadyExists, Invalid, NotFound, Refused
from tests.integration.risk.house import House, content


async def test_a_power_is_graded_by_the_rule_with_the_reason_in_words(house: House) -> None:
    head = await house.position("所长", standing=pb.Position.STANDING_LEADING)

    power = await house.power(head.name, extent=pb.Power.EXTENT_DECISIVE)

    assert (power.grade, power.proposed_grade, power.flagged) == (1, 1, False)
    assert power.grade_reason == "领导岗位，决定性部门管理权：一级"
    [told] = await house.events(pb.PowerCreated)
    assert (told.power, told.grade, told.position_grade) == (power.name, 1, 1)


async def test_a_position_has_the_strictest_grade_of_its_powers(house: House) -> None:
    head = await house.position("所长", standing=pb.Position.STANDING_LEADING)
    await house.power(head.name, "综合协调", kind=pb.Power.KIND_COORDINATION)
    strict = await house.power(head.name, "资金审批", extent=pb.Power.EXTENT_DECISIVE)

    shown = (await house("officer", pb.GetPositionRequest(name=head.name))).position
    await house("officer", pb.RetirePowerRequest(name=strict.name))
    later = (await house("officer", pb.GetPositionRequest(name=head.name))).position

    assert (shown.grade, later.grade) == (1, 3)


async def test_another_standing_of_the_position_grades_its_powers_anew(house: House) -> None:
    clerk = await house.position("会计")
    power = await house.power(clerk.name, extent=pb.Power.EXTENT_DECISIVE)

    leading = pb.Position.STANDING_LEADING
    changed = await house("officer", pb.UpdatePositionRequest(name=clerk.name, title="会计", standing=leading))

    assert (power.grade, power.flagged) == (2, True)
    assert changed.position.grade == 1
    [told] = await house.events(pb.PowerGraded)
    assert (told.power, told.grade, told.flagged) == (power.name, 1, False)


async def test_a_power_of_another_unit_does_not_exist_for_its_neighbour(house: House) -> None:
    power = await house.power((await house.position()).name)
    size = await house.ledger_size()

    with pytest.raises(NotFound):
        await house("village-officer", pb.GetPowerRequest(name=power.name))
    with pytest.raises(NotFound):
        await house("village-officer", pb.UpdatePowerRequest(name=power.name, content=content("改名")))

    assert await house.ledger_size() == size


async def test_a_second_power_of_the_same_title_at_a_position_is_refused(house: House) -> None:
    position = await house.position()
    await house.power(position.name)
    size = await house.ledger_size()

    with pytest.raises(AlreadyExists):
        await house.power(position.name)

    assert await house.ledger_size() == size


async def test_a_key_area_that_the_unit_has_not_set_is_told_with_its_field(house: House) -> None:
    position = await house.position()

    with pytest.raises(Invalid) as refused:
        await house.power(position.name, key_area="资金")

    assert refused.value.violations[0].field == "content.key_area"


async def test_a_key_area_in_which_a_power_lies_cannot_be_taken_away(house: House) -> None:
    inventory = f"tenants/{house.town}/inventories/{house.unit('finance')}"
    await house("officer", pb.SetKeyAreasRequest(name=inventory, key_areas=["资金", "物资"]))
    await house.power((await house.position()).name, key_area="资金")

    with pytest.raises(Refused):
        await house("officer", pb.SetKeyAreasRequest(name=inventory, key_areas=["物资"]))

    shown = (await house("officer", pb.GetInventoryRequest(name=inventory))).inventory
    assert (list(shown.key_areas), shown.position_count, shown.power_count) == (["资金", "物资"], 1, 1)
