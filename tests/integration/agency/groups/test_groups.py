"""The leading group: who is in it since when, its meetings, and what becomes of its decisions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.common.errors import Denied, IllegalMove, Invalid, NotFound, Refused
from services.common.periods import start_of_day
from tests.integration.agency.house import LONG_AGO, House
from tests.integration.agency.records import account, cadre, pages, refused, sweep_at
from tests.unit.watch.reports.builders import local

Member = pb.GroupMember
Decision = pb.GroupDecision


async def joined(house: House, id: str = "secretary-of-party", **facts: Any) -> Member:
    given = {"duty": Member.DUTY_HEAD, "first_day": "2026-01-05", "charge": "总负责", **facts}
    request = pb.AddGroupMemberRequest(parent=f"tenants/{house.town}", cadre=cadre(house, id), **given)
    member: Member = (await house("party", request)).group_member
    return member


def meeting(house: House, *members: str, due: str = "2026-09-10", **facts: Any) -> pb.RecordGroupMeetingRequest:
    decision = pb.RecordGroupMeetingRequest.Decision(text="给八一村配电脑。", member=members[0], due_date=due)
    given = {"date": "2026-09-01", "discussed": "八一村代理室没有电脑。", "decisions": [decision], **facts}
    return pb.RecordGroupMeetingRequest(parent=f"tenants/{house.town}", attendees=members, **given)


async def held(house: House, **facts: Any) -> pb.GroupMeeting:
    member = await joined(house)
    found: pb.GroupMeeting = (await house("party", meeting(house, member.name, **facts))).group_meeting
    return found


def settling(decision: Decision, done: bool, note: str = "电脑已到位。") -> pb.SettleGroupDecisionRequest:
    return pb.SettleGroupDecisionRequest(name=decision.name, done=done, note=note)


async def decisions(house: House, login: str = "party", **wanted: Any) -> list[Decision]:
    return await pages(house, login, pb.ListGroupDecisionsRequest(parent=f"tenants/{house.town}", **wanted))


async def members(house: House, show_past: bool = False) -> list[str]:
    request = pb.ListGroupMembersRequest(parent=f"tenants/{house.town}", show_past=show_past)
    return [each.display_name for each in await pages(house, "clerk", request)]


async def test_members_have_a_duty_and_are_in_the_group_from_a_day_to_a_day(staff: House) -> None:
    await joined(staff, "accountant", duty=Member.DUTY_MEMBER)
    deputy = await joined(staff, "deputy-mayor", duty=Member.DUTY_DEPUTY)
    await joined(staff)
    assert await members(staff) == ["王书记", "李副镇长", "赵会计"]

    ended = await staff("party", pb.EndGroupMemberRequest(name=deputy.name, last_day="2026-08-31"))

    assert (ended.group_member.first_day, ended.group_member.last_day) == ("2026-01-05", "2026-08-31")
    assert await members(staff) == ["王书记", "赵会计"]
    assert await members(staff, show_past=True) == ["王书记", "李副镇长", "赵会计"]
    assert [event.duty for event in await staff.events(pb.GroupMemberAdded)] == [3, 2, 1]
    [event] = await staff.events(pb.GroupMemberEnded)
    assert event.cadre == cadre(staff, "deputy-mayor")


async def test_a_cadre_is_in_the_group_once_and_it_has_one_head(staff: House) -> None:
    await joined(staff)

    async with refused(staff, Refused, "IN_GROUP"):
        await joined(staff, duty=Member.DUTY_MEMBER)
    async with refused(staff, Refused, "HAS_HEAD"):
        await joined(staff, "deputy-mayor")
    async with refused(staff, NotFound, "NO_CADRE"):
        await joined(staff, "nobody", duty=Member.DUTY_MEMBER)
    async with refused(staff, Invalid, "first_day"):
        await joined(staff, "accountant", duty=Member.DUTY_MEMBER, first_day="2026-09-02")


async def test_terms_of_one_cadre_in_the_group_do_not_overlap(staff: House) -> None:
    name = (await joined(staff)).name
    await staff("party", pb.EndGroupMemberRequest(name=name, last_day="2026-08-20"))

    for day in ("2025-12-01", "2026-01-05", "2026-08-20"):
        async with refused(staff, Refused, "IN_GROUP"):
            await joined(staff, first_day=day)
    await joined(staff, first_day="2026-08-21")


async def test_who_retires_leaves_the_group_on_that_day_and_who_moves_stays(staff: House) -> None:
    head, mover = await joined(staff), await joined(staff, "deputy-mayor", duty=Member.DUTY_DEPUTY)
    finance = f"tenants/{staff.town}/units/{staff.unit('finance')}"
    now: dict[str, Any] = {"position": "干事", "revision": 2}
    retired = gateway.Cadre(name=head.cadre, display_name="王书记", unit=finance, retire_time=LONG_AGO, **now)
    moved = gateway.Cadre(name=mover.cadre, display_name="李副镇长", unit=finance, **now)

    for _ in range(2):
        await staff.hear_in(staff.town, gateway.CadreRetired(cadre=retired))
        await staff.hear_in(staff.town, gateway.CadreChanged(cadre=moved))

    assert await members(staff) == ["李副镇长"]
    [event] = await staff.events(pb.GroupMemberEnded)
    assert (event.group_member, event.cadre, event.last_day) == (head.name, head.cadre, "2026-09-01")


@pytest.mark.parametrize("last_day", ["2026-01-04", "2026-09-02"])
async def test_a_member_leaves_between_the_first_day_and_today_and_once(staff: House, last_day: str) -> None:
    name = (await joined(staff)).name

    async with refused(staff, Invalid, "last_day"):
        await staff("party", pb.EndGroupMemberRequest(name=name, last_day=last_day))

    await staff("party", pb.EndGroupMemberRequest(name=name, last_day="2026-09-01"))
    async with refused(staff, Refused, "LEFT"):
        await staff("party", pb.EndGroupMemberRequest(name=name, last_day="2026-09-01"))


async def test_a_meeting_is_recorded_with_who_came_what_was_discussed_and_what_was_decided(staff: House) -> None:
    recorded = await held(staff)

    seen = (await staff("discipline", pb.GetGroupMeetingRequest(name=recorded.name))).group_meeting

    assert seen == recorded
    assert (seen.date, seen.discussed, seen.recorder) == (
        "2026-09-01",
        "八一村代理室没有电脑。",
        account(staff, "party"),
    )
    [decision] = seen.decisions
    assert (decision.text, decision.due_date, decision.member) == ("给八一村配电脑。", "2026-09-10", seen.attendees[0])
    [event] = await staff.events(pb.GroupMeetingHeld)
    assert (event.attendee_count, event.decisions[0].due_date) == (1, "2026-09-10")
    assert len(event.discussed.mac) == len(event.decisions[0].text.mac) == 32


async def test_the_county_has_a_towns_meetings_without_their_words(staff: House) -> None:
    name = (await held(staff)).name

    seen = (await staff("commission", pb.GetGroupMeetingRequest(name=name))).group_meeting

    assert (seen.date, seen.discussed, seen.decisions[0].text) == ("2026-09-01", "", "")
    assert [each.text for each in await decisions(staff, "commission")] == [""]
    assert [each.text for each in await decisions(staff, "clerk")] == ["给八一村配电脑。"]


async def test_on_its_last_day_a_decision_that_is_not_settled_is_recalled_once(staff: House) -> None:
    await held(staff)
    morning = start_of_day(date(2026, 9, 10))

    await sweep_at(staff, morning - timedelta(seconds=1))
    assert await staff.events(pb.GroupDecisionDue) == []
    for _ in range(2):
        await sweep_at(staff, morning)

    [event] = await staff.events(pb.GroupDecisionDue)
    assert event.due_date == "2026-09-10"


async def test_what_is_done_in_time_is_not_recalled(staff: House) -> None:
    [decision] = (await held(staff)).decisions

    done = (await staff("party", settling(decision, done=True))).group_decision
    await sweep_at(staff, local(2026, 9, 11))

    assert (done.state, done.note, done.late) == (Decision.STATE_DONE, "电脑已到位。", False)
    assert await staff.events(pb.GroupDecisionDue) == []
    async with refused(staff, IllegalMove):
        await staff("party", settling(decision, done=False))


async def test_what_was_not_done_may_still_be_done_and_stays_late(staff: House) -> None:
    [decision] = (await held(staff)).decisions
    staff.clock.set(local(2026, 9, 11))

    left = (await staff("party", settling(decision, done=False, note="没有经费。"))).group_decision
    done = (await staff("party", settling(decision, done=True))).group_decision

    assert (left.state, done.state) == (Decision.STATE_NOT_DONE, Decision.STATE_DONE)
    assert left.late
    assert done.late
    assert [event.late for event in await staff.events(pb.GroupDecisionSettled)] == [True, True]


async def test_decisions_are_listed_by_their_last_day_and_by_state_and_member(staff: House) -> None:
    [late] = (await held(staff)).decisions
    other = await joined(staff, "deputy-mayor", duty=Member.DUTY_DEPUTY)
    early = (await staff("party", meeting(staff, other.name, due="2026-09-05"))).group_meeting.decisions[0]
    await staff("party", settling(late, done=True))

    assert [each.name for each in await decisions(staff)] == [early.name, late.name]
    assert [each.name for each in await decisions(staff, state=Decision.STATE_OPEN)] == [early.name]
    assert [each.name for each in await decisions(staff, member=other.name)] == [early.name]
    meetings = await pages(staff, "clerk", pb.ListGroupMeetingsRequest(parent=f"tenants/{staff.town}"))
    assert [each.decision_count for each in meetings] == [1, 1]


async def test_what_cannot_be_of_a_meeting_is_refused(staff: House) -> None:
    member = (await joined(staff)).name

    async with refused(staff, Invalid, "date"):
        await staff("party", meeting(staff, member, date="2026-09-02"))
    async with refused(staff, Invalid, "due_date"):
        await staff("party", meeting(staff, member, due="2026-08-31"))
    async with refused(staff, Refused, "NOT_IN_GROUP"):
        await staff("party", meeting(staff, member, date="2026-01-04"))
    async with refused(staff, NotFound, "NO_MEMBER"):
        await staff("party", meeting(staff, f"tenants/{staff.town}/groupMembers/{'0' * 32}"))
    assert await pages(staff, "party", pb.ListGroupMeetingsRequest(parent=f"tenants/{staff.town}")) == []


async def test_the_county_keeps_its_own_group_and_no_towns(staff: House) -> None:
    parent = f"tenants/{staff.town}"
    request = pb.AddGroupMemberRequest(
        parent=parent, cadre=cadre(staff, "accountant"), duty=Member.DUTY_MEMBER, first_day="2026-01-05"
    )

    async with refused(staff, Denied, "NOT_OWN_TENANT"):
        await staff("commission", request)
    with pytest.raises(Denied):
        await staff("clerk", request)
