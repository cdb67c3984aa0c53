"""CaseService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.cases import citizens, texts, transferring, use_cases
from services.agency.cases.acting import Acting, acting_in, acting_of
from services.agency.cases.domain.case import Case, Outcome
from services.agency.cases.domain.states import State
from services.agency.cases.encoding import (
    encode,
    encode_days,
    read_applicant,
    show_evidence,
    show_materials,
    show_told,
)
from services.agency.cases.explaining import explanation_of
from services.agency.cases.following import explain_promise, follow_case, look_up_case, view
from services.agency.cases.links import links_of
from services.agency.cases.listing import Filter, Order, list_cases
from services.agency.cases.materials import words_of
from services.agency.cases.receiving import Draft, receive_case, receive_on_line
from services.agency.cases.sight import handles
from services.agency.items.domain import Handling
from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.common.workdays import Ground


class CaseService:
    """Cases of a town or of the county's hall; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def create_case(self, call: Call, request: pb.CreateCaseRequest) -> pb.CreateCaseResponse:
        draft = _draft(call, request)

        async def receive(tx: Tx) -> pb.CreateCaseResponse:
            acting = await acting_of(self._agency, tx, call.actor, call.now)
            case, code = await receive_case(acting, draft)
            return pb.CreateCaseResponse(case=encode(acting, case, draft.applicant), receipt_code=code)

        return await once(call, request, pb.CreateCaseResponse, receive)

    async def get_case(self, call: Call, request: pb.GetCaseRequest) -> pb.GetCaseResponse:
        async with acting_in(self._agency, call) as acting:
            case = await acting.found(_id(call, request.name))
            return pb.GetCaseResponse(case=await _shown(acting, case))

    async def list_cases(self, call: Call, request: pb.ListCasesRequest) -> pb.ListCasesResponse:
        wanted, page = _filter(call, request.filter), paging.page(request, tuple[str, str])
        order = Order.of(request.order_by, wanted.desk)
        async with acting_in(self._agency, call) as acting:
            found = await list_cases(acting, wanted, order, page.after, page.limit)
            shown, more = page.cut(found, order.position)
            cases = [encode(acting, case, None) for case in shown]
        return pb.ListCasesResponse(cases=cases, next_page_token=more)

    async def follow_case(self, call: Call, request: pb.FollowCaseRequest) -> pb.FollowCaseResponse:
        return pb.FollowCaseResponse(view=await follow_case(self._agency, call, request.code))

    async def look_up_case(self, call: Call, request: pb.LookUpCaseRequest) -> pb.LookUpCaseResponse:
        return await look_up_case(self._agency, call, request.number, request.phone)

    async def apply_for_item(self, call: Call, request: pb.ApplyForItemRequest) -> pb.ApplyForItemResponse:
        draft = _draft(call, request)

        async def receive(tx: Tx) -> pb.ApplyForItemResponse:
            acting = await acting_of(self._agency, tx, call.actor, call.now)
            case, code = await receive_on_line(acting, draft)
            return pb.ApplyForItemResponse(view=await view(acting, case), receipt_code=code)

        return await once(call, request, pb.ApplyForItemResponse, receive)

    async def answer_notice(self, call: Call, request: pb.AnswerNoticeRequest) -> pb.AnswerNoticeResponse:
        shown = await citizens.answer_notice(self._agency, call, request.code, tuple(request.materials))
        return pb.AnswerNoticeResponse(view=shown)

    async def withdraw_case(self, call: Call, request: pb.WithdrawCaseRequest) -> pb.WithdrawCaseResponse:
        return pb.WithdrawCaseResponse(view=await citizens.withdraw_case(self._agency, call, request.code))

    async def accept_case(self, call: Call, request: pb.AcceptCaseRequest) -> pb.AcceptCaseResponse:
        owed_until = read_day("owed_until", request.owed_until) if request.owed_until else None
        reason = read_text("delay_reason", request.delay_reason) if request.delay_reason else ""
        async with acting_in(self._agency, call) as acting:
            case = await use_cases.accept_case(acting, _id(call, request.name), owed_until, reason)
            return pb.AcceptCaseResponse(case=await _shown(acting, case))

    async def notify_applicant(self, call: Call, request: pb.NotifyApplicantRequest) -> pb.NotifyApplicantResponse:
        missing = [read_text(f"missing[{index}]", name) for index, name in enumerate(request.missing)]
        async with acting_in(self._agency, call) as acting:
            case = await use_cases.notify_applicant(acting, _id(call, request.name), missing)
            return pb.NotifyApplicantResponse(case=await _shown(acting, case))

    async def supply_materials(self, call: Call, request: pb.SupplyMaterialsRequest) -> pb.SupplyMaterialsResponse:
        async with acting_in(self._agency, call) as acting:
            id, brought = _id(call, request.name), tuple(request.brought)
            case = await use_cases.supply_materials(acting, id, brought, came_today=request.came_today)
            return pb.SupplyMaterialsResponse(case=await _shown(acting, case))

    async def complete_part(self, call: Call, request: pb.CompletePartRequest) -> pb.CompletePartResponse:
        async with acting_in(self._agency, call) as acting:
            case = await use_cases.complete_part(acting, _id(call, request.name), _desk(request.desk))
            return pb.CompletePartResponse(case=await _shown(acting, case))

    async def stop_clock(self, call: Call, request: pb.StopClockRequest) -> pb.StopClockResponse:
        ground = Ground[pb.Case.Ground.Name(request.ground).removeprefix("GROUND_")]
        since = read_day("start_date", request.start_date) if request.start_date else None
        evidence = read_text("evidence", request.evidence)
        async with acting_in(self._agency, call) as acting:
            id, desk = _id(call, request.name), _desk(request.desk)
            case = await use_cases.stop_clock(acting, id, desk, ground, since, evidence)
            return pb.StopClockResponse(case=await _shown(acting, case))

    async def resume_clock(self, call: Call, request: pb.ResumeClockRequest) -> pb.ResumeClockResponse:
        until = read_day("end_date", request.end_date) if request.end_date else None
        async with acting_in(self._agency, call) as acting:
            case = await use_cases.resume_clock(acting, _id(call, request.name), _desk(request.desk), until)
            return pb.ResumeClockResponse(case=await _shown(acting, case))

    async def decide_case(self, call: Call, request: pb.DecideCaseRequest) -> pb.DecideCaseResponse:
        outcome, reason = Outcome(request.outcome), read_text("reason", request.reason)
        remedies = read_text("remedies", request.remedies) if request.remedies else ""
        async with acting_in(self._agency, call) as acting:
            case = await use_cases.decide_case(acting, _id(call, request.name), outcome, reason, remedies)
            return pb.DecideCaseResponse(case=await _shown(acting, case))

    async def tell_result(self, call: Call, request: pb.TellResultRequest) -> pb.TellResultResponse:
        manner = read_text("manner", request.manner)
        async with acting_in(self._agency, call) as acting:
            case = await use_cases.tell_result(acting, _id(call, request.name), manner)
            return pb.TellResultResponse(case=await _shown(acting, case))

    async def offer_case(self, call: Call, request: pb.OfferCaseRequest) -> pb.OfferCaseResponse:
        local_id("to", request.to, call.tenant)
        async with acting_in(self._agency, call) as acting:
            case = await transferring.offer_case(acting, _id(call, request.name), request.to)
            return pb.OfferCaseResponse(case=await _shown(acting, case))

    async def take_case(self, call: Call, request: pb.TakeCaseRequest) -> pb.TakeCaseResponse:
        async with acting_in(self._agency, call) as acting:
            case = await transferring.take_case(acting, _id(call, request.name))
            return pb.TakeCaseResponse(case=await _shown(acting, case))

    async def get_case_links(self, call: Call, request: pb.GetCaseLinksRequest) -> pb.GetCaseLinksResponse:
        async with acting_in(self._agency, call) as acting:
            case = await acting.found(_id(call, request.name))
            return pb.GetCaseLinksResponse(links=await links_of(acting.tx, case))

    async def explain_promise(self, call: Call, request: pb.ExplainPromiseRequest) -> pb.ExplainPromiseResponse:
        async with acting_in(self._agency, call) as acting:
            case = await acting.found(_id(call, request.name))
            explained = await explanation_of(acting, case)
        return pb.ExplainPromiseResponse(
            working_days=explained.working_days,
            promised_date=str(explained.promised_date or ""),
            provisional=explained.provisional,
            days=encode_days(explained),
        )

    async def explain_my_promise(self, call: Call, request: pb.ExplainMyPromiseRequest) -> pb.ExplainMyPromiseResponse:
        explained = await explain_promise(self._agency, call, request.code)
        return pb.ExplainMyPromiseResponse(
            working_days=explained.working_days,
            promised_date=str(explained.promised_date or ""),
            provisional=explained.provisional,
            days=encode_days(explained),
        )


async def _shown(acting: Acting, case: Case) -> pb.Case:
    meant = handles(acting.actor, case)
    applicant = await texts.applicant_of(acting.tx, acting.agency.sealer, case.id) if meant else None
    shown = encode(acting, case, applicant)
    if meant:
        show_materials(shown, await words_of(acting, case))
    if meant and any(part.pauses for part in case.parts):
        show_evidence(shown, await texts.evidences(acting.tx, acting.agency.sealer, case))
    if meant and (case.outcome is not None or case.handling is Handling.AT_ONCE):
        show_told(shown, await texts.told_of(acting.tx, acting.agency.sealer, case.id))
    return shown


def _filter(call: Call, wanted: pb.ListCasesRequest.Filter) -> Filter:
    return Filter(
        point=local_id("filter.point", wanted.point, call.tenant),
        desk=_desk(wanted.desk),
        states=frozenset(State(state) for state in wanted.states),
        open=wanted.open,
        overdue=wanted.overdue,
        item=wanted.item,
        number=wanted.number,
        mine=wanted.mine,
        unowned=wanted.unowned,
    )


def _draft(call: Call, request: pb.CreateCaseRequest | pb.ApplyForItemRequest) -> Draft:
    point = local_id("point", request.point, call.tenant)
    return Draft(point, request.item, read_applicant(request.applicant, local_date(call.now)), tuple(request.brought))


def _id(call: Call, name: str) -> str:
    return local_id("name", name, call.tenant)


def _desk(name: str) -> str:
    """A desk may be of the county: what is not of the case's route is refused there."""
    return name.rpartition("/")[2]
