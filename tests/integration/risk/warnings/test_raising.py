"""From what the other services tell to risk information and a warning."""

from __future__ import annotations

from minshao.common import v1 as common
from minshao.risk import v1 as pb

from tests.integration.risk.house import House


async def test_a_substantiated_report_becomes_risk_information_and_a_warning(house: House) -> None:
    await house.substantiated("r1")

    [collected] = await house.events(pb.RiskInformationCollected)
    [raised] = await house.events(pb.WarningRaised)
    shown = (await house("leader", pb.GetWarningRequest(name=raised.warning))).warning
    assert (collected.unit, collected.kind) == (house.unit("finance"), pb.RiskInformation.KIND_REPORT_SUBSTANTIATED)
    assert (raised.unit, raised.colour, raised.visible_to) == (
        house.unit("finance"),
        pb.Warning.COLOUR_YELLOW,
        common.LEVEL_UNIT,
    )
    assert (shown.number, shown.title) == ("景村警〔2026〕1号", "财政所")
    assert [(each.risk_information, each.points) for each in shown.evidence] == [(collected.risk_information, 40.0)]
    assert shown.evidence[0].words == "反映查实40分＝40.00分"
