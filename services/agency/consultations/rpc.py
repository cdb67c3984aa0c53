"""ConsultationService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.cases.acting import acting_in, acting_of
from services.agency.cases.encoding import encode as encode_case
from services.agency.cases.encoding import read_applicant
from services.agency.cases.receiving import SERVICE
from services.agency.consultations import store, use_cases
from services.agency.consultations.domain import Channel, State
from services.agency.consultations.encoding import encode, shown, view
from services.agency.consultations.listing import Filter, Position, list_consultations
from services.agency.consultations.use_cases import Question
from services.common import paging, receipts
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_text
from services.common.periods import local_date
from services.common.rpc.call import Call


class ConsultationService:
    """Consultations of a town or of the county's hall; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def create_consultation(
        self, call: Call, request: pb.CreateConsultationRequest
    ) -> pb.CreateConsultationResponse:
        question, answer = _question(call, request, Channel(request.channel)), read_text("answer", request.answer)

        async def log(tx: Tx) -> pb.CreateConsultationResponse:
            acting = await acting_of(self._agency, tx, call.actor, call.now)
            logged = await use_cases.log_consultation(acting, question, answer)
            return pb.CreateConsultationResponse(consultation=await shown(acting, logged))

        return await once(call, request, pb.CreateConsultationResponse, log)

    async def ask_consultation(self, call: Call, request: pb.AskConsultationRequest) -> pb.AskConsultationResponse:
        question = _question(call, request, Channel.ONLINE)

        async def ask(tx: Tx) -> pb.AskConsultationResponse:
            acting = await acting_of(self._agency, tx, call.actor, call.now)
            asked, code = await use_cases.ask_on_line(acting, question)
            return pb.AskConsultationResponse(view=await view(acting, asked), receipt_code=code)

        return await once(call, request, pb.AskConsultationResponse, ask)

    async def follow_consultation(
        self, call: Call, request: pb.FollowConsultationRequest
    ) -> pb.FollowConsultationResponse:
        code = receipts.read_code(request.code)
        presented = receipts.Presented(receipts.stored_hash(self._agency.hashing, SERVICE, call.tenant, code))
        client, find = call.actor.client or "", store.RECEIPTS.find
        id = await receipts.open_receipt(call.database, call.tenant, presented, client, call.now, find)
        async with acting_in(self._agency, call) as acting:
            return pb.FollowConsultationResponse(view=await view(acting, await store.ROWS.load(acting.tx, id)))

    async def get_consultation(self, call: Call, request: pb.GetConsultationRequest) -> pb.GetConsultationResponse:
        async with acting_in(self._agency, call) as acting:
            found = await use_cases.seen_consultation(acting, _id(call, request.name))
            return pb.GetConsultationResponse(consultation=await shown(acting, found))

    async def list_consultations(
        self, call: Call, request: pb.ListConsultationsRequest
    ) -> pb.ListConsultationsResponse:
        page, wanted = paging.page(request, Position), _filter(call, request.filter)
        async with acting_in(self._agency, call) as acting:
            descending = request.order_by != "ask_time"
            found = await list_consultations(acting, wanted, descending, page.after, page.limit)
        listed, more = page.cut(found, lambda each: (each.ask_time, each.id))
        return pb.ListConsultationsResponse(consultations=[encode(each) for each in listed], next_page_token=more)

    async def answer_consultation(
        self, call: Call, request: pb.AnswerConsultationRequest
    ) -> pb.AnswerConsultationResponse:
        answer = read_text("answer", request.answer)
        async with acting_in(self._agency, call) as acting:
            answered = await use_cases.answer_consultation(acting, _id(call, request.name), answer)
            return pb.AnswerConsultationResponse(consultation=await shown(acting, answered))

    async def convert_consultation(
        self, call: Call, request: pb.ConvertConsultationRequest
    ) -> pb.ConvertConsultationResponse:
        id, applicant = _id(call, request.name), read_applicant(request.applicant, local_date(call.now))
        brought = tuple(request.brought)

        async def convert(tx: Tx) -> pb.ConvertConsultationResponse:
            acting = await acting_of(self._agency, tx, call.actor, call.now)
            became, case, code = await use_cases.convert_consultation(acting, id, request.item, applicant, brought)
            return pb.ConvertConsultationResponse(
                consultation=await shown(acting, became),
                case=encode_case(acting, case, applicant),
                receipt_code=code,
            )

        return await once(call, request, pb.ConvertConsultationResponse, convert)


def _question(
    call: Call, request: pb.CreateConsultationRequest | pb.AskConsultationRequest, channel: Channel
) -> Question:
    point = local_id("point", request.point, call.tenant)
    return Question(point, request.item, channel, read_text("question", request.question))


def _filter(call: Call, wanted: pb.ListConsultationsRequest.Filter) -> Filter:
    return Filter(
        point=local_id("filter.point", wanted.point, call.tenant),
        states=frozenset(State(state) for state in wanted.states),
        channel=Channel(wanted.channel) if wanted.channel else None,
        item=wanted.item,
        number=wanted.number,
        mine=wanted.mine,
    )


def _id(call: Call, name: str) -> str:
    return local_id("name", name, call.tenant)
