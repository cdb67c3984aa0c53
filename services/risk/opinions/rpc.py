"""RiskOpinionService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.opinions import store, texts, use_cases
from services.risk.opinions.domain import Objection, Opinion, Source
from services.risk.risk import Risk
from services.risk.risk_points.use_cases import seen_risk_point


class RiskOpinionService:
    """What people say of risk points; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def give_risk_opinion(self, call: Call, request: pb.GiveRiskOpinionRequest) -> pb.GiveRiskOpinionResponse:
        text = read_text("text", request.text)
        opinion = Opinion(
            id=uuid4().hex,
            risk_point=local_id("risk_point", request.risk_point, call.tenant),
            source=Source(request.source),
            give_time=call.now,
        )

        async def give(tx: Tx) -> pb.GiveRiskOpinionResponse:
            given = await use_cases.give(acting_on(self._risk, tx, call), opinion, text)
            return pb.GiveRiskOpinionResponse(give_time=stamp(given.give_time))

        return await once(call, request, pb.GiveRiskOpinionResponse, give)

    async def list_risk_opinions(self, call: Call, request: pb.ListRiskOpinionsRequest) -> pb.ListRiskOpinionsResponse:
        page, source = paging.page(request, store.Place), Source(request.source) if request.source else None
        async with acting_in(self._risk, call) as acting:
            risk_point = await seen_risk_point(acting, local_id("risk_point", request.risk_point, call.tenant))
            found = await store.page(acting.tx, risk_point.id, source, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.give_time, each.id))
            words = await _opened(acting, risk_point.id, {texts.opinion(each.id) for each in shown})
            opinions = [_opinion(acting, each, words) for each in shown]
        return pb.ListRiskOpinionsResponse(risk_opinions=opinions, next_page_token=more)

    async def raise_objection(self, call: Call, request: pb.RaiseObjectionRequest) -> pb.RaiseObjectionResponse:
        text = read_text("text", request.text)
        objection = Objection(
            id=uuid4().hex,
            risk_point=local_id("risk_point", request.risk_point, call.tenant),
            source=Source(request.source),
            raise_time=call.now,
        )

        async def raise_(tx: Tx) -> pb.RaiseObjectionResponse:
            acting = acting_on(self._risk, tx, call)
            raised, code = await use_cases.object_to(acting, objection, text)
            return pb.RaiseObjectionResponse(view=await use_cases.view(acting, raised), receipt_code=code)

        return await once(call, request, pb.RaiseObjectionResponse, raise_)

    async def follow_objection(self, call: Call, request: pb.FollowObjectionRequest) -> pb.FollowObjectionResponse:
        return pb.FollowObjectionResponse(view=await use_cases.follow(self._risk, call, request.code))

    async def answer_objection(self, call: Call, request: pb.AnswerObjectionRequest) -> pb.AnswerObjectionResponse:
        text = read_text("answer", request.answer)
        async with acting_in(self._risk, call) as acting:
            objection = await use_cases.answer(acting, local_id("name", request.name, call.tenant), text)
            words = await _opened(acting, objection.risk_point, _roles(objection))
            return pb.AnswerObjectionResponse(objection=_objection(acting, objection, words))

    async def list_objections(self, call: Call, request: pb.ListObjectionsRequest) -> pb.ListObjectionsResponse:
        page = paging.page(request, store.Place)
        async with acting_in(self._risk, call) as acting:
            risk_point = await seen_risk_point(acting, local_id("risk_point", request.risk_point, call.tenant))
            found = await store.page_of_objections(acting.tx, risk_point.id, request.unanswered, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.raise_time, each.id))
            words = await _opened(acting, risk_point.id, {role for each in shown for role in _roles(each)})
            objections = [_objection(acting, each, words) for each in shown]
        return pb.ListObjectionsResponse(objections=objections, next_page_token=more)


def _roles(objection: Objection) -> set[str]:
    return {texts.objection(objection.id), texts.answer(objection.id)}


async def _opened(acting: Acting, risk_point: str, roles: set[str]) -> Mapping[str, str]:
    """Those of the texts that are meant for the actor."""
    return await texts.opened(acting, risk_point, roles) if acting.reads_sealed else {}


def _opinion(acting: Acting, opinion: Opinion, words: Mapping[str, str]) -> pb.RiskOpinion:
    return pb.RiskOpinion(
        name=acting.named("riskOpinions", opinion.id),
        risk_point=acting.named("riskPoints", opinion.risk_point),
        source=pb.Source.ValueType(opinion.source),
        text=words.get(texts.opinion(opinion.id), ""),
        give_time=stamp(opinion.give_time),
    )


def _objection(acting: Acting, objection: Objection, words: Mapping[str, str]) -> pb.Objection:
    return pb.Objection(
        name=acting.named("objections", objection.id),
        risk_point=acting.named("riskPoints", objection.risk_point),
        source=pb.Source.ValueType(objection.source),
        text=words.get(texts.objection(objection.id), ""),
        raise_time=stamp(objection.raise_time),
        answered=objection.answer_time is not None,
        answer=words.get(texts.answer(objection.id), ""),
        answer_time=stamp(objection.answer_time),
    )
