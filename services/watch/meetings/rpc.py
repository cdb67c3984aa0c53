"""MeetingService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import minshao.watch.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.errors import Invalid
from services.common.idempotency import once
from services.common.inputs import local_id, read_name, read_past_day, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.watch.meetings import store
from services.watch.meetings.domain import Item, Meeting, Month
from services.watch.meetings.use_cases import as_seen, find_meeting, record_meeting
from services.watch.supervisors.use_cases import require_in_office
from services.watch.watch import Watch


class MeetingService:
    """Monthly meetings of a town's branches; see the contract for what each call does and raises."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def create_meeting(self, call: Call, request: pb.CreateMeetingRequest) -> pb.CreateMeetingResponse:
        meeting = meeting_of(call, request)

        async def create(tx: Tx) -> pb.CreateMeetingResponse:
            recorded = await record_meeting(tx, self._watch.sealer, call.actor, meeting, call.now)
            return pb.CreateMeetingResponse(meeting=encode(call.tenant, recorded))

        return await once(call, request, pb.CreateMeetingResponse, create)

    async def get_meeting(self, call: Call, request: pb.GetMeetingRequest) -> pb.GetMeetingResponse:
        async with call.transaction() as tx:
            actor = await require_in_office(tx, call.actor, call.now)
            meeting = await find_meeting(tx, actor, local_id("name", request.name, call.tenant))
            (shown,) = await as_seen(tx, self._watch.sealer, actor, [meeting])
        return pb.GetMeetingResponse(meeting=encode(call.tenant, shown))

    async def list_meetings(self, call: Call, request: pb.ListMeetingsRequest) -> pb.ListMeetingsResponse:
        page = paging.page(request, tuple[date, str])
        unit = local_id("unit", request.unit, call.tenant)
        month = read_month("month", request.month) if request.month else None
        async with call.transaction() as tx:
            actor = await require_in_office(tx, call.actor, call.now)
            found = await store.page(tx, store.Wanted(narrowed(actor, unit), month), page.after, page.limit)
            meetings = await as_seen(tx, self._watch.sealer, actor, found)
        shown, more = page.cut(meetings, lambda meeting: (meeting.date, meeting.id))
        encoded = [encode(call.tenant, meeting) for meeting in shown]
        return pb.ListMeetingsResponse(meetings=encoded, next_page_token=more)


def meeting_of(call: Call, request: pb.CreateMeetingRequest) -> Meeting:
    """What the request says of a meeting. Raises Invalid."""
    return Meeting(
        id=uuid4().hex,
        unit=local_id("unit", request.unit, call.tenant),
        date=read_past_day("date", request.date, call.now),
        attendees=tuple(read_name(f"attendees[{index}]", name) for index, name in enumerate(request.attendees)),
        recorder=call.actor.name,
        create_time=call.now,
        items=tuple(Item(read_text(f"items[{index}].text", item.text)) for index, item in enumerate(request.items)),
    )


def read_month(field: str, typed: str) -> Month:
    """A month of the calendar, written as `2026-09`. Raises Invalid."""
    try:
        return Month.of(date.fromisoformat(f"{typed}-01"))
    except ValueError:
        raise Invalid(field, "没有这个月，月份应形如 2026-09。") from None


def encode(tenant: str, meeting: Meeting) -> pb.Meeting:
    """A meeting as the contract shows it."""
    return pb.Meeting(
        name=f"tenants/{tenant}/meetings/{meeting.id}",
        unit=f"tenants/{tenant}/units/{meeting.unit}",
        date=str(meeting.date),
        attendees=meeting.attendees,
        items=[
            pb.Meeting.Item(text=item.text, report=f"tenants/{tenant}/reports/{item.report}" if item.report else "")
            for item in meeting.items
        ],
        recorder=meeting.recorder,
        create_time=stamp(meeting.create_time),
    )
