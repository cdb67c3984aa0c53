"""The way of a risk point from the draft to the meeting, through the contract."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from minshao.risk import v1 as pb

from services.common.errors import Conflict, DomainError, IllegalMove, Invalid, NotFound, Refused
from tests.integration.risk.house import House, put_to, risk_content

POSITION, SECTION, UNIT = pb.RiskPoint.LEVEL_POSITION, pb.RiskPoint.LEVEL_SECTION, pb.RiskPoint.LEVEL_UNIT


async def shown(house: House, name: str) -> pb.RiskPoint:
    found: pb.RiskPoint = (await house("leader", pb.GetRiskPointRequest(name=name))).risk_point
    return found


async def test_a_risk_point_goes_from_draft_to_confirmed_and_each_step_is_one_entry(house: House) -> None:
    draft = await house.risk_point()
    consult = pb.ConsultOnRiskPointRequest(name=draft.name, scope=pb.SCOPE_EVERYBODY)
    publicize = pb.PublicizeRiskPointRequest(
        name=draft.name, scope=pb.SCOPE_TOWN, first_day="2026-09-01", last_day="2026-09-08"
    )
    states = [draft.state]
    for step in (consult, publicize):
        size = await house.ledger_size()
        states.append((await house("officer", step)).risk_point.state)
        assert await house.ledger_size() == size + 1
    await house.pass_days(8)
    states.append((await shown(house, draft.name)).state)
    meeting = (await house.meeting(draft.name)).name
    size = await house.ledger_size()

    done = (await house("leader", pb.ConfirmRiskPointRequest(name=draft.name, leadership_meeting=meeting))).risk_point

    assert states == [
        pb.RiskPoint.STATE_DRAFT,
        pb.RiskPoint.STATE_CONSULTATION,
        pb.RiskPoint.STATE_PUBLICITY,
        pb.RiskPoint.STATE_PUBLICIZED,
    ]
    assert (done.state, done.leadership_meeting) == (pb.RiskPoint.STATE_CONFIRMED, meeting)
    assert (done.first_day, done.last_day) == ("2026-09-01", "2026-09-08")
    assert await house.ledger_size() == size + 1
    [told] = await house.events(pb.RiskPointConfirmed)
    assert (told.risk_point, told.leadership_meeting) == (done.name, meeting)


async def test_publicity_closes_at_the_end_of_its_last_day_and_that_is_told_once(house: House) -> None:
    name = (await house.publicized()).name

    await house.pass_days(7)
    before = await shown(house, name)
    await house.pass_days(1)
    await house.pass_days(3)

    assert before.state == pb.RiskPoint.STATE_PUBLICITY
    assert (await shown(house, name)).state == pb.RiskPoint.STATE_PUBLICIZED
    [told] = await house.events(pb.RiskPointPublicityClosed)
    assert (told.risk_point, told.last_day, told.objection_count) == (name, "2026-09-08", 0)


async def test_a_withdrawn_one_is_not_closed_any_more(house: House) -> None:
    name = (await house.publicized()).name

    await house("officer", pb.WithdrawRiskPointRequest(name=name, reason="与另一风险点重复。"))
    await house.pass_days(9)

    assert (await shown(house, name)).state == pb.RiskPoint.STATE_WITHDRAWN
    assert await house.events(pb.RiskPointPublicityClosed) == []


async def test_a_meeting_can_reject_it_and_then_nothing_moves_it(house: House) -> None:
    name = (await house.closed()).name
    meeting = (await house.meeting(name, against=2)).name

    done = (await house("officer", pb.RejectRiskPointRequest(name=name, leadership_meeting=meeting))).risk_point
    size = await house.ledger_size()
    for step in (
        pb.ConfirmRiskPointRequest(name=name, leadership_meeting=meeting),
        pb.ConsultOnRiskPointRequest(name=name, scope=pb.SCOPE_UNIT),
        pb.WithdrawRiskPointRequest(name=name, reason="重复。"),
    ):
        with pytest.raises(IllegalMove):
            await house("officer", step)

    assert (done.state, done.leadership_meeting) == (pb.RiskPoint.STATE_REJECTED, meeting)
    assert await house.ledger_size() == size


async def refused(house: House, name: str, meeting: str, reason: str) -> None:
    """It is not confirmed, for this reason, and nothing changed."""
    before, size = await shown(house, name), await house.ledger_size()

    with pytest.raises(DomainError) as error:
        await house("officer", pb.ConfirmRiskPointRequest(name=name, leadership_meeting=meeting))

    assert error.value.reason == reason
    assert (await shown(house, name), await house.ledger_size()) == (before, size)


async def test_it_is_not_confirmed_while_an_objection_is_not_answered(house: House) -> None:
    name = (await house.publicized()).name
    objection = pb.RaiseObjectionRequest(risk_point=name, source=pb.SOURCE_SERVED, text="措施太空。")
    await house("citizen", objection)
    await house.pass_days(8)
    meeting = (await house.meeting(name)).name

    await refused(house, name, meeting, "OBJECTION_UNANSWERED")

    [raised] = (await house("officer", pb.ListObjectionsRequest(risk_point=name))).objections
    house.clock.set(house.clock.now() + timedelta(hours=6))
    await house("officer", pb.AnswerObjectionRequest(name=raised.name, answer="已经补充。"))
    await refused(house, name, meeting, "ANSWERED_LATER")
    again = (await house.meeting(name)).name
    done = await house("officer", pb.ConfirmRiskPointRequest(name=name, leadership_meeting=again))
    assert done.risk_point.state == pb.RiskPoint.STATE_CONFIRMED


async def test_it_is_not_confirmed_before_its_publicity_has_closed(house: House) -> None:
    name = (await house.publicized()).name
    await house.pass_days(7)

    await refused(house, name, (await house.meeting(name)).name, "ILLEGAL_MOVE")


async def test_only_a_meeting_that_voted_for_it_after_its_publicity_confirms_it(house: House) -> None:
    name = (await house.closed()).name
    power = (await house.power((await house.position()).name)).name
    early = (await house.meeting(name, date="2026-09-08")).name
    against = (await house.meeting(name, against=2)).name
    other = (await house.meeting(power)).name

    await refused(house, name, early, "MEETING_TOO_EARLY")
    await refused(house, name, against, "NOT_PASSED")
    await refused(house, name, other, "NOT_ON_AGENDA")


async def test_a_meeting_of_another_unit_decides_nothing(house: House) -> None:
    name = (await house.closed()).name
    theirs = (await house.risk_point("village-officer", "village")).name
    villagers = (await house.meeting(theirs, slug="village", who="village-officer")).name
    size = await house.ledger_size()

    with pytest.raises(NotFound):
        await house("officer", pb.ConfirmRiskPointRequest(name=name, leadership_meeting=villagers))

    assert await house.ledger_size() == size


@pytest.mark.parametrize(
    ("first_day", "last_day", "field"),
    [
        ("2026-09-08", "2026-09-01", "last_day"),
        ("2026-09-08", "2026-09-08", "last_day"),
        ("2026-08-31", "2026-09-08", "first_day"),
        ("2026-09-01", "2028-09-08", "last_day"),
        ("2026-09-01", "2026-09-31", "last_day"),
    ],
)
async def test_publicity_that_closes_before_it_opens_is_told_with_its_field(
    house: House, first_day: str, last_day: str, field: str
) -> None:
    name = (await house.consulted()).name
    size = await house.ledger_size()
    request = pb.PublicizeRiskPointRequest(name=name, scope=pb.SCOPE_UNIT, first_day=first_day, last_day=last_day)

    with pytest.raises(Invalid) as refused:
        await house("officer", request)

    assert refused.value.violations[0].field == field
    assert (await shown(house, name)).state == pb.RiskPoint.STATE_CONSULTATION
    assert await house.ledger_size() == size


async def test_a_risk_point_names_just_what_lies_at_its_level(house: House) -> None:
    clerk = await house.position("会计", section="财务股")
    other = await house.position("出纳", section="综合股")
    power, elsewhere = (await house.power(clerk.name)).name, (await house.power(other.name, "现金管理")).name

    good: list[dict[str, Any]] = [
        {"level": POSITION, "position": clerk.name, "power": power},
        {"level": SECTION, "section": "财务股", "power": power},
        {"level": UNIT, "power": elsewhere},
    ]
    bad: list[tuple[str, dict[str, Any]]] = [
        ("content.position", {"level": POSITION}),
        ("content.position", {"level": UNIT, "position": clerk.name}),
        ("content.section", {"level": SECTION}),
        ("content.section", {"level": SECTION, "section": "没有的股"}),
        ("content.section", {"level": POSITION, "position": clerk.name, "section": "财务股"}),
        ("content.power", {"level": POSITION, "position": clerk.name, "power": elsewhere}),
        ("content.power", {"level": SECTION, "section": "财务股", "power": elsewhere}),
        ("content.manifestation", {"manifestation": "  "}),
    ]
    for facts in good:
        await house.risk_point(**facts)
    size = await house.ledger_size()
    for field, facts in bad:
        with pytest.raises(Invalid) as refused:
            await house.risk_point(**facts)
        assert refused.value.violations[0].field == field
    assert await house.ledger_size() == size


async def test_a_control_measure_has_one_owner_and_a_date_that_is_to_come(house: House) -> None:
    head, clerk = await house.cadre("head"), (await house.position()).name
    gone = await house.cadre("gone", retire_time={"seconds": 1})
    strange = (await house.position("村会计", "village", "village-officer")).name

    def measure(**facts: Any) -> dict[str, Any]:
        return {"controls": [pb.RiskControl(**{"measure": "公开。", "due_date": "2026-12-31", **facts})]}

    bad: list[tuple[type[DomainError], dict[str, Any]]] = [
        (Invalid, {}),
        (Invalid, {"owner_cadre": head, "owner_position": clerk}),
        (Invalid, {"owner_cadre": head, "due_date": "2026-08-31"}),
        (Invalid, {"owner_cadre": head, "due_date": "2026-02-30"}),
        (NotFound, {"owner_cadre": f"tenants/{house.town}/cadres/nobody"}),
        (Refused, {"owner_cadre": gone}),
        (NotFound, {"owner_position": strange}),
    ]
    size = await house.ledger_size()
    for error, facts in bad:
        with pytest.raises(error):
            await house.risk_point(**measure(**facts))
    assert await house.ledger_size() == size
    made = await house.risk_point(**measure(owner_position=clerk))
    assert made.content.controls[0].owner_position == clerk


async def test_it_is_written_anew_until_it_is_publicized_and_the_same_again_changes_nothing(house: House) -> None:
    head = await house.cadre("finance-head")
    name = (await house.consulted()).name
    anew = risk_content(head, manifestation="审核走过场。")

    async def update(content: pb.RiskPointContent, version: int = 0) -> pb.RiskPoint:
        request = pb.UpdateRiskPointRequest(name=name, content=content, version=version)
        updated: pb.RiskPoint = (await house("officer", request)).risk_point
        return updated

    written = await update(anew)
    again = await update(anew)
    with pytest.raises(Conflict):
        await update(risk_content(head), version=1)

    assert written == again
    assert (written.content, written.version) == (anew, 3)
    [told] = await house.events(pb.RiskPointChanged)
    assert len(told.content_hash) == 32
    later = pb.PublicizeRiskPointRequest(name=name, scope=pb.SCOPE_UNIT, first_day="2026-09-01", last_day="2026-09-08")
    await house("officer", later)
    with pytest.raises(IllegalMove):
        await update(risk_content(head))
    assert (await shown(house, name)).content == anew


async def test_a_confirmed_one_stands_until_its_new_text_is_confirmed_in_its_place(house: House) -> None:
    first = await house.confirmed()
    revised = await house.closed(replaces=first.name, manifestation="审核走过场。")
    during = await shown(house, first.name)
    meeting = (await house.meeting(revised.name)).name

    done = await house("officer", pb.ConfirmRiskPointRequest(name=revised.name, leadership_meeting=meeting))

    assert during.state == pb.RiskPoint.STATE_CONFIRMED
    assert (done.risk_point.state, done.risk_point.replaces) == (pb.RiskPoint.STATE_CONFIRMED, first.name)
    assert (await shown(house, first.name)).state == pb.RiskPoint.STATE_REPLACED
    [told] = await house.events(pb.RiskPointReplaced)
    assert (told.risk_point, told.by) == (first.name, revised.name)


async def test_only_a_confirmed_one_of_the_own_unit_is_revised_and_by_one_draft_at_a_time(house: House) -> None:
    draft, first = await house.risk_point(), await house.confirmed()
    await house.risk_point(replaces=first.name)
    size = await house.ledger_size()

    with pytest.raises(IllegalMove):
        await house.risk_point(replaces=draft.name)
    with pytest.raises(Refused):
        await house.risk_point(replaces=first.name)
    with pytest.raises(NotFound):
        await house.risk_point(replaces=first.name, slug="village", who="village-officer")

    assert await house.ledger_size() == size


async def test_a_confirmed_one_can_be_withdrawn_while_its_new_text_is_under_way_which_then_stands_alone(
    house: House,
) -> None:
    first = await house.confirmed()
    revised = await house.closed(replaces=first.name)
    await house("officer", pb.WithdrawRiskPointRequest(name=first.name, reason="职责已经移交。"))
    meeting = (await house.meeting(revised.name)).name

    done = await house("officer", pb.ConfirmRiskPointRequest(name=revised.name, leadership_meeting=meeting))

    assert done.risk_point.state == pb.RiskPoint.STATE_CONFIRMED
    assert (await shown(house, first.name)).state == pb.RiskPoint.STATE_WITHDRAWN


async def test_a_risk_point_of_another_unit_does_not_exist_for_its_neighbour(house: House) -> None:
    name = (await house.risk_point()).name
    size = await house.ledger_size()

    for request in (
        pb.GetRiskPointRequest(name=name),
        pb.ConsultOnRiskPointRequest(name=name, scope=pb.SCOPE_UNIT),
        pb.WithdrawRiskPointRequest(name=name, reason="重复。"),
        pb.ListObjectionsRequest(risk_point=name),
    ):
        with pytest.raises(NotFound):
            await house("village-officer", request)

    assert await house.ledger_size() == size


async def test_risk_points_are_listed_by_page_and_filtered(house: House) -> None:
    clerk = (await house.position()).name
    power = (await house.power(clerk)).name
    ethics = pb.RiskPoint.ASPECT_ETHICS
    of_position = await house.risk_point(level=POSITION, position=clerk, power=power)
    of_ethics = await house.risk_point(aspect=ethics)
    consulted = await house.consulted()
    village = await house.risk_point("village-officer", "village")
    parent = f"tenants/{house.town}"

    async def listed(who: str = "party", **filters: Any) -> set[str]:
        answer = await house(who, pb.ListRiskPointsRequest(parent=parent, **filters))
        return {each.name for each in answer.risk_points}

    everything = {of_position.name, of_ethics.name, consulted.name, village.name}
    assert await listed() == everything
    assert await listed("officer") == everything - {village.name}
    assert await listed(unit=f"{parent}/units/{house.unit('village')}") == {village.name}
    assert await listed(state=pb.RiskPoint.STATE_CONSULTATION) == {consulted.name}
    assert await listed(level=POSITION) == {of_position.name}
    assert await listed(aspect=ethics) == {of_ethics.name}
    assert await listed(position=clerk) == await listed(power=power) == {of_position.name}
    found: list[str] = []
    token = ""
    for _ in range(4):
        page = await house(
            "party",
            pb.ListRiskPointsRequest(parent=parent, page_size=1, page_token=token, order_by="state_time desc"),
        )
        found += [each.name for each in page.risk_points]
        token = page.next_page_token
    assert set(found) == everything
    assert token == ""


async def test_a_creation_that_is_repeated_is_one(house: House) -> None:
    unit = f"tenants/{house.town}/units/{house.unit('finance')}"
    request = pb.CreateRiskPointRequest(
        parent=f"tenants/{house.town}",
        unit=unit,
        content=risk_content(await house.cadre("head")),
        request_id="1f0c8f5e-6a3e-4a86-9d5e-4d1f7b5f8a10",
    )

    first, again = await house("officer", request), await house("officer", request)

    assert first == again
    assert len(await house.events(pb.RiskPointDrafted)) == 1


async def test_what_was_put_to_the_meeting_is_what_it_decides_on(house: House) -> None:
    one, other = await house.closed(), await house.risk_point()
    there = await house.leadership()
    agenda = [put_to(one.name, there), put_to(other.name, there, against=3)]
    meeting = (await house.meeting(attendees=there, agenda=agenda)).name

    done = await house("officer", pb.ConfirmRiskPointRequest(name=one.name, leadership_meeting=meeting))

    assert done.risk_point.state == pb.RiskPoint.STATE_CONFIRMED
