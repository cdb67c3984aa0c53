"""VolunteerService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from datetime import datetime

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.points.sight import reads_sealed
from services.agency.volunteers import store
from services.agency.volunteers.domain import Standing, Volunteer
from services.agency.volunteers.store import Position, Wanted
from services.agency.volunteers.use_cases import (
    REASON,
    Asked,
    appoint,
    dismiss,
    find_volunteer,
    in_term,
    volunteer_name,
)
from services.common import paging, sealed_texts
from services.common.access import Role
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_name, read_text
from services.common.instants import stamp
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.common.terms import TermState

TOLD_WHY = (Role.TOWN_PARTY_COMMITTEE, Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE)
"""Who reads why a term was ended early."""


class VolunteerService:
    """Volunteer supervisors of a town, or of the county's hall; see the contract."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def appoint_volunteer(self, call: Call, request: pb.AppointVolunteerRequest) -> pb.AppointVolunteerResponse:
        local_id("account", request.account, call.tenant)
        asked = Asked(
            person=read_name("person", request.person),
            standing=Standing(request.standing),
            account=request.account,
            points=[local_id(f"points[{index}]", name, call.tenant) for index, name in enumerate(request.points)],
            first_day=read_day("first_day", request.first_day) if request.first_day else None,
            last_day=read_day("last_day", request.last_day),
        )

        async def create(tx: Tx) -> pb.AppointVolunteerResponse:
            volunteer = await appoint(tx, call.actor, asked, call.now)
            return pb.AppointVolunteerResponse(volunteer=encode(call.tenant, volunteer, call.now))

        return await once(call, request, pb.AppointVolunteerResponse, create)

    async def dismiss_volunteer(self, call: Call, request: pb.DismissVolunteerRequest) -> pb.DismissVolunteerResponse:
        id, reason = local_id("name", request.name, call.tenant), read_text("reason", request.reason)
        async with call.transaction() as tx:
            volunteer = await dismiss(tx, self._agency.sealer, call.actor, id, reason, call.now)
        shown = encode(call.tenant, volunteer, call.now)
        shown.end_reason = reason
        return pb.DismissVolunteerResponse(volunteer=shown)

    async def get_volunteer(self, call: Call, request: pb.GetVolunteerRequest) -> pb.GetVolunteerResponse:
        id = local_id("name", request.name, call.tenant)
        async with call.transaction() as tx:
            volunteer = await find_volunteer(tx, await in_term(tx, call.actor, call.now), id)
            shown = encode(call.tenant, volunteer, call.now)
            if call.actor.has(*TOLD_WHY) and reads_sealed(call.actor, call.tenant):
                shown.end_reason = sealed_texts.last(
                    await store.TEXTS.read(tx, self._agency.sealer, id, (REASON,)), REASON
                )
        return pb.GetVolunteerResponse(volunteer=shown)

    async def list_volunteers(self, call: Call, request: pb.ListVolunteersRequest) -> pb.ListVolunteersResponse:
        page, point = paging.page(request, Position), local_id("point", request.point, call.tenant)
        async with call.transaction() as tx:
            actor = await in_term(tx, call.actor, call.now)
            wanted = Wanted(
                points=narrowed(actor, point),
                in_office=local_date(call.now) if request.in_office else None,
                standing=Standing(request.standing) if request.standing else None,
                by_last_day=request.order_by.startswith("last_day"),
                descending=request.order_by in ("", "first_day desc", "last_day desc"),
            )
            found = await store.page(tx, wanted, page.after, page.limit)
        shown, more = page.cut(found, wanted.position)
        volunteers = [encode(call.tenant, each, call.now) for each in shown]
        return pb.ListVolunteersResponse(volunteers=volunteers, next_page_token=more)


def encode(tenant: str, volunteer: Volunteer, now: datetime) -> pb.Volunteer:
    """An appointment in the state of the day: an expired term ended with the midnight of its last day."""
    state = volunteer.state(local_date(now))
    expired = volunteer.term.expired_from if state is TermState.EXPIRED else None
    return pb.Volunteer(
        name=volunteer_name(tenant, volunteer.id),
        number=volunteer.letter.number,
        person=volunteer.person,
        standing=pb.Volunteer.Standing.ValueType(volunteer.standing),
        account=volunteer.account,
        points=[f"tenants/{tenant}/points/{point}" for point in volunteer.points],
        first_day=str(volunteer.term.first_day),
        last_day=str(volunteer.term.last_day),
        state=pb.Volunteer.State.ValueType(state),
        appoint_time=stamp(volunteer.appoint_time),
        end_time=stamp(volunteer.end_time or expired),
    )
