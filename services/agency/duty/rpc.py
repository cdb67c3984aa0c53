"""DutyService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from datetime import date

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.cases.acting import acting_in, acting_of
from services.agency.cases.acting import name_of as case_name
from services.agency.duty import listing, officers
from services.agency.duty.domain.absence import Absence
from services.agency.duty.domain.roster import Roster
from services.agency.duty.encoding import encode_absence, encode_roster
from services.agency.duty.use_cases import absences, rosters
from services.common import paging
from services.common.access import Role
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.rpc.call import Call


class DutyService:
    """Officers, rosters and absences of a town or of the county's hall; see the contract."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def list_officers(self, call: Call, request: pb.ListOfficersRequest) -> pb.ListOfficersResponse:
        page, descending = paging.page(request, tuple[str]), request.order_by == "account desc"
        async with call.transaction() as tx:
            found, presence = await officers.officers_at(tx, local_id("parent", request.parent, call.tenant), call.now)
            wanted = [each for each in found if each.name in presence.on_duty or not request.on_duty]
            if page.after:
                after = page.after[0]
                wanted = [each for each in wanted if (each.name < after if descending else each.name > after)]
            wanted.sort(key=lambda each: each.name, reverse=descending)
            shown, more = page.cut(wanted[: page.limit], lambda each: (each.name,))
            staff = not call.actor.has(Role.CITIZEN)
            answer = await officers.encode(tx, shown, presence, with_accounts=staff)
        return pb.ListOfficersResponse(officers=answer, next_page_token=more)

    async def plan_roster(self, call: Call, request: pb.PlanRosterRequest) -> pb.PlanRosterResponse:
        day, point = read_day("day", request.day), local_id("point", request.point, call.tenant)
        for index, officer in enumerate(request.officers):
            local_id(f"officers[{index}]", officer, call.tenant)
        async with call.transaction() as tx:
            roster = await rosters.plan_roster(tx, call.actor, point, day, request.officers, call.now)
            return pb.PlanRosterResponse(roster=encode_roster(tx, roster))

    async def check_in(self, call: Call, request: pb.CheckInRequest) -> pb.CheckInResponse:
        point = local_id("point", request.point, call.tenant)
        async with call.transaction() as tx:
            roster = await rosters.check_in(tx, call.actor, point, call.now)
            return pb.CheckInResponse(roster=encode_roster(tx, roster))

    async def check_out(self, call: Call, request: pb.CheckOutRequest) -> pb.CheckOutResponse:
        point = local_id("point", request.point, call.tenant)
        async with call.transaction() as tx:
            roster = await rosters.check_out(tx, call.actor, point, call.now)
            return pb.CheckOutResponse(roster=encode_roster(tx, roster))

    async def get_roster(self, call: Call, request: pb.GetRosterRequest) -> pb.GetRosterResponse:
        point, _, day = local_id("name", request.name, call.tenant).partition("~")
        async with call.transaction() as tx:
            roster = await rosters.seen_roster(tx, call.actor, point, read_day("name", day))
            return pb.GetRosterResponse(roster=encode_roster(tx, roster))

    async def list_rosters(self, call: Call, request: pb.ListRostersRequest) -> pb.ListRostersResponse:
        page = paging.page(request, tuple[date, str])
        wanted = listing.RosterFilter(
            point=local_id("point", request.point, call.tenant),
            first_day=read_day("first_day", request.first_day) if request.first_day else None,
            last_day=read_day("last_day", request.last_day) if request.last_day else None,
            missed=request.missed,
        )
        window = listing.Window(page.after, request.order_by != "day", page.limit)
        async with call.transaction() as tx:
            shown, more = page.cut(await listing.list_rosters(tx, call.actor, wanted, window), _place_of_roster)
            return pb.ListRostersResponse(rosters=[encode_roster(tx, each) for each in shown], next_page_token=more)

    async def declare_absence(self, call: Call, request: pb.DeclareAbsenceRequest) -> pb.DeclareAbsenceResponse:
        local_id("officer", request.officer, call.tenant)
        local_id("deputy", request.deputy, call.tenant)
        draft = absences.Draft(
            officer=request.officer or call.actor.name,
            deputy=request.deputy,
            first_day=read_day("first_day", request.first_day),
            last_day=read_day("last_day", request.last_day),
            reason=read_text("reason", request.reason),
        )

        async def declare(tx: Tx) -> pb.DeclareAbsenceResponse:
            acting = await acting_of(self._agency, tx, call.actor, call.now)
            absence = await absences.declare_absence(acting, draft)
            return pb.DeclareAbsenceResponse(absence=encode_absence(tx, absence, draft.reason))

        return await once(call, request, pb.DeclareAbsenceResponse, declare)

    async def get_absence(self, call: Call, request: pb.GetAbsenceRequest) -> pb.GetAbsenceResponse:
        async with acting_in(self._agency, call) as acting:
            absence, reason = await absences.seen_absence(acting, local_id("name", request.name, call.tenant))
            return pb.GetAbsenceResponse(absence=encode_absence(acting.tx, absence, reason))

    async def list_absences(self, call: Call, request: pb.ListAbsencesRequest) -> pb.ListAbsencesResponse:
        page = paging.page(request, tuple[date, str])
        local_id("officer", request.officer, call.tenant)
        wanted = listing.AbsenceFilter(
            officer=request.officer,
            point=local_id("point", request.point, call.tenant),
            day=read_day("day", request.day) if request.day else None,
        )
        window = listing.Window(page.after, request.order_by != "first_day", page.limit)
        async with call.transaction() as tx:
            shown, more = page.cut(await listing.list_absences(tx, call.actor, wanted, window), _place_of_absence)
            answer = [encode_absence(tx, each, "") for each in shown]
        return pb.ListAbsencesResponse(absences=answer, next_page_token=more)

    async def end_absence(self, call: Call, request: pb.EndAbsenceRequest) -> pb.EndAbsenceResponse:
        async with acting_in(self._agency, call) as acting:
            absence = await absences.end_absence(acting, local_id("name", request.name, call.tenant))
            reason = await absences.reason_of(acting, absence)
            return pb.EndAbsenceResponse(absence=encode_absence(acting.tx, absence, reason))

    async def take_cases(self, call: Call, request: pb.TakeCasesRequest) -> pb.TakeCasesResponse:
        async with acting_in(self._agency, call) as acting:
            taken = await absences.take_cases(acting, local_id("name", request.name, call.tenant))
        return pb.TakeCasesResponse(cases=[case_name(case) for case in taken])


def _place_of_roster(roster: Roster) -> listing.Position:
    return roster.day, roster.point


def _place_of_absence(absence: Absence) -> listing.Position:
    return absence.first_day, absence.id
