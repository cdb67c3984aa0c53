"""LeadershipMeetingService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.errors import Invalid
from services.common.idempotency import once
from services.common.inputs import local_id, read_past_day, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.meetings import store, use_cases
from services.risk.meetings.domain import Meeting, Vote
from services.risk.meetings.use_cases import Matter, Record
from services.risk.risk import Risk


class LeadershipMeetingService:
    """The meetings of units' leaderships; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def record_leadership_meeting(
        self, call: Call, request: pb.RecordLeadershipMeetingRequest
    ) -> pb.RecordLeadershipMeetingResponse:
        id, held = uuid4().hex, _record(call, request)

        async def record(tx: Tx) -> pb.RecordLeadershipMeetingResponse:
            acting = acting_on(self._risk, tx, call)
            meeting = await use_cases.record(acting, id, held)
            return pb.RecordLeadershipMeetingResponse(leadership_meeting=await _whole(acting, meeting))

        return await once(call, request, pb.RecordLeadershipMeetingResponse, record)

    async def get_leadership_meeting(
        self, call: Call, request: pb.GetLeadershipMeetingRequest
    ) -> pb.GetLeadershipMeetingResponse:
        async with acting_in(self._risk, call) as acting:
            meeting = await use_cases.seen_meeting(acting, local_id("name", request.name, call.tenant))
            return pb.GetLeadershipMeetingResponse(leadership_meeting=await _whole(acting, meeting))

    async def list_leadership_meetings(
        self, call: Call, request: pb.ListLeadershipMeetingsRequest
    ) -> pb.ListLeadershipMeetingsResponse:
        page = paging.page(request, store.Place)
        units = narrowed(call.actor, local_id("unit", request.unit, call.tenant))
        async with acting_in(self._risk, call) as acting:
            found = await store.page(acting.tx, units, request.order_by != "date", page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.date, each.id))
            meetings = [_meeting(acting, each) for each in shown]
        return pb.ListLeadershipMeetingsResponse(leadership_meetings=meetings, next_page_token=more)


def _record(call: Call, request: pb.RecordLeadershipMeetingRequest) -> Record:
    attendees = [local_id(f"attendees[{index}]", each, call.tenant) for index, each in enumerate(request.attendees)]
    agenda: dict[str, Matter] = {}
    for index, item in enumerate(request.agenda):
        field = f"agenda[{index}]"
        local_id(f"{field}.subject", item.subject, call.tenant)
        if item.subject in agenda:
            raise Invalid(f"{field}.subject", "同一事项只能列为一项议题。")
        agenda[item.subject] = Matter(item.subject, _votes(call, field, item.ballots, attendees))
    return Record(
        unit=local_id("unit", request.unit, call.tenant),
        date=read_past_day("date", request.date, call.now),
        attendees=attendees,
        minutes=read_text("minutes", request.minutes),
        agenda=list(agenda.values()),
    )


def _votes(call: Call, field: str, ballots: Sequence[pb.Ballot], attendees: Collection[str]) -> dict[str, Vote]:
    votes: dict[str, Vote] = {}
    for index, ballot in enumerate(ballots):
        cadre = local_id(f"{field}.ballots[{index}].cadre", ballot.cadre, call.tenant)
        if cadre not in attendees:
            raise Invalid(f"{field}.ballots[{index}].cadre", "没有参会的人不能表决。")
        if cadre in votes:
            raise Invalid(f"{field}.ballots[{index}].cadre", "每人对一项议题只能表决一次。")
        votes[cadre] = Vote(ballot.vote)
    if len(votes) < len(attendees):
        raise Invalid(f"{field}.ballots", "应当登记每一位参会人的表决意见。")
    return votes


async def _whole(acting: Acting, meeting: Meeting) -> pb.LeadershipMeeting:
    """A meeting with its agenda, and with its minutes for whom they are meant."""
    shown = _meeting(acting, meeting)
    if acting.reads_sealed:
        shown.minutes = await acting.opened(meeting.id, store.MEETINGS.c.sealed_minutes, meeting.sealed_minutes)
    for item in await store.agenda_of(acting.tx, meeting.id):
        votes = item.votes()
        ballots = [
            pb.Ballot(cadre=acting.named("cadres", each), vote=pb.LeadershipMeeting.Vote.ValueType(votes[each]))
            for each in meeting.attendees
        ]
        shown.agenda.add(number=item.number, subject=item.subject, ballots=ballots, passed=item.passed)
    return shown


def _meeting(acting: Acting, meeting: Meeting) -> pb.LeadershipMeeting:
    return pb.LeadershipMeeting(
        name=acting.named("leadershipMeetings", meeting.id),
        unit=acting.named("units", meeting.unit),
        date=str(meeting.date),
        attendees=[acting.named("cadres", each) for each in meeting.attendees],
        recorder=meeting.recorder,
        record_time=stamp(meeting.record_time),
    )
