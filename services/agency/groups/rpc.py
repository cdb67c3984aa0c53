"""GroupService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import minshao.agency.v1 as pb

from services.agency.acting import Acting, acting_in, acting_on
from services.agency.agency import Agency
from services.agency.groups import store, texts, use_cases
from services.agency.groups.domain import Action, Decision, Meeting, State
from services.agency.groups.use_cases import (
    Minutes,
    Resolution,
    cadre_name,
    decision_name,
    meeting_name,
    member_name,
)
from services.common import paging
from services.common.database import Tx
from services.common.groups import Duty, Member
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_past_day, read_text
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.rpc.call import Call


class GroupService:
    """The leading group of a town or of the county; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def add_group_member(self, call: Call, request: pb.AddGroupMemberRequest) -> pb.AddGroupMemberResponse:
        member = Member(
            id=uuid4().hex,
            cadre=local_id("cadre", request.cadre, call.tenant),
            duty=Duty(request.duty),
            charge=request.charge.strip(),
            first_day=read_past_day("first_day", request.first_day, call.now),
        )

        async def add(tx: Tx) -> pb.AddGroupMemberResponse:
            added = await use_cases.add_member(acting_on(self._agency, tx, call), member)
            [shown] = await _members(tx, [added])
            return pb.AddGroupMemberResponse(group_member=shown)

        return await once(call, request, pb.AddGroupMemberResponse, add)

    async def end_group_member(self, call: Call, request: pb.EndGroupMemberRequest) -> pb.EndGroupMemberResponse:
        last_day = read_day("last_day", request.last_day)
        async with acting_in(self._agency, call) as acting:
            ended = await use_cases.end_member(acting, local_id("name", request.name, call.tenant), last_day)
            [shown] = await _members(acting.tx, [ended])
        return pb.EndGroupMemberResponse(group_member=shown)

    async def list_group_members(self, call: Call, request: pb.ListGroupMembersRequest) -> pb.ListGroupMembersResponse:
        page = paging.page(request, store.MemberPosition)
        async with call.transaction() as tx:
            found = await store.members(tx, request.show_past, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (int(each.duty), each.first_day, each.id))
            members = await _members(tx, shown)
        return pb.ListGroupMembersResponse(group_members=members, next_page_token=more)

    async def record_group_meeting(
        self, call: Call, request: pb.RecordGroupMeetingRequest
    ) -> pb.RecordGroupMeetingResponse:
        minutes = _minutes(call, request)

        async def record(tx: Tx) -> pb.RecordGroupMeetingResponse:
            acting = acting_on(self._agency, tx, call)
            meeting = await use_cases.record_meeting(acting, minutes)
            return pb.RecordGroupMeetingResponse(group_meeting=await _opened(acting, meeting))

        return await once(call, request, pb.RecordGroupMeetingResponse, record)

    async def get_group_meeting(self, call: Call, request: pb.GetGroupMeetingRequest) -> pb.GetGroupMeetingResponse:
        async with acting_in(self._agency, call) as acting:
            meeting = await store.MEETING_ROWS.load(acting.tx, local_id("name", request.name, call.tenant))
            return pb.GetGroupMeetingResponse(group_meeting=await _opened(acting, meeting))

    async def list_group_meetings(
        self, call: Call, request: pb.ListGroupMeetingsRequest
    ) -> pb.ListGroupMeetingsResponse:
        page = paging.page(request, store.Position)
        async with call.transaction() as tx:
            found = await store.meetings(tx, request.order_by != "date", page.after, page.limit)
        shown, more = page.cut(found, lambda each: (each.date, each.id))
        meetings = [_meeting(call.tenant, each) for each in shown]
        return pb.ListGroupMeetingsResponse(group_meetings=meetings, next_page_token=more)

    async def settle_group_decision(
        self, call: Call, request: pb.SettleGroupDecisionRequest
    ) -> pb.SettleGroupDecisionResponse:
        id, action = local_id("name", request.name, call.tenant), Action.DO if request.done else Action.LEAVE
        note = read_text("note", request.note)
        async with acting_in(self._agency, call) as acting:
            decision = await use_cases.settle(acting, id, action, note)
            [shown] = await _decisions(acting, [decision])
        return pb.SettleGroupDecisionResponse(group_decision=shown)

    async def list_group_decisions(
        self, call: Call, request: pb.ListGroupDecisionsRequest
    ) -> pb.ListGroupDecisionsResponse:
        page = paging.page(request, store.Position)
        state = State(request.state) if request.state else None
        member = local_id("member", request.member, call.tenant)
        async with acting_in(self._agency, call) as acting:
            found = await store.decisions(acting.tx, state, member, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.due_date, each.id))
            decisions = await _decisions(acting, shown)
        return pb.ListGroupDecisionsResponse(group_decisions=decisions, next_page_token=more)


def _minutes(call: Call, request: pb.RecordGroupMeetingRequest) -> Minutes:
    resolutions = [
        Resolution(
            read_text(f"decisions[{index}].text", each.text),
            local_id(f"decisions[{index}].member", each.member, call.tenant),
            read_day(f"decisions[{index}].due_date", each.due_date),
        )
        for index, each in enumerate(request.decisions)
    ]
    attendees = [local_id(f"attendees[{index}]", each, call.tenant) for index, each in enumerate(request.attendees)]
    date = read_past_day("date", request.date, call.now)
    return Minutes(date, attendees, read_text("discussed", request.discussed), resolutions)


async def _members(tx: Tx, members: Sequence[Member]) -> list[pb.GroupMember]:
    """Members with what they are called, in one query."""
    cadres = await organisation.cadres(tx, [each.cadre for each in members])
    return [
        pb.GroupMember(
            name=member_name(tx.tenant, each.id),
            cadre=cadre_name(tx.tenant, each.cadre),
            display_name=cadres[each.cadre].name,
            duty=pb.GroupMember.Duty.ValueType(each.duty),
            charge=each.charge,
            first_day=str(each.first_day),
            last_day=str(each.last_day or ""),
        )
        for each in members
    ]


async def _opened(acting: Acting, meeting: Meeting) -> pb.GroupMeeting:
    """A meeting with its decisions, and with its words for whom they are meant."""
    shown = _meeting(acting.tx.tenant, meeting)
    shown.discussed = await texts.discussed(acting, meeting)
    shown.decisions.extend(await _decisions(acting, await store.decisions_of(acting.tx, meeting.id)))
    return shown


def _meeting(tenant: str, meeting: Meeting) -> pb.GroupMeeting:
    return pb.GroupMeeting(
        name=meeting_name(tenant, meeting.id),
        date=str(meeting.date),
        attendees=[member_name(tenant, each) for each in meeting.attendees],
        decision_count=meeting.decision_count,
        recorder=meeting.recorder,
        record_time=stamp(meeting.record_time),
    )


async def _decisions(acting: Acting, decisions: Sequence[Decision]) -> list[pb.GroupDecision]:
    tenant, words = acting.tx.tenant, await texts.decided(acting, decisions)
    shown = []
    for each in decisions:
        text, note = words.get(each.id, ("", ""))
        decision = pb.GroupDecision(
            name=decision_name(tenant, each.id),
            meeting=meeting_name(tenant, each.meeting),
            number=each.number,
            text=text,
            member=member_name(tenant, each.member),
            due_date=str(each.due_date),
            state=pb.GroupDecision.State.ValueType(each.state),
            note=note,
            settle_time=stamp(each.settle_time),
            late=each.is_late(acting.today),
        )
        shown.append(decision)
    return shown
