"""Urging and oversight of cases through the RPCs: who asks which desk, what answers it, and what goes up by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb
from minshao.common import v1 as common

from services.agency.oversights.store import CASE_OVERSIGHTS
from services.common.errors import AlreadyExists, Denied, IllegalMove, Invalid, NotFound, Refused
from services.common.periods import overdue_from
from tests.integration.agency.cases.steps import accepted, at_county, done, received, required
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.house import House
from tests.integration.agency.records import refused

Asked = pb.CaseOversight


def desk(house: House, slug: str, tenant: str = "") -> str:
    return f"tenants/{tenant or house.town}/units/{house.unit(slug, tenant)}"


async def asked(
    house: House, case: pb.Case | None = None, login: str = "discipline", order_by: str = "create_time", **wanted: Any
) -> list[Asked]:
    """What somebody finds in the list, on all pages of two."""
    parent = case.name if case else f"tenants/{house.town}/cases/-"
    found: list[Asked] = []
    token = ""
    while True:
        request = pb.ListCaseOversightsRequest(
            parent=parent,
            page_size=2,
            page_token=token,
            order_by=order_by,
            filter=pb.ListCaseOversightsRequest.Filter(**wanted),
        )
        page = await house(login, request)
        found += page.case_oversights
        if not (token := page.next_page_token):
            return found


async def urge(house: House, login: str, case: pb.Case, slug: str = "village", **facts: Any) -> Asked:
    request = pb.UrgeCaseRequest(case=case.name, desk=desk(house, slug), text="请尽快办理张三的申请。", **facts)
    urging: Asked = (await house(login, request)).case_oversight
    return urging


async def order(
    house: House, login: str, case: pb.Case, slug: str = "village", tenant: str = "", **facts: Any
) -> Asked:
    to = desk(house, slug, tenant)
    request = pb.OrderCaseOversightRequest(case=case.name, desk=to, text="三日内说明情况。", **facts)
    ordered: Asked = (await house(login, request)).case_oversight
    return ordered


async def answer(house: House, login: str, asked: Asked) -> Asked:
    request = pb.AnswerCaseOversightRequest(name=asked.name, answer="材料已收齐，明日办结。")
    answered: Asked = (await house(login, request)).case_oversight
    return answered


async def decide(house: House, case: pb.Case) -> None:
    refusal = pb.DecideCaseRequest(
        name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    await house("agent", refusal)


async def nobody_asked(house: House, case: pb.Case) -> bool:
    async with house.database.transaction(house.town) as tx:
        this = sa.select(sa.func.count()).select_from(CASE_OVERSIGHTS)
        return await tx.scalar(this.where(CASE_OVERSIGHTS.c.case == case.name.rpartition("/")[2])) == 0


async def test_half_and_four_fifths_are_proposals_that_the_level_above_or_the_owner_confirms_or_leaves(
    office: House,
) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 18)))
    [half] = await asked(office, case, kind=Asked.KIND_URGING, states=[Asked.STATE_PROPOSED])
    assert (half.origin, half.author, half.HasField("send_time")) == (Asked.ORIGIN_HALF_USED, "system/agency", False)
    with pytest.raises(NotFound):
        await office("neighbour", pb.ConfirmUrgingRequest(name=half.name, text="快。"))

    urging = (await office("clerk", pb.ConfirmUrgingRequest(name=half.name, text="请抓紧。"))).case_oversight
    await sweep_at(office, overdue_from(date(2026, 9, 21)))
    [most] = await asked(office, case, states=[Asked.STATE_PROPOSED])
    dismissed = (await office("agent", pb.DismissUrgingRequest(name=most.name))).case_oversight

    assert (urging.state, urging.text) == (Asked.STATE_OPEN, "请抓紧。")
    assert urging.author == f"tenants/{office.town}/accounts/clerk"
    assert (most.origin, dismissed.state) == (Asked.ORIGIN_MOST_USED, Asked.STATE_DISMISSED)
    assert [event.oversight for event in await office.events(pb.CaseUrged)][-1] == urging.name
    assert [event.oversight for event in await office.events(pb.CaseUrgingDismissed)] == [most.name]
    with pytest.raises(IllegalMove):
        await office("clerk", pb.ConfirmUrgingRequest(name=most.name, text="快。"))


async def test_a_proposal_to_the_towns_centre_is_for_its_discipline_committee_and_not_for_itself(office: House) -> None:
    case = await accepted(office)
    await done(office, "agent", case, "village")
    await sweep_at(office, overdue_from(date(2026, 9, 14)))
    [half] = await asked(office, case, states=[Asked.STATE_PROPOSED])

    async with refused(office, Denied):
        await office("clerk", pb.ConfirmUrgingRequest(name=half.name, text="快。"))

    assert half.overseer == Asked.OVERSEER_TOWN_DISCIPLINE
    confirmed = await office("discipline", pb.ConfirmUrgingRequest(name=half.name, text="请抓紧。"))
    assert confirmed.case_oversight.state == Asked.STATE_OPEN


async def test_on_the_last_day_the_system_urges_and_the_desk_answers(office: House) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 2)))
    [urging] = await asked(office, case)

    answered = await answer(office, "agent", urging)

    assert (urging.kind, urging.origin, urging.state) == (Asked.KIND_URGING, Asked.ORIGIN_LAST_DAY, Asked.STATE_OPEN)
    assert (urging.author, urging.text) == ("system/agency", "仅剩最后一个工作日，请抓紧办结。")
    assert (answered.state, answered.answer) == (Asked.STATE_ANSWERED, "材料已收齐，明日办结。")
    assert answered.answerer == f"tenants/{office.town}/accounts/agent"
    [event] = await office.events(pb.CaseOversightAnswered)
    assert (event.oversight, event.kind, event.late) == (urging.name, Asked.KIND_URGING, False)
    with pytest.raises(IllegalMove):
        await answer(office, "agent", urging)


@pytest.mark.parametrize("login", ["agent", "clerk", "discipline", "commission"])
async def test_the_owner_and_who_stands_above_urge_at_any_time_and_the_words_are_sealed(
    office: House, login: str
) -> None:
    case = await accepted(office)

    urging = await urge(office, login, case)

    assert (urging.origin, urging.state, urging.desk) == (
        Asked.ORIGIN_PERSON,
        Asked.STATE_OPEN,
        desk(office, "village"),
    )
    assert [each.text for each in await asked(office, case, "agent")] == ["请尽快办理张三的申请。"]
    async with office.database.transaction(office.town) as tx:
        sealed = await tx.scalar(
            sa.select(CASE_OVERSIGHTS.c.sealed_text).where(CASE_OVERSIGHTS.c.id == urging.name[-32:])
        )
    assert "张三".encode() not in (sealed or b"")


async def test_nobody_else_urges_and_no_desk_that_does_not_have_the_case(office: House) -> None:
    case = await accepted(office)

    async with refused(office, NotFound):
        await urge(office, "neighbour", case)
    async with refused(office, Denied):
        await urge(office, "window", case)
    async with refused(office, Refused, "NOT_AT_DESK"):
        await urge(office, "clerk", case, "service-centre")

    assert await nobody_asked(office, case)


async def test_who_is_not_of_the_desk_does_not_answer(office: House) -> None:
    case = await accepted(office)
    urging = await urge(office, "discipline", case)

    async with refused(office, Denied):
        await answer(office, "clerk", urging)
    for login in ("neighbour", "window"):
        async with refused(office, NotFound):
            await answer(office, login, urging)


@pytest.mark.parametrize(
    ("slug", "overseer"),
    [("village", Asked.OVERSEER_CENTRE), ("service-centre", Asked.OVERSEER_TOWN_DISCIPLINE)],
)
async def test_what_is_overdue_is_overseen_by_the_next_tier_and_then_by_the_county(
    office: House, slug: str, overseer: Asked.Overseer.ValueType
) -> None:
    case = await accepted(office)
    if slug == "service-centre":
        await done(office, "agent", case, "village")
    # The room has two days, the centre five: overdue when the 3rd and the 8th have ended. Three working days after the
    # 4th and the 9th nothing has become of it.
    late, then = ((3, 9), (8, 14))[slug == "service-centre"]

    await sweep_at(office, overdue_from(date(2026, 9, late)))
    [oversight] = await asked(office, case, kind=Asked.KIND_OVERSIGHT)
    assert (oversight.overseer, oversight.level, oversight.desk) == (overseer, common.LEVEL_TOWN, desk(office, slug))
    assert (oversight.origin, oversight.last_day) == (Asked.ORIGIN_OVERDUE, f"2026-09-{then:02}")
    for _ in range(2):
        await sweep_at(office, overdue_from(date(2026, 9, then)))

    first, second = await asked(office, case, kind=Asked.KIND_OVERSIGHT, desk=desk(office, slug))
    assert (first.late, first.state, second.late) == (True, Asked.STATE_OPEN, False)
    assert (second.origin, second.overseer) == (Asked.ORIGIN_ESCALATION, Asked.OVERSEER_COUNTY_DISCIPLINE)
    escalated = await office.events(pb.CaseEscalated)
    assert [event.level for event in escalated] == [event.visible_to for event in escalated]
    assert [event.level for event in escalated] == [common.LEVEL_TOWN, common.LEVEL_COUNTY]
    assert [event.oversight for event in await office.events(pb.CaseOversightOverdue)] == [first.name]
    assert [event.oversight for event in await office.events(pb.CaseOversightOrdered)] == [first.name, second.name]


async def test_a_countys_window_comes_under_the_commission_at_once_and_both_levels_are_told_once(office: House) -> None:
    case = await at_county(office)
    # Both departments have ten and seven days from the 1st; the promise ends with the 23rd.
    await sweep_at(office, overdue_from(date(2026, 10, 15)))

    found = await asked(office, case, kind=Asked.KIND_OVERSIGHT)

    assert {each.overseer for each in found} == {Asked.OVERSEER_COUNTY_DISCIPLINE}
    assert {(each.desk.rpartition(".")[2], each.of_promise) for each in found} == {
        ("civil-affairs", False),
        ("finance", False),
        ("civil-affairs", True),
        ("finance", True),
    }
    assert [event.level for event in await office.events(pb.CaseEscalated)] == [common.LEVEL_COUNTY]
    overdue = pb.ListCasesRequest(parent=f"tenants/{office.town}", filter=pb.ListCasesRequest.Filter(overdue=True))
    assert [each.name for each in (await office("commission", overdue)).cases] == [case.name]


async def test_an_answer_in_time_keeps_the_county_away_only_when_the_work_is_done_too(office: House) -> None:
    case, other = await accepted(office), await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 3)))
    for each in (case, other):
        [oversight] = await asked(office, each, kind=Asked.KIND_OVERSIGHT)
        await answer(office, "agent", oversight)
    await done(office, "agent", other, "village")

    await sweep_at(office, overdue_from(date(2026, 9, 9)))

    assert [each.level for each in await asked(office, case, level=common.LEVEL_COUNTY)] == [common.LEVEL_COUNTY]
    assert await asked(office, other, level=common.LEVEL_COUNTY) == []
    assert await office.events(pb.CaseOversightOverdue) == []


async def test_what_the_desk_has_done_answers_what_it_was_asked(office: House) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 3)))

    await done(office, "agent", case, "village")

    urging, oversight = sorted(await asked(office, case), key=lambda each: each.kind)
    assert {(each.state, each.by_deed) for each in (urging, oversight)} == {(Asked.STATE_ANSWERED, True)}
    assert oversight.answerer == f"tenants/{office.town}/accounts/agent"
    assert [event.oversight for event in await office.events(pb.CaseOversightAnswered)] == [oversight.name]


async def test_what_was_ordered_is_answered_by_words_or_by_what_the_desk_owed_and_by_nothing_else(
    office: House,
) -> None:
    case, village = await accepted(office), desk(office, "village")
    by_words, by_deed = await order(office, "commission", case), await order(office, "commission", case)
    ground = pb.Case.GROUND_INSPECTION

    for step in (
        pb.StopClockRequest(name=case.name, desk=village, ground=ground, evidence="检验通知书1号"),
        pb.ResumeClockRequest(name=case.name, desk=village),
        pb.NotifyApplicantRequest(name=case.name, missing=[(await required(office))[0]]),
    ):
        await office("agent", step)
    between = {each.state for each in await asked(office, case, "commission")}
    words = await answer(office, "agent", by_words)
    await office("agent", pb.SupplyMaterialsRequest(name=case.name, brought=[(await required(office))[0]]))
    await done(office, "agent", case, "village")

    [deed] = [each for each in await asked(office, case, "commission") if each.name == by_deed.name]
    assert between == {Asked.STATE_OPEN}
    assert (words.state, words.by_deed) == (Asked.STATE_ANSWERED, False)
    assert (deed.state, deed.by_deed) == (Asked.STATE_ANSWERED, True)


async def test_an_outcome_answers_what_is_open_and_nothing_more_comes(office: House) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 23)))
    await order(office, "commission", case)

    await decide(office, case)
    before = await asked(office, case)
    await sweep_at(office, overdue_from(date(2026, 12, 31)))

    assert {each.state for each in before} == {Asked.STATE_ANSWERED, Asked.STATE_DISMISSED}
    assert {each.state for each in before if each.origin in (2, 3)} == {Asked.STATE_DISMISSED}
    assert await asked(office, case) == before
    with pytest.raises(Refused, match="NOT_OPEN"):
        await order(office, "commission", case)


async def test_the_committee_and_the_commission_order_oversight_with_a_clock_of_its_own(office: House) -> None:
    case = await accepted(office)

    ordered = await order(office, "discipline", case)
    sooner = await order(office, "commission", case, last_day="2026-09-02")
    await sweep_at(office, overdue_from(date(2026, 9, 2)))

    assert (ordered.level, ordered.last_day, ordered.origin) == (
        common.LEVEL_TOWN,
        "2026-09-04",
        Asked.ORIGIN_PERSON,
    )
    assert (sooner.level, sooner.last_day) == (common.LEVEL_COUNTY, "2026-09-02")
    [event] = await office.events(pb.CaseOversightOverdue)
    assert event.oversight == sooner.name
    assert [each.name for each in await asked(office, late=True)] == [sooner.name]
    assert await office.events(pb.CaseEscalated) == []
    assert (await answer(office, "agent", sooner)).late


async def test_the_committee_does_not_oversee_the_countys_windows_and_no_day_is_in_the_past_or_years_ahead(
    office: House,
) -> None:
    case = await at_county(office)

    async with refused(office, Denied):
        await order(office, "discipline", case, "finance", office.county)
    for last_day in ("2026-08-31", "2027-09-03"):
        async with refused(office, Invalid, "last_day"):
            await order(office, "commission", case, "finance", office.county, last_day=last_day)

    assert await nobody_asked(office, case)
    assert (await order(office, "commission", case, "finance", office.county)).level == common.LEVEL_COUNTY


async def test_repeated_with_the_same_request_id_nobody_is_asked_twice(office: House) -> None:
    case = await accepted(office)

    first, again = [
        await urge(office, "clerk", case, request_id="3caf0637-49d3-51fb-8329-083c3468f49f") for _ in range(2)
    ]

    assert first == again
    assert len(await asked(office, case)) == 1
    with pytest.raises(AlreadyExists):
        await urge(office, "clerk", await accepted(office), request_id="3caf0637-49d3-51fb-8329-083c3468f49f")


async def test_discipline_officers_see_where_a_case_stands_and_not_who_applied(office: House) -> None:
    case = await accepted(office)
    await decide(office, case)

    for login in ("discipline", "commission"):
        seen = (await office(login, pb.GetCaseRequest(name=case.name))).case
        assert (seen.number, seen.promised_date, seen.state) == (case.number, "2026-09-23", pb.Case.STATE_DECIDED)
        assert not seen.HasField("applicant")
        listed = await office(login, pb.ListCasesRequest(parent=f"tenants/{office.town}"))
        assert [each.name for each in listed.cases] == [case.name]
        assert (await office(login, pb.ExplainPromiseRequest(name=case.name))).working_days == 17
        with pytest.raises(Denied):
            await office(login, pb.TellResultRequest(name=case.name, manner="电话告知"))


async def test_each_lists_what_asks_their_desk_or_is_of_their_cases(office: House) -> None:
    case = await at_county(office)
    to_finance = await order(office, "commission", case, "finance", office.county)
    other = await received(office, "SH-04", "neighbour", slug="community")
    to_community = await urge(office, "clerk", other, "community")

    async def names(login: str) -> set[str]:
        return {each.name for each in await asked(office, login=login)}

    for login in ("discipline", "commission", "clerk"):
        assert await names(login) == {to_finance.name, to_community.name}
    assert await names("agent") == await names("finance") == {to_finance.name}
    assert await names("neighbour") == {to_community.name}
    assert await names("window") == await names("stranger") == set()
    with pytest.raises(NotFound):
        await office("window", pb.GetCaseOversightRequest(name=to_finance.name))


async def test_what_is_due_first_comes_first_and_urgings_at_the_end(office: House) -> None:
    case = await accepted(office)
    urging = await urge(office, "clerk", case)
    later = await order(office, "discipline", case, last_day="2026-09-10")
    sooner = await order(office, "commission", case, last_day="2026-09-02")

    found = [each.name for each in await asked(office, order_by="last_day")]

    assert found == [sooner.name, later.name, urging.name]
    assert [each.name for each in await asked(office, kind=Asked.KIND_URGING)] == [urging.name]
    assert [each.name for each in await asked(office, open=True, level=common.LEVEL_COUNTY)] == [sooner.name]
