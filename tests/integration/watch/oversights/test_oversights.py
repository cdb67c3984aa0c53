"""Oversights 督办: ordered on what is open, answered by who must, overdue once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa
from minshao.common.v1 import LEVEL_COUNTY, LEVEL_TOWN
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb

from services.common.access import Role
from services.common.errors import Denied, DomainError, IllegalMove, Invalid, NotFound, Refused
from services.common.rpc.call import LONGEST_CALL
from services.watch.oversights.use_cases import oversight_overdue
from services.watch.reports.entrance import system_acting
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import answered, filed, shown
from tests.unit.watch.reports.builders import local

LAST_DAY = "2026-09-04"
OVERDUE = local(2026, 9, 5, 0)


def an_order(house: House, **facts: str) -> pb.OrderOversightRequest:
    return pb.OrderOversightRequest(
        **{"parent": house.town.name, "note": "请尽快办理并回复。", "last_day": LAST_DAY, **facts}
    )


async def ordered(house: House, by: str = "discipline-1", **facts: str) -> pb.Oversight:
    target = facts or {"unit": house.town.unit_name("village")}
    oversight: pb.Oversight = (await house(by, an_order(house, **target))).oversight
    return oversight


async def listed(house: House, login: str, **query: object) -> Sequence[str]:
    response = await house(login, pb.ListOversightsRequest(parent=house.town.name, **query))  # type: ignore[arg-type]
    return [each.name for each in response.oversights]


async def reply(house: House, oversight: pb.Oversight, login: str) -> pb.Oversight:
    request = pb.AnswerOversightRequest(name=oversight.name, answer="已经整改。")
    answer: pb.Oversight = (await house(login, request)).oversight
    return answer


async def retired(house: House, revision: int = 2) -> None:
    """The village is a unit no more."""
    unit = gateway.Unit(name=house.town.unit_name("village"), kind=gateway.Unit.KIND_VILLAGE, revision=revision)
    unit.retire_time.FromDatetime(house.town.clock.now())
    await house.hear(gateway.UnitRetired(unit=unit))


@pytest.mark.parametrize(("by", "level"), [("discipline-1", LEVEL_TOWN), ("county-1", LEVEL_COUNTY)])
async def test_town_and_county_order_an_oversight_and_the_unit_answers_it(house: House, by: str, level: int) -> None:
    oversight = await ordered(house, by)

    assert (oversight.level, oversight.orderer, oversight.last_day) == (level, house.town.account(by), LAST_DAY)
    assert await listed(house, "village-officer") == [oversight.name]
    answer = await reply(house, oversight, "village-head")

    assert (answer.state, answer.late) == (pb.Oversight.STATE_ANSWERED, False)
    assert answer.answerer == house.town.account("village-head")
    assert await listed(house, "village-officer", open=True) == []
    with pytest.raises(IllegalMove):
        await reply(house, oversight, "village-officer")


async def test_people_of_another_unit_know_nothing_of_it(house: House) -> None:
    oversight = await ordered(house)

    assert await listed(house, "finance-clerk") == []
    with pytest.raises(NotFound):
        await house("finance-clerk", pb.GetOversightRequest(name=oversight.name))
    with pytest.raises(NotFound):
        await reply(house, oversight, "finance-secretary")


async def test_who_ordered_it_does_not_answer_for_the_unit(house: House) -> None:
    oversight = await ordered(house)

    with pytest.raises(Denied):
        await reply(house, oversight, "discipline-1")


async def test_an_oversight_is_overdue_once_and_late_for_ever(house: House) -> None:
    oversight = await ordered(house)

    await house.sweep_at(OVERDUE - timedelta(seconds=1))
    before = await house.events(pb.OversightOverdue)
    await house.sweep_at(OVERDUE)
    await house.sweep_at(OVERDUE + timedelta(days=30))

    [event] = await house.events(pb.OversightOverdue)
    assert (before, event.oversight) == ([], oversight.name)
    assert (await reply(house, oversight, "village-officer")).late


async def test_an_answer_in_time_is_the_end_of_it(house: House) -> None:
    await reply(house, await ordered(house), "village-officer")

    await house.sweep_at(OVERDUE)

    assert not await house.events(pb.OversightOverdue)


async def test_a_deadline_that_fires_while_the_answer_is_given_finds_it_answered(house: House) -> None:
    oversight = await ordered(house)
    await reply(house, oversight, "village-officer")

    async with house.town.database.transaction(house.town.code) as tx:
        acting = system_acting(house.town.watch, tx, OVERDUE)
        await oversight_overdue(acting, oversight.name.rpartition("/")[2])

    assert not await house.events(pb.OversightOverdue)
    assert not (await house("discipline-1", pb.GetOversightRequest(name=oversight.name))).oversight.late


async def test_the_answer_to_a_report_answers_the_oversights_of_it(house: House) -> None:
    name = await filed(house)
    oversights = [await ordered(house, by, report=name) for by in ("discipline-1", "county-1")]
    under = (await shown(house, name)).under_oversight

    report = await answered(house, name)

    assert (under, report.under_oversight) == (True, False)
    for oversight in oversights:
        found = (await house("county-1", pb.GetOversightRequest(name=oversight.name))).oversight
        assert (found.state, found.answerer) == (pb.Oversight.STATE_ANSWERED, house.town.account("village-secretary"))


async def test_a_refused_report_is_under_oversight_no_longer(house: House) -> None:
    name = await filed(house)
    await ordered(house, report=name)

    await house("village-secretary", pb.RefuseReportRequest(name=name, reason="法院已经受理"))
    await house.sweep_at(OVERDUE)

    assert not (await shown(house, name)).under_oversight
    assert not await house.events(pb.OversightOverdue)


async def test_a_report_is_under_oversight_until_the_last_of_them_is_answered(house: House) -> None:
    name = await filed(house)
    first, second = await ordered(house, report=name), await ordered(house, "county-1", report=name)

    await reply(house, first, "village-secretary")
    between = (await shown(house, name)).under_oversight
    await reply(house, second, "village-secretary")

    assert (between, (await shown(house, name)).under_oversight) == (True, False)


async def test_an_oversight_follows_its_report_to_whoever_handles_it(house: House) -> None:
    name = await filed(house)
    oversight = await ordered(house, report=name)
    link = pb.LinkSubjectRequest(name=name, subject=pb.Subject(cadre=house.town.cadre("village-head")))
    await house("village-secretary", link)

    with pytest.raises(NotFound, match="督办"):
        await reply(house, oversight, "village-secretary")
    assert await listed(house, "village-secretary") == []
    assert (await reply(house, oversight, "discipline-2")).state == pb.Oversight.STATE_ANSWERED


def bad_orders(house: House, report: str, answered: str) -> Mapping[str, tuple[dict[str, str], type[DomainError]]]:
    town = house.town
    unit, post = town.unit_name("village"), f"{town.name}/posts"
    return {
        "nothing is named": ({}, Invalid),
        "two things are named": ({"unit": unit, "report": report}, Invalid),
        "a day that is over": ({"unit": unit, "last_day": "2026-08-31"}, Invalid),
        "a day that is years ahead": ({"unit": unit, "last_day": "2027-09-03"}, Invalid),
        "a day that is none": ({"unit": unit, "last_day": "2026-02-30"}, Invalid),
        "the last day of the calendar": ({"unit": unit, "last_day": "9999-12-31"}, Invalid),
        "a note of blanks": ({"unit": unit, "note": "  "}, Invalid),
        "an unknown unit": ({"unit": town.unit_name("nowhere")}, NotFound),
        "a unit of another town": ({"unit": "tenants/999999999/units/999999999.finance"}, Invalid),
        "a post where there is none": ({"post": f"{post}/{town.unit('discipline')}"}, NotFound),
        "an unknown report": ({"report": f"{town.name}/reports/{'0' * 32}"}, NotFound),
        "a report that is answered": ({"report": answered}, Refused),
    }


async def test_an_order_that_cannot_be_is_refused_and_leaves_nothing(house: House) -> None:
    open_report, done = await filed(house), await filed(house)
    await answered(house, done)
    before = await house.ledger_size()

    for what, (facts, error) in bad_orders(house, open_report, done).items():
        with pytest.raises(error):
            await house("discipline-1", an_order(house, **facts))
        assert (await house.ledger_size(), await listed(house, "discipline-1")) == (before, []), what


async def test_a_post_is_put_under_oversight_by_its_own_name(house: House) -> None:
    post = f"{house.town.name}/posts/{house.town.unit('village')}"

    oversight = await ordered(house, post=post)

    assert (oversight.post, oversight.unit) == (post, "")
    assert (await house("discipline-1", pb.GetPostRequest(name=post))).post.special_oversight


async def test_with_a_unit_that_is_retired_end_the_oversights_of_it_and_of_its_post(house: House) -> None:
    post = f"{house.town.name}/posts/{house.town.unit('village')}"
    of_unit, of_post, elsewhere = await ordered(house, "county-1"), await ordered(house, post=post), "finance"
    other = await ordered(house, unit=house.town.unit_name(elsewhere))

    for revision in (2, 2, 3):
        await retired(house, revision)
    await house.sweep_at(OVERDUE)

    for oversight in (of_unit, of_post):
        ended = (await house("county-1", pb.GetOversightRequest(name=oversight.name))).oversight
        assert (ended.state, ended.answer, ended.late) == (pb.Oversight.STATE_ANSWERED, "该单位已撤销。", False)
        assert ended.answerer == "system/watch"
    told = [event.oversight for event in await house.events(pb.OversightAnswered)]
    assert sorted(told) == sorted((of_unit.name, of_post.name))
    assert [event.oversight for event in await house.events(pb.OversightOverdue)] == [other.name]
    assert await listed(house, "county-1", open=True) == [other.name]


async def test_an_oversight_that_was_late_when_its_unit_was_retired_stays_late(house: House) -> None:
    oversight = await ordered(house)
    await house.sweep_at(OVERDUE)

    await retired(house)

    ended = (await house("county-1", pb.GetOversightRequest(name=oversight.name))).oversight
    assert (ended.state, ended.late) == (pb.Oversight.STATE_ANSWERED, True)


async def test_an_oversight_that_is_ordered_while_its_unit_is_retired_ends_too(house: House) -> None:
    oversight = await ordered(house)
    await retired(house)
    as_if_it_had_been_ordered_then = sa.text("UPDATE oversights SET state = 1, answer_time = NULL WHERE id = :id")
    async with house.town.database.transaction(house.town.code) as tx:
        await tx.execute(as_if_it_had_been_ordered_then, {"id": oversight.name.rpartition("/")[2]})

    await house.sweep_at(house.town.clock.now() + LONGEST_CALL)

    assert await listed(house, "county-1", open=True) == []


async def test_recusal_covers_the_oversights_of_a_report(house: House) -> None:
    name = await filed(house)
    oversight = await ordered(house, "county-1", report=name)
    await house("discipline-1", pb.DeclareConflictRequest(name=name, reason="亲戚"))

    assert await listed(house, "discipline-1") == []
    with pytest.raises(NotFound, match="督办"):
        await house("discipline-1", pb.GetOversightRequest(name=oversight.name))
    assert await listed(house, "discipline-2") == [oversight.name]


@pytest.mark.parametrize("kind", [pb.Report.KIND_ACCUSATION, pb.Report.KIND_OPINION])
async def test_the_leader_of_a_unit_knows_nothing_of_an_oversight_of_a_report(house: House, kind: int) -> None:
    of_the_unit, of_a_report = await ordered(house), await ordered(house, report=await filed(house, kind=kind))
    before = await house.ledger_size()

    with pytest.raises(NotFound, match="督办"):
        await house("village-head", pb.GetOversightRequest(name=of_a_report.name))
    with pytest.raises(NotFound, match="督办"):
        await reply(house, of_a_report, "village-head")

    assert await listed(house, "village-head") == [of_the_unit.name]
    assert await listed(house, "village-head", report=of_a_report.report) == []
    assert await house.ledger_size() == before
    assert set(await listed(house, "village-secretary")) == {of_the_unit.name, of_a_report.name}


async def test_whoever_handles_reports_and_leads_the_unit_too_sees_the_oversights_of_what_they_handle(
    house: House,
) -> None:
    village = house.town.unit("village")
    await house.person("village-head", (Role.UNIT_LEADER, village), (Role.BRANCH_SECRETARY, village))

    oversight = await ordered(house, report=await filed(house))

    assert await listed(house, "village-head") == [oversight.name]
    assert (await reply(house, oversight, "village-head")).state == pb.Oversight.STATE_ANSWERED
