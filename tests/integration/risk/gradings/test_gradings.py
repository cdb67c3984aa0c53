"""What meetings decide on the grades of powers."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.risk import v1 as pb

from services.common.errors import AlreadyExists, DomainError, Invalid, NotFound, Refused
from tests.integration.risk.house import House, content


async def decide(house: House, meeting: str, *decisions: dict[str, Any], who: str = "officer") -> list[pb.Power]:
    request = pb.DecideGradesRequest(
        leadership_meeting=meeting, decisions=[pb.DecideGradesRequest.Decision(**each) for each in decisions]
    )
    return list((await house(who, request)).powers)


async def test_the_meeting_sets_another_grade_with_a_reason_that_is_kept(house: House) -> None:
    position = await house.position()
    power = await house.power(position.name)
    meeting = (await house.meeting(power.name)).name

    [graded] = await decide(house, meeting, {"power": power.name, "grade": 1, "reason": "资金量大，群众反映多。"})

    assert (power.grade, graded.grade, graded.proposed_grade) == (2, 1, 2)
    assert graded.leadership_meeting == meeting
    assert (await house("officer", pb.GetPositionRequest(name=position.name))).position.grade == 1
    [kept] = (await house("leader", pb.ListGradingsRequest(power=power.name))).gradings
    assert (kept.grade, kept.proposed_grade, kept.grade_before) == (1, 2, 2)
    assert (kept.leadership_meeting, kept.reason) == (meeting, "资金量大，群众反映多。")
    [told] = await house.events(pb.PowerGraded)
    assert (told.grade, told.position_grade, told.leadership_meeting) == (1, 1, meeting)
    assert len(told.reason_hash) == 32


async def test_a_flagged_power_is_settled_by_the_meeting(house: House) -> None:
    position = await house.position()
    power = await house.power(position.name, extent=pb.Power.EXTENT_DECISIVE)
    flagged = pb.ListPowersRequest(parent=f"tenants/{house.town}", show_flagged=True)
    before = (await house("officer", flagged)).powers
    meeting = (await house.meeting(power.name)).name

    [settled] = await decide(house, meeting, {"power": power.name, "grade": 2})

    assert [each.name for each in before] == [power.name]
    assert (settled.flagged, settled.grade) == (False, 2)
    assert list((await house("officer", flagged)).powers) == []


async def test_a_change_of_the_power_grades_it_anew_and_the_decision_stays_in_its_history(house: House) -> None:
    power = await house.power((await house.position()).name)
    meeting = (await house.meeting(power.name)).name
    await decide(house, meeting, {"power": power.name, "grade": 1, "reason": "资金量大。"})

    changed = content(kind=pb.Power.KIND_LICENSING)
    anew = (await house("officer", pb.UpdatePowerRequest(name=power.name, content=changed))).power

    assert (anew.grade, anew.leadership_meeting) == (2, "")
    assert len((await house("officer", pb.ListGradingsRequest(power=power.name))).gradings) == 1


async def test_a_meeting_grades_no_power_that_was_changed_after_it(house: House) -> None:
    power = await house.power((await house.position(standing=pb.Position.STANDING_LEADING)).name)
    meeting = (await house.meeting(power.name)).name
    await house.pass_days(1)
    await house("officer", pb.UpdatePowerRequest(name=power.name, content=content(extent=pb.Power.EXTENT_DECISIVE)))

    async with house.refused(Refused, "GRADED_SINCE"):
        await decide(house, meeting, {"power": power.name, "grade": 3, "reason": "影响小。"})

    again = (await house.meeting(power.name)).name
    [graded] = await decide(house, again, {"power": power.name, "grade": 3, "reason": "影响小。"})
    assert graded.grade == 3


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": pb.Power.KIND_LICENSING},
        {"kind": pb.Power.KIND_EXECUTION, "extent": pb.Power.EXTENT_DECISIVE},
        {"importance": 3},
        {"frequency": pb.Power.FREQUENCY_WEEKLY},
    ],
    ids=["kind", "extent", "importance", "frequency"],
)
async def test_also_not_one_whose_change_left_its_grade_the_same(house: House, changed: dict[str, Any]) -> None:
    power = await house.power((await house.position()).name)
    meeting = (await house.meeting(power.name)).name
    await house.pass_days(1)
    after = (await house("officer", pb.UpdatePowerRequest(name=power.name, content=content(**changed)))).power
    assert (after.grade, after.grade_time) == (power.grade, power.grade_time)

    async with house.refused(Refused, "GRADED_SINCE"):
        await decide(house, meeting, {"power": power.name, "grade": 1, "reason": "资金量大。"})

    again = (await house.meeting(power.name)).name
    [graded] = await decide(house, again, {"power": power.name, "grade": 1, "reason": "资金量大。"})
    assert graded.grade == 1


async def test_nor_one_whose_position_has_another_standing_since(house: House) -> None:
    position = await house.position()
    power = await house.power(position.name)
    meeting = (await house.meeting(power.name)).name
    await house.pass_days(1)
    leading = pb.UpdatePositionRequest(
        name=position.name, title=position.title, section=position.section, standing=pb.Position.STANDING_LEADING
    )
    await house("officer", leading)
    assert (await house("officer", pb.GetPowerRequest(name=power.name))).power.grade == power.grade

    async with house.refused(Refused, "GRADED_SINCE"):
        await decide(house, meeting, {"power": power.name, "grade": 1, "reason": "资金量大。"})


async def test_a_change_of_mere_words_holds_no_earlier_meeting_up(house: House) -> None:
    power = await house.power((await house.position()).name)
    meeting = (await house.meeting(power.name)).name
    await house.pass_days(1)
    reworded = content("资金拨付复核", basis="《预算法》", boundary="只复核。")
    await house("officer", pb.UpdatePowerRequest(name=power.name, content=reworded))

    [graded] = await decide(house, meeting, {"power": power.name, "grade": 1, "reason": "资金量大。"})
    assert graded.grade == 1


async def test_what_an_earlier_meeting_decided_does_not_count_after_a_later_one(house: House) -> None:
    power = await house.power((await house.position()).name)
    earlier = (await house.meeting(power.name)).name
    await house.pass_days(1)
    later = (await house.meeting(power.name)).name
    await decide(house, later, {"power": power.name, "grade": 1, "reason": "资金量大。"})

    async with house.refused(Refused, "GRADED_SINCE"):
        await decide(house, earlier, {"power": power.name, "grade": 3, "reason": "影响小。"})

    assert (await house("officer", pb.GetPowerRequest(name=power.name))).power.grade == 1


async def test_a_grade_of_4_is_refused_with_its_field_and_nothing_changes(house: House) -> None:
    power = await house.power((await house.position()).name)
    meeting = (await house.meeting(power.name)).name
    size = await house.ledger_size()

    for grade in (0, 4):
        with pytest.raises(Invalid) as refused:
            await decide(house, meeting, {"power": power.name, "grade": grade, "reason": "研究决定。"})
        assert refused.value.violations[0].field == "decisions[0].grade"

    assert (await house("officer", pb.GetPowerRequest(name=power.name))).power == power
    assert await house.ledger_size() == size


async def test_what_does_not_follow_from_the_meeting_is_refused_whole(house: House) -> None:
    position = (await house.position()).name
    one, other = (await house.power(position)).name, (await house.power(position, "发票审核")).name
    meeting = (await house.meeting(one, other)).name
    against = (await house.meeting(one, against=2)).name
    apart = (await house.meeting(other)).name
    good = {"power": other, "grade": 3, "reason": "只是复核。"}
    bad: list[tuple[type[DomainError], str, dict[str, Any]]] = [
        (Invalid, meeting, {"power": one, "grade": 1}),
        (Invalid, meeting, {"power": one, "grade": 1, "reason": "  "}),
        (Invalid, meeting, good),
        (Refused, against, {"power": one, "grade": 1, "reason": "资金量大。"}),
        (Refused, apart, {"power": one, "grade": 1, "reason": "资金量大。"}),
    ]
    size = await house.ledger_size()

    for error, held, decision in bad:
        with pytest.raises(error):
            await decide(house, held, good, decision)

    assert await house.ledger_size() == size
    assert list((await house("officer", pb.ListGradingsRequest(power=other))).gradings) == []


async def test_a_meeting_grades_a_power_once_and_another_unit_grades_none(house: House) -> None:
    power = (await house.power((await house.position()).name)).name
    meeting = (await house.meeting(power)).name
    decision = {"power": power, "grade": 1, "reason": "资金量大。"}
    await decide(house, meeting, decision)
    size = await house.ledger_size()

    with pytest.raises(AlreadyExists):
        await decide(house, meeting, {**decision, "grade": 3})
    with pytest.raises(NotFound):
        await decide(house, meeting, decision, who="village-officer")

    assert await house.ledger_size() == size


async def test_a_meeting_that_was_held_before_the_power_had_its_grade_does_not_decide_on_it(house: House) -> None:
    power = (await house.power((await house.position()).name)).name
    long_ago = (await house.meeting(power, date="2020-01-01")).name

    async with house.refused(Refused, "GRADED_SINCE"):
        await decide(house, long_ago, {"power": power, "grade": 3, "reason": "只是复核。"})


async def test_gradings_are_listed_the_latest_first_by_page(house: House) -> None:
    power = (await house.power((await house.position()).name)).name
    for grade in (1, 3):
        meeting = (await house.meeting(power)).name
        await decide(house, meeting, {"power": power, "grade": grade, "reason": "研究决定。"})
        await house.pass_days(1)

    first = await house("party", pb.ListGradingsRequest(power=power, page_size=1))
    rest = await house("party", pb.ListGradingsRequest(power=power, page_size=1, page_token=first.next_page_token))

    assert [each.grade for each in [*first.gradings, *rest.gradings]] == [3, 1]
    assert rest.gradings[0].grade_before == 2
