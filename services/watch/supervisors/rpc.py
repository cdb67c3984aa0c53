"""SupervisorService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import minshao.watch.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.errors import Invalid
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_name, read_past_day, read_text
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.watch.register.documents import work_card_pdf
from services.watch.supervisors import nomination_store, store
from services.watch.supervisors.domain.nomination import Nomination, NominationState
from services.watch.supervisors.encoding import encode_nomination, encode_supervisor
from services.watch.supervisors.nominating import approve, find_nomination, nominate, reject
from services.watch.supervisors.use_cases import appoint, end_term, find_supervisor, name_account, require_in_office
from services.watch.supervisors.work_cards import work_card
from services.watch.watch import Watch


class SupervisorService:
    """Nominations and supervisors of a town; see the contract for what each call does and raises."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def create_nomination(self, call: Call, request: pb.CreateNominationRequest) -> pb.CreateNominationResponse:
        nomination = nomination_of(call, request)

        async def create(tx: Tx) -> pb.CreateNominationResponse:
            created = await nominate(tx, call.actor, nomination, call.now)
            return pb.CreateNominationResponse(nomination=encode_nomination(call.tenant, created))

        return await once(call, request, pb.CreateNominationResponse, create)

    async def get_nomination(self, call: Call, request: pb.GetNominationRequest) -> pb.GetNominationResponse:
        async with call.transaction() as tx:
            nomination = await find_nomination(tx, call.actor, local_id("name", request.name, call.tenant))
        return pb.GetNominationResponse(nomination=encode_nomination(call.tenant, nomination))

    async def list_nominations(self, call: Call, request: pb.ListNominationsRequest) -> pb.ListNominationsResponse:
        page = paging.page(request, tuple[datetime, str])
        units = narrowed(call.actor, local_id("unit", request.unit, call.tenant))
        wanted = nomination_store.Wanted(units, NominationState(request.state) if request.state else None)
        async with call.transaction() as tx:
            nominations = await nomination_store.page(tx, wanted, page.after, page.limit)
        shown, more = page.cut(nominations, lambda nomination: (nomination.create_time, nomination.id))
        encoded = [encode_nomination(call.tenant, nomination) for nomination in shown]
        return pb.ListNominationsResponse(nominations=encoded, next_page_token=more)

    async def approve_nomination(
        self, call: Call, request: pb.ApproveNominationRequest
    ) -> pb.ApproveNominationResponse:
        id, examination = local_id("name", request.name, call.tenant), read_text("examination", request.examination)
        async with call.transaction() as tx:
            nomination = await approve(tx, call.actor, id, examination, call.now)
        return pb.ApproveNominationResponse(nomination=encode_nomination(call.tenant, nomination))

    async def reject_nomination(self, call: Call, request: pb.RejectNominationRequest) -> pb.RejectNominationResponse:
        id, reason = local_id("name", request.name, call.tenant), read_text("reason", request.reason)
        async with call.transaction() as tx:
            nomination = await reject(tx, call.actor, id, reason, call.now)
        return pb.RejectNominationResponse(nomination=encode_nomination(call.tenant, nomination))

    async def appoint_supervisor(
        self, call: Call, request: pb.AppointSupervisorRequest
    ) -> pb.AppointSupervisorResponse:
        id = local_id("name", request.name, call.tenant)
        first_day = read_day("first_day", request.first_day) if request.first_day else None
        async with call.transaction() as tx:
            supervisor = await appoint(tx, call.actor, id, first_day, call.now)
        return pb.AppointSupervisorResponse(supervisor=encode_supervisor(call.tenant, supervisor, call.now))

    async def end_supervisor(self, call: Call, request: pb.EndSupervisorRequest) -> pb.EndSupervisorResponse:
        id, reason = local_id("name", request.name, call.tenant), read_text("reason", request.reason)
        async with call.transaction() as tx:
            supervisor = await end_term(tx, call.actor, id, reason, call.now)
        return pb.EndSupervisorResponse(supervisor=encode_supervisor(call.tenant, supervisor, call.now))

    async def update_supervisor(self, call: Call, request: pb.UpdateSupervisorRequest) -> pb.UpdateSupervisorResponse:
        if set(request.update_mask.paths) != {"account"}:
            raise Invalid("update_mask", "只能修改 account（账号）。")
        id, account = local_id("supervisor.name", request.supervisor.name, call.tenant), request.supervisor.account
        local_id("supervisor.account", account, call.tenant)
        async with call.transaction() as tx:
            supervisor = await name_account(tx, call.actor, id, account or None, call.now)
        return pb.UpdateSupervisorResponse(supervisor=encode_supervisor(call.tenant, supervisor, call.now))

    async def get_supervisor(self, call: Call, request: pb.GetSupervisorRequest) -> pb.GetSupervisorResponse:
        async with call.transaction() as tx:
            actor = await require_in_office(tx, call.actor, call.now)
            supervisor = await find_supervisor(tx, actor, local_id("name", request.name, call.tenant))
        return pb.GetSupervisorResponse(supervisor=encode_supervisor(call.tenant, supervisor, call.now))

    async def list_supervisors(self, call: Call, request: pb.ListSupervisorsRequest) -> pb.ListSupervisorsResponse:
        page = paging.page(request, tuple[str, int, int])
        unit, today = local_id("unit", request.unit, call.tenant), local_date(call.now)
        async with call.transaction() as tx:
            actor = await require_in_office(tx, call.actor, call.now)
            day = today if request.in_office else None
            wanted = store.Wanted(narrowed(actor, unit), day, request.card_number.strip() or None)
            supervisors = await store.page(tx, wanted, page.after, page.limit)
        shown, more = page.cut(supervisors, lambda each: (each.unit, each.card.year, each.card.serial))
        encoded = [encode_supervisor(call.tenant, supervisor, call.now) for supervisor in shown]
        return pb.ListSupervisorsResponse(supervisors=encoded, next_page_token=more)

    async def get_work_card(self, call: Call, request: pb.GetWorkCardRequest) -> pb.GetWorkCardResponse:
        async with call.transaction() as tx:
            supervisor = await find_supervisor(tx, call.actor, local_id("name", request.name, call.tenant))
            card = await work_card(tx, supervisor, call.now)
        pdf = await work_card_pdf(card, self._watch.typesetter)
        return pb.GetWorkCardResponse(pdf=pdf, file_name=f"工作证-{supervisor.card.number}.pdf")


def nomination_of(call: Call, request: pb.CreateNominationRequest) -> Nomination:
    """What the request says of a nomination. Raises Invalid."""
    local_id("account", request.account, call.tenant)
    return Nomination(
        id=uuid4().hex,
        unit=local_id("unit", request.unit, call.tenant),
        person=read_name("person", request.person),
        account=request.account or None,
        meeting_date=read_past_day("meeting_date", request.meeting_date, call.now),
        meeting_record=read_text("meeting_record", request.meeting_record),
        state=NominationState.NOMINATED,
        create_time=call.now,
        version=1,
        renews=local_id("renews", request.renews, call.tenant) or None,
    )
