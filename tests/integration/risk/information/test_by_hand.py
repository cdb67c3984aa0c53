"""Risk information that people collect and correct."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest
from minshao.common import v1 as common
from minshao.risk import v1 as pb

from services.common.errors import AlreadyExists, Denied, Invalid, NotFound, Refused
from tests.integration.risk.charting import a_business_chart, a_power_chart
from tests.integration.risk.house import House

Kind = pb.RiskInformation


async def correct(house: House, piece: pb.RiskInformation, who: str = "officer", **facts: Any) -> pb.RiskInformation:
    """A correction that says what the piece says now, but for the facts."""
    now = piece.current
    said = {each: getattr(now, each) for each in ("unit", "position", "power", "kind", "aspect", "day", "key_link")}
    request = pb.CorrectRiskInformationRequest(**{"name": piece.name, **said, "text": "数额有误。", **facts})
    corrected: pb.RiskInformation = (await house(who, request)).risk_information
    return corrected


async def test_what_is_recorded_has_a_number_and_keeps_what_the_power_was(house: House) -> None:
    inventory = f"tenants/{house.town}/inventories/{house.unit('finance')}"
    await house("officer", pb.SetKeyAreasRequest(name=inventory, key_areas=["资金"]))
    clerk = await house.position()
    power = await house.power(clerk.name, key_area="资金")

    piece = await house.record(power=power.name, key_link=True)
    second = await house.record("discipline", kind=Kind.KIND_INSPECTION)

    assert (piece.number, second.number) == ("景村险〔2026〕1号", "景村险〔2026〕2号")
    held = piece.current
    assert (held.position, held.grade, held.key_area, held.key_link) == (clerk.name, power.grade, True, True)
    assert piece.entries[0].text == "票据不齐。"
    told = await house.events(pb.RiskInformationCollected)
    assert [each.risk_information for each in told] == [piece.name, second.name]


async def test_a_position_that_does_a_key_link_of_the_powers_chart_is_known_by_it(house: House) -> None:
    clerk = await house.position()
    charted, other = await house.power(clerk.name), await house.power(clerk.name, "票据管理")
    business = await a_business_chart(house, clerk.name)
    await a_power_chart(house, clerk.name, charted.name, business.name)

    at_key_link, elsewhere = await house.record(power=charted.name), await house.record(power=other.name)

    assert (at_key_link.current.key_link, elsewhere.current.key_link) == (True, False)


async def test_a_key_link_counts_as_long_as_its_chart_is_in_force(house: House) -> None:
    clerk = await house.position()
    power = await house.power(clerk.name)
    business = await a_business_chart(house, clerk.name)
    chart = await a_power_chart(house, clerk.name, power.name, business.name)
    before = await house.record(power=power.name)

    await house("officer", pb.RetireFlowChartRequest(name=chart.name))

    after = await house.record(power=power.name)
    assert (before.current.key_link, after.current.key_link) == (True, False)


async def test_a_source_counts_once_for_a_unit(house: House) -> None:
    await house.record(source="审计报告〔2026〕3号")
    size = await house.ledger_size()

    with pytest.raises(AlreadyExists):
        await house.record(source=" 审计报告〔2026〕3号 ")
    assert await house.ledger_size() == size

    await house.record("village-officer", slug="village", source="审计报告〔2026〕3号")


async def test_a_correction_leaves_the_first_entry(house: House) -> None:
    piece = await house.record()

    await correct(house, piece, kind=Kind.KIND_SELF_FOUND)
    withdrawn = await correct(house, piece, "discipline", withdrawn=True, text="查无此事。")

    assert [(each.ordinal, each.kind, each.withdrawn, each.text) for each in withdrawn.entries] == [
        (0, Kind.KIND_AUDIT, False, "票据不齐。"),
        (1, Kind.KIND_SELF_FOUND, False, "数额有误。"),
        (2, Kind.KIND_AUDIT, True, "查无此事。"),
    ]
    assert (await house.information("officer"), len(await house.information("officer", show_withdrawn=True))) == ([], 1)
    told = await house.events(pb.RiskInformationCorrected)
    assert [(each.ordinal, each.withdrawn) for each in told] == [(1, False), (2, True)]


async def test_a_correction_about_the_same_keeps_the_grade_of_then(house: House) -> None:
    clerk = await house.position()
    power = await house.power(clerk.name)
    piece = await house.record(power=power.name)
    leading = pb.Position.STANDING_LEADING
    await house("officer", pb.UpdatePositionRequest(name=clerk.name, title="所长", standing=leading))
    await house("officer", pb.RetirePowerRequest(name=power.name))

    corrected = await correct(house, piece, aspect=Kind.ASPECT_DUTY)

    assert corrected.current.grade == piece.current.grade == 2


async def test_what_an_event_said_only_discipline_officers_correct(house: House) -> None:
    await house.substantiated("r1")
    [piece] = await house.information("officer")
    size = await house.ledger_size()

    with pytest.raises(Denied):
        await correct(house, piece, withdrawn=True)
    with pytest.raises(Denied):
        await correct(house, piece, "commission", withdrawn=True)
    with pytest.raises(Invalid):
        await correct(house, piece, "discipline", kind=Kind.KIND_OTHER)
    assert await house.ledger_size() == size

    await correct(house, piece, "discipline", withdrawn=True)


async def test_what_discipline_officers_wrote_of_a_unit_its_risk_officer_does_not_correct(house: House) -> None:
    piece = await house.record("discipline")
    size = await house.ledger_size()

    with pytest.raises(Denied):
        await correct(house, piece, withdrawn=True)

    assert await house.ledger_size() == size


async def test_what_is_written_for_a_level_is_not_seen_below_and_nobody_writes_above_their_own(house: House) -> None:
    size = await house.ledger_size()
    with pytest.raises(Invalid) as refused:
        await house.record(level=common.LEVEL_TOWN)
    assert (refused.value.violations[0].field, await house.ledger_size()) == ("level", size)

    await house.record("discipline", level=common.LEVEL_TOWN)

    assert (await house.information("officer"), len(await house.information("party"))) == ([], 1)


async def test_the_county_reads_registers_of_towns_without_what_was_written(house: House) -> None:
    piece = await house.record()

    in_county = (await house("commission", pb.GetRiskInformationRequest(name=piece.name))).risk_information
    in_town = (await house("discipline", pb.GetRiskInformationRequest(name=piece.name))).risk_information

    assert (in_county.number, in_county.entries[0].text) == (piece.number, "")
    assert in_town.entries[0].text == "票据不齐。"


async def test_the_county_collects_in_its_own_tenant_only(house: House) -> None:
    size = await house.ledger_size()
    with pytest.raises(Denied):
        await house.record("commission")
    assert await house.ledger_size() == size

    made = await house.record("commission", tenant=house.county, level=common.LEVEL_COUNTY)

    assert made.number.startswith("洛南险〔2026〕")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": Kind.KIND_CASE_OVERDUE}, "kind"),
        ({"day": "2026-09-02"}, "day"),
        ({"text": " "}, "text"),
        ({"day": "2026-02-30"}, "day"),
    ],
)
async def test_what_is_wrong_is_told_with_its_field(house: House, facts: dict[str, Any], field: str) -> None:
    size = await house.ledger_size()

    with pytest.raises(Invalid) as refused:
        await house.record(**facts)

    assert refused.value.violations[0].field == field
    assert await house.ledger_size() == size


async def test_a_power_of_another_position_or_unit_is_refused(house: House) -> None:
    clerk, cashier = await house.position(), await house.position("出纳")
    power = await house.power(clerk.name)
    of_village = await house.position("文书", "village", "village-officer")
    size = await house.ledger_size()

    with pytest.raises(Invalid):
        await house.record(position=cashier.name, power=power.name)
    with pytest.raises(NotFound):
        await house.record(position=of_village.name)
    with pytest.raises(Invalid):
        await house.record("discipline", position=of_village.name)
    with pytest.raises(NotFound):
        await house.record(slug="village")

    assert await house.ledger_size() == size


async def test_a_retired_position_takes_nothing_new(house: House) -> None:
    clerk = await house.position()
    await house("officer", pb.RetirePositionRequest(name=clerk.name))
    size = await house.ledger_size()

    with pytest.raises(Refused):
        await house.record(position=clerk.name)

    assert await house.ledger_size() == size


async def test_the_list_is_filtered_and_paged(house: House) -> None:
    pieces = [await house.record(kind=kind) for kind in (Kind.KIND_AUDIT, Kind.KIND_MEDIA, Kind.KIND_AUDIT)]

    audits = await house.information("officer", kind=Kind.KIND_AUDIT)
    first = await house("officer", pb.ListRiskInformationRequest(parent=f"tenants/{house.town}", page_size=2))
    rest = await house(
        "officer",
        pb.ListRiskInformationRequest(parent=f"tenants/{house.town}", page_size=2, page_token=first.next_page_token),
    )

    assert {each.name for each in audits} == {pieces[0].name, pieces[2].name}
    shown = [*first.risk_information, *rest.risk_information]
    assert ({each.name for each in shown}, len(shown), rest.next_page_token) == ({each.name for each in pieces}, 3, "")
    assert await house.information("village-officer") == []


async def test_a_piece_that_is_about_another_unit_now_tells_that_nothing_of_the_first(house: House) -> None:
    piece = await house.record("discipline", text="财政所会计私设小金库。")
    village = f"tenants/{house.town}/units/{house.unit('village')}"
    await correct(house, piece, "discipline", unit=village, text="系本村会计所为。")
    asked = pb.GetRiskInformationRequest(name=piece.name)

    seen = {who: (await house(who, asked)).risk_information for who in ("village-officer", "discipline")}

    assert [(each.ordinal, each.unit, each.text) for each in seen["village-officer"].entries] == [
        (1, village, "系本村会计所为。")
    ]
    assert [each.text for each in seen["discipline"].entries] == ["财政所会计私设小金库。", "系本村会计所为。"]


async def test_what_the_discipline_organ_has_corrected_the_unit_does_not_undo(house: House) -> None:
    piece = await house.record("officer", kind=Kind.KIND_OTHER)
    own = await correct(house, piece, "officer", text="补充数额。")
    await correct(house, own, "discipline", kind=Kind.KIND_AUDIT, text="系审计发现。")

    async with house.refused(Denied, "NOT_CORRECTOR"):
        await correct(house, piece, "officer", withdrawn=True, text="撤回。")
    again = await correct(house, piece, "discipline", kind=Kind.KIND_AUDIT, text="数额无误。")

    assert again.current.ordinal == 3


@pytest.mark.parametrize("in_between", [False, True])
async def test_what_was_answered_counts_no_more_when_a_piece_comes_back_from_others(
    house: House, in_between: bool
) -> None:
    await house.substantiated("r1")
    [piece], [warning] = await house.information("discipline"), await house.warnings("leader")
    village = f"tenants/{house.town}/units/{house.unit('village')}"
    steps: list[Coroutine[None, None, object]] = [
        house.answer(warning),
        correct(house, piece, "discipline", unit=village),
    ]
    if in_between:
        steps.reverse()

    for step in (*steps, correct(house, piece, "discipline")):
        house.clock.set(house.clock.now() + timedelta(hours=1))
        await step

    assert [each.name for each in await house.warnings("leader")] == [warning.name]


async def test_what_was_answered_without_a_piece_that_was_about_others_then_does_not_settle_it(house: House) -> None:
    piece = await house.record("discipline", kind=Kind.KIND_PETITION)
    village = f"tenants/{house.town}/units/{house.unit('village')}"
    await correct(house, piece, "discipline", unit=village)
    await house.substantiated("r1")
    [first] = await house.warnings("leader")
    await house.answer(first)
    house.clock.set(house.clock.now() + timedelta(hours=1))

    await correct(house, piece, "discipline")
    await house.record("discipline", kind=Kind.KIND_AUDIT)

    [second] = await house.warnings("leader", state=pb.Warning.STATE_OPEN)
    assert (second.points, second.information_count) == (40, 2)
