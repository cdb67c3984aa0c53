"""What people say of risk points: opinions and objections, with an account and without."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from google.protobuf.message import Message
from minshao.risk import v1 as pb

from services.common.access import Role
from services.common.errors import DomainError, IllegalMove, Invalid, NotFound, Refused, TooMany
from services.common.periods import local_date
from services.risk.opinions import use_cases
from services.risk.opinions.voices import VOICES
from tests.integration.risk.house import House, risk_content
from tests.town_house import CITIZEN


def opinion(name: str, source: pb.Source.ValueType = pb.SOURCE_SERVED) -> pb.GiveRiskOpinionRequest:
    return pb.GiveRiskOpinionRequest(risk_point=name, source=source, text="窗口的王磊让我跑了三趟。")


def objection(name: str) -> pb.RaiseObjectionRequest:
    return pb.RaiseObjectionRequest(risk_point=name, source=pb.SOURCE_SERVED, text="王磊的措施太空。")


async def test_people_served_give_their_opinion_without_an_account_where_everybody_is_asked(house: House) -> None:
    name = (await house.consulted(pb.SCOPE_EVERYBODY)).name

    await house("citizen", opinion(name))
    await house("leader", opinion(name, pb.SOURCE_COLLEAGUE))

    listed = pb.ListRiskOpinionsRequest(risk_point=name)
    served = pb.ListRiskOpinionsRequest(risk_point=name, source=pb.SOURCE_SERVED)
    sources = {each.source for each in (await house("officer", listed)).risk_opinions}
    [only] = (await house("officer", served)).risk_opinions
    assert sources == {pb.SOURCE_SERVED, pb.SOURCE_COLLEAGUE}
    assert only.text == "窗口的王磊让我跑了三趟。"
    assert (await house("officer", pb.GetRiskPointRequest(name=name))).risk_point.opinion_count == 2


OF_THE_COUNTY = ("window", "commission", "viewer")
"""They count in each town, and have an account of none."""


@pytest.mark.parametrize(
    ("scope", "heard", "out"),
    [
        (pb.SCOPE_UNIT, ["leader", "clerk", "discipline"], ["villager", "volunteer", *OF_THE_COUNTY, "citizen"]),
        (pb.SCOPE_TOWN, ["leader", "clerk", "villager", "party", "volunteer"], [*OF_THE_COUNTY, "citizen"]),
        (pb.SCOPE_EVERYBODY, ["leader", "clerk", "villager", "volunteer", *OF_THE_COUNTY, "citizen"], []),
    ],
)
async def test_only_those_in_the_scope_speak_and_are_shown_it(
    house: House, scope: pb.Scope.ValueType, heard: list[str], out: list[str]
) -> None:
    await house.person("clerk", Role.UNIT_OFFICER, house.unit("finance"))
    await house.person("villager", Role.BRANCH_SECRETARY, house.unit("village"))
    await house.person("volunteer", Role.VOLUNTEER, house.unit("finance"))
    await house.person("window", Role.WINDOW_CLERK, house.unit("civil-affairs", house.county), house.county)
    consulted, publicized = await house.consulted(scope), await house.publicized(scope)
    open_list = pb.ListOpenRiskPointsRequest(parent=f"tenants/{house.town}")

    for who in heard:
        await house(who, opinion(consulted.name))
        await house(who, objection(publicized.name))
        listed = {each.name for each in (await house(who, open_list)).risk_points}
        assert listed == {consulted.name, publicized.name}
    size = await house.ledger_size()
    for who in out:
        for request in (opinion(consulted.name), objection(publicized.name)):
            with pytest.raises(NotFound):
                await house(who, request)
        assert list((await house(who, open_list)).risk_points) == []
    assert await house.ledger_size() == size


async def test_of_the_countys_own_units_the_county_speaks(house: House) -> None:
    await house.person("window", Role.WINDOW_CLERK, house.unit("civil-affairs", house.county), house.county)
    parent, keeper = f"tenants/{house.county}", "department-officer"
    unit = f"{parent}/units/{house.unit('finance', house.county)}"
    holding = pb.CreatePositionRequest(parent=parent, unit=unit, title="股长", standing=pb.Position.STANDING_HANDLING)
    content = risk_content("")
    content.controls[0].owner_position = (await house(keeper, holding)).position.name
    drafted = pb.CreateRiskPointRequest(parent=parent, unit=unit, content=content)
    name = (await house(keeper, drafted)).risk_point.name
    await house(keeper, pb.ConsultOnRiskPointRequest(name=name, scope=pb.SCOPE_TOWN))
    open_list = pb.ListOpenRiskPointsRequest(parent=parent)

    for who in (keeper, *OF_THE_COUNTY):
        await house(who, opinion(name))
        assert [each.name for each in (await house(who, open_list)).risk_points] == [name]
    for who in ("officer", "party", "citizen"):
        async with house.refused(NotFound):
            await house(who, opinion(name))
        assert list((await house(who, open_list)).risk_points) == []


async def test_everybody_reads_in_words_what_is_asked_of_them_and_nothing_before_or_after(house: House) -> None:
    head = (await house.position("所长", section="财务股", standing=pb.Position.STANDING_LEADING)).name
    power = (await house.power(head)).name
    facts: dict[str, Any] = {"level": pb.RiskPoint.LEVEL_POSITION, "position": head, "power": power}
    draft = await house.risk_point(**facts)
    name = (await house.publicized(**facts)).name
    open_list = pb.ListOpenRiskPointsRequest(parent=f"tenants/{house.town}")

    [notice] = (await house("citizen", open_list)).risk_points
    await house.pass_days(8)
    later = (await house("citizen", open_list)).risk_points

    assert (notice.name, notice.last_day) == (name, "2026-09-08")
    assert (notice.unit_title, notice.section, notice.position_title) == ("财政所", "财务股", "所长")
    assert notice.power_title == "资金拨付审核"
    assert [(each.measure, each.owner) for each in notice.controls] == [("限时拨付并公开。", "王磊")]
    assert (draft.state, list(later)) == (pb.RiskPoint.STATE_DRAFT, [])


async def test_a_publicity_that_is_to_come_is_neither_shown_nor_objected_to(house: House) -> None:
    name = (await house.consulted(pb.SCOPE_EVERYBODY)).name
    later = pb.PublicizeRiskPointRequest(
        name=name, scope=pb.SCOPE_EVERYBODY, first_day="2026-09-03", last_day="2026-09-08"
    )
    await house("officer", later)
    open_list = pb.ListOpenRiskPointsRequest(parent=f"tenants/{house.town}")

    before = (await house("citizen", open_list)).risk_points
    with pytest.raises(Refused):
        await house("citizen", objection(name))
    await house.pass_days(2)

    assert list(before) == []
    assert len((await house("citizen", open_list)).risk_points) == 1
    await house("citizen", objection(name))


async def test_the_open_ones_come_by_page_and_for_one_unit(house: House) -> None:
    names = {(await house.consulted()).name for _ in range(3)}
    parent = f"tenants/{house.town}"

    first = await house("citizen", pb.ListOpenRiskPointsRequest(parent=parent, page_size=2))
    token = first.next_page_token
    rest = await house("citizen", pb.ListOpenRiskPointsRequest(parent=parent, page_size=2, page_token=token))
    village = f"{parent}/units/{house.unit('village')}"
    elsewhere = await house("citizen", pb.ListOpenRiskPointsRequest(parent=parent, unit=village))

    assert {each.name for each in [*first.risk_points, *rest.risk_points]} == names
    assert (len(rest.risk_points), rest.next_page_token, list(elsewhere.risk_points)) == (1, "", [])


async def test_an_objection_is_followed_by_its_receipt_code_to_its_answer(house: House) -> None:
    name = (await house.publicized()).name
    raised = await house("citizen", objection(name))
    follow = pb.FollowObjectionRequest(parent=f"tenants/{house.town}", code=raised.receipt_code)

    before = (await house("citizen", follow)).view
    [listed] = (await house("officer", pb.ListObjectionsRequest(risk_point=name, unanswered=True))).objections
    await house("officer", pb.AnswerObjectionRequest(name=listed.name, answer="已经补充三条措施。"))
    after = (await house("citizen", follow)).view

    assert (before.answer, after.answer) == ("", "已经补充三条措施。")
    assert after.state == pb.RiskPoint.STATE_PUBLICITY
    assert list((await house("officer", pb.ListObjectionsRequest(risk_point=name, unanswered=True))).objections) == []
    [told] = await house.events(pb.ObjectionAnswered)
    assert told.objection == listed.name
    point = (await house("officer", pb.GetRiskPointRequest(name=name))).risk_point
    assert (point.objection_count, point.unanswered_count) == (1, 0)


async def test_wrong_codes_are_counted_and_run_out(house: House) -> None:
    wrong = pb.FollowObjectionRequest(parent=f"tenants/{house.town}", code="0" * 16)

    for _ in range(10):
        with pytest.raises(NotFound):
            await house("citizen", wrong)

    with pytest.raises(TooMany):
        await house("citizen", wrong)


@pytest.mark.parametrize("ask", [opinion, objection])
async def test_a_flood_without_an_account_is_dammed_until_the_next_day_while_the_unit_records_on(
    house: House, ask: Callable[[str], Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_cases, "HEARD_A_DAY", 2)
    [name, other] = [
        (await (house.consulted() if ask is opinion else house.publicized())).name for _ in ("flooded", "another")
    ]
    for who in ("citizen", "citizen", "officer", "village-officer"):
        await house(who, ask(name))

    async with house.refused(TooMany, "请直接向该单位提出"):
        await house("citizen", ask(name))

    await house("officer", ask(name))
    await house("citizen", ask(other))
    await house.pass_days(1)
    await house("citizen", ask(name))


@pytest.mark.parametrize("ask", [opinion, objection])
async def test_one_client_without_an_account_leaves_room_for_the_others(
    house: House, ask: Callable[[str], Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_cases, "HEARD_OF_A_CLIENT", 2)
    name = (await (house.consulted() if ask is opinion else house.publicized())).name
    for _ in range(2):
        await house("citizen", ask(name))

    for who in ("citizen", "citizen"):
        async with house.refused(TooMany, "请直接向该单位提出"):
            await house(who, ask(name))

    await house.ask(replace(CITIZEN, client="somebody else"), ask(name))
    await house.pass_days(1)
    await house("citizen", ask(name))


async def test_of_who_spoke_without_an_account_nothing_is_kept_beyond_the_day(house: House) -> None:
    name = (await house.publicized()).name
    await house("citizen", objection(name))
    await house.pass_days(1)

    await house("citizen", objection(name))

    async with house.database.transaction(house.town) as tx:
        kept = await tx.rows(sa.select(VOICES.c.day, VOICES.c.many).where(VOICES.c.tenant == tx.tenant))
    assert [(row.day, row.many) for row in kept] == [(local_date(house.clock.now()), 1)]


async def test_who_speak_at_the_same_moment_are_counted_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_cases, "HEARD_A_DAY", 2)
    name = (await house.publicized()).name

    came = await asyncio.gather(*(house("citizen", objection(name)) for _ in range(6)), return_exceptions=True)

    assert sum(isinstance(each, TooMany) for each in came) == 4
    assert (await house("officer", pb.GetRiskPointRequest(name=name))).risk_point.objection_count == 2


async def test_an_objection_is_answered_once_by_the_unit(house: House) -> None:
    name = (await house.publicized()).name
    await house("citizen", objection(name))
    [raised] = (await house("officer", pb.ListObjectionsRequest(risk_point=name))).objections
    answer = pb.AnswerObjectionRequest(name=raised.name, answer="已经补充。")
    error: type[DomainError]
    with pytest.raises(NotFound):
        await house("village-officer", answer)
    await house("officer", answer)
    size = await house.ledger_size()

    empty = pb.AnswerObjectionRequest(name=raised.name, answer=" ")
    for request, error in ((answer, Refused), (empty, Invalid)):
        with pytest.raises(error):
            await house("officer", request)

    assert await house.ledger_size() == size


async def test_opinions_and_objections_are_heard_in_their_time_only(house: House) -> None:
    draft, consulted, publicized = await house.risk_point(), await house.consulted(), await house.publicized()
    size = await house.ledger_size()

    for request in (
        opinion(draft.name),
        objection(draft.name),
        objection(consulted.name),
        opinion(publicized.name),
    ):
        with pytest.raises(IllegalMove):
            await house("leader", request)
    with pytest.raises(NotFound):
        await house("citizen", opinion(draft.name))
    await house.pass_days(8)
    size += 1
    with pytest.raises(IllegalMove):
        await house("citizen", objection(publicized.name))

    assert await house.ledger_size() == size


async def test_after_the_last_day_nothing_is_heard_though_nobody_has_swept_yet(house: House) -> None:
    name = (await house.publicized()).name
    house.clock.set(house.clock.now() + timedelta(days=8))
    size = await house.ledger_size()

    with pytest.raises(Refused) as refused:
        await house("citizen", objection(name))

    assert refused.value.reason == "NOT_PUBLICIZED"
    assert await house.ledger_size() == size


async def test_the_county_reads_in_a_town_how_much_was_said_and_not_what(house: House) -> None:
    consulted, publicized = (await house.consulted()).name, (await house.publicized()).name
    await house("citizen", opinion(consulted))
    await house("citizen", objection(publicized))

    [given] = (await house("commission", pb.ListRiskOpinionsRequest(risk_point=consulted))).risk_opinions
    [raised] = (await house("commission", pb.ListObjectionsRequest(risk_point=publicized))).objections
    [read] = (await house("discipline", pb.ListObjectionsRequest(risk_point=publicized))).objections
    withdrawal = pb.WithdrawRiskPointRequest(name=publicized, reason="王磊已经调走。")
    said = [(await house("officer", withdrawal)).risk_point.withdrawal_reason]
    for who in ("discipline", "commission"):
        seen = (await house(who, pb.GetRiskPointRequest(name=publicized))).risk_point
        said.append(seen.withdrawal_reason)

    assert (given.text, raised.text, read.text) == ("", "", "王磊的措施太空。")
    assert said == ["王磊已经调走。", "王磊已经调走。", ""]
