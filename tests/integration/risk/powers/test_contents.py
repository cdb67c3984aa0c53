"""What a power is stands as it was written down."""

from __future__ import annotations

import pytest
from minshao.risk import v1 as pb

from services.common.errors import InvalidFields
from tests.integration.risk.house import House, content


async def test_a_power_is_shown_as_it_was_written_down(house: House) -> None:
    inventory = f"tenants/{house.town}/inventories/{house.unit('finance')}"
    await house("officer", pb.SetKeyAreasRequest(name=inventory, key_areas=["资金"]))
    written = content(
        basis="《预算法》第五十七条",
        boundary="只审核已经批准的支出。",
        responsibility="对审核结果负责。",
        importance=3,
        frequency=pb.Power.FREQUENCY_DAILY,
        discretion="可以决定先付哪一笔。",
        key_area="资金",
    )
    position = await house.position()

    power = (await house("officer", pb.CreatePowerRequest(position=position.name, content=written))).power

    shown = (await house("leader", pb.GetPowerRequest(name=power.name))).power
    assert shown.content == written


@pytest.mark.parametrize("importance", [0, 4])
async def test_an_importance_is_from_one_to_three(house: House, importance: int) -> None:
    position = await house.position()
    before = await house.ledger_size()

    with pytest.raises(InvalidFields) as refused:
        await house.power(position.name, importance=importance)

    assert refused.value.violations[0].field == "content.importance"
    assert await house.ledger_size() == before
