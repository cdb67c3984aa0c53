"""Consultations as the contract shows them."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.cases.acting import Acting
from services.agency.consultations import texts
from services.agency.consultations.domain import Consultation
from services.agency.consultations.use_cases import may_answer, name_of
from services.common.access import county_of
from services.common.instants import stamp


async def shown(acting: Acting, consultation: Consultation) -> pb.Consultation:
    """A consultation; with question and answer for whom they are meant."""
    message = encode(consultation)
    if await may_answer(acting, consultation):
        message.question, message.answer = await texts.opened(acting.tx, acting.agency.sealer, consultation.id)
    return message


async def view(acting: Acting, consultation: Consultation) -> pb.ConsultationView:
    """A consultation as who asked sees it."""
    _, answer = await texts.opened(acting.tx, acting.agency.sealer, consultation.id)
    return pb.ConsultationView(
        number=consultation.number,
        state=pb.Consultation.State.ValueType(consultation.state),
        ask_time=stamp(consultation.ask_time),
        answer=answer,
        answer_time=stamp(consultation.answer_time),
    )


def encode(consultation: Consultation) -> pb.Consultation:
    """A consultation without what was asked and answered."""
    tenant, item, case = f"tenants/{consultation.tenant}", consultation.item, consultation.case
    return pb.Consultation(
        name=name_of(consultation),
        number=consultation.number,
        point=f"{tenant}/points/{consultation.point}",
        item=f"tenants/{county_of(consultation.tenant)}/items/{item}" if item else "",
        channel=pb.Consultation.Channel.ValueType(consultation.channel),
        state=pb.Consultation.State.ValueType(consultation.state),
        owner=consultation.owner,
        ask_time=stamp(consultation.ask_time),
        answer_time=stamp(consultation.answer_time),
        answerer=consultation.answerer or "",
        case=f"{tenant}/cases/{case}" if case else "",
    )
