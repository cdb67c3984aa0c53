"""What people do with consultations (domain §3, Consultation)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, cast
from uuid import uuid4

from google.protobuf.message import Message
from minshao.agency.v1 import Consultation as Shown
from minshao.agency.v1 import (
    ConsultationAnswered,
    ConsultationAsked,
    ConsultationBecameCase,
    ConsultationReference,
)
from minshao.common.v1 import LEVEL_UNIT

from services.agency.acting import open_point, own_point
from services.agency.cases.acting import Acting
from services.agency.cases.domain.applicant import Applicant
from services.agency.cases.domain.case import Case
from services.agency.cases.receiving import SERVICE, Draft, place_of, receive_at
from services.agency.consultations import store, texts
from services.agency.consultations.domain import Channel, Consultation
from services.agency.consultations.keeping import keep_ended
from services.agency.consultations.sight import answers, sees
from services.agency.items.use_cases import offer
from services.agency.points import store as points
from services.agency.points.domain import Point, Tier, cited
from services.agency.points.officers import answering
from services.common import ledger, receipts
from services.common.access import CENTRE, Role
from services.common.errors import Denied, NotFound
from services.common.instants import stamp
from services.common.sealing import DataKey


class ConsultationEvent(Protocol):
    """Any event of a consultation."""

    @property
    def consultation(self) -> ConsultationReference: ...

    unit: str
    visible_to: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, before it is registered."""

    point: str
    """Code of the unit in which the point is."""
    item: str
    """Code of the item that it is about; empty for none."""
    channel: Channel
    text: str


async def log_consultation(acting: Acting, question: Question, answer: str) -> Consultation:
    """Registers what was asked at the actor's own point, and answered at once. Raises NotFound, Denied, Refused."""
    point = await own_point(acting.tx, acting.actor, question.point)
    asked, key = await _ask(acting, question, point, acting.actor.name)
    answered = asked.answered(acting.actor.name, acting.now)
    store.ROWS.insert(acting.tx, answered)
    _tell_answer(acting, key, answered, answer)
    await keep_ended(acting.tx, answered.id, acting.now)
    return answered


async def ask_on_line(acting: Acting, question: Question) -> tuple[Consultation, str]:
    """Registers a question from outside; returns it with its receipt code, which is kept nowhere.

    Whoever answers at the point answers for it. Raises NotFound, Refused.
    """
    point = await open_point(acting.tx, question.point)
    asked, _ = await _ask(acting, question, point, await answering(acting.tx, point, acting.now))
    store.ROWS.insert(acting.tx, asked)
    code = receipts.new_code()
    hash = receipts.stored_hash(acting.agency.hashing, SERVICE, acting.tx.tenant, code)
    store.RECEIPTS.insert(acting.tx, hash, asked.id)
    return asked, code


async def answer_consultation(acting: Acting, id: str, answer: str) -> Consultation:
    """Answers what was asked on line. Raises NotFound, Denied, IllegalMove."""
    asked = await _answered_by(acting, id)
    answered = asked.answered(acting.actor.name, acting.now)
    store.ROWS.save(acting.tx, asked, answered)
    _tell_answer(acting, await acting.agency.sealer.key(acting.tx, id), answered, answer)
    await keep_ended(acting.tx, id, acting.now)
    return answered


async def convert_consultation(
    acting: Acting, id: str, item: str, applicant: Applicant, brought: Collection[str]
) -> tuple[Consultation, Case, str]:
    """Makes it a case at the same point, or at the town's centre where that was retired, in the same transaction;
    returns both, and the case's receipt code."""
    before = await _answered_by(acting, id)
    point = await open_point(acting.tx, await _place(acting, before))
    draft = Draft(point.unit, item, applicant, brought, consultation=id)
    case, code = await receive_at(acting, draft, point, acting.actor.name)
    after = before.became(case.id)
    store.ROWS.save(acting.tx, before, after)
    await keep_ended(acting.tx, id, acting.now)
    _tell(acting, after, ConsultationBecameCase(case=f"tenants/{case.tenant}/cases/{case.id}"))
    return after, case, code


async def seen_consultation(acting: Acting, id: str) -> Consultation:
    """The consultation, if it exists for the actor. Raises NotFound."""
    return _seen(acting, await store.ROWS.load(acting.tx, id))


async def _answered_by(acting: Acting, id: str) -> Consultation:
    """The consultation, locked, for who answers it. Raises NotFound, Denied."""
    consultation = _seen(acting, await store.ROWS.lock(acting.tx, id))
    if not await may_answer(acting, consultation):
        raise Denied("由被咨询的代理点答复。", "NOT_ITS_POINT")
    return consultation


async def may_answer(acting: Acting, consultation: Consultation) -> bool:
    """Whether the actor reads and answers it: also a clerk of the town's centre, which takes over what was asked at a
    room that has been retired."""
    if answers(acting.actor, consultation):
        return True
    return acting.actor.has(Role.TOWN_CLERK) and await _place(acting, consultation) != consultation.point


async def _place(acting: Acting, consultation: Consultation) -> str:
    """The code of the unit whose point it is with now."""
    point = await points.ROWS.load(acting.tx, consultation.point)
    moved = point.retired and point.tier is Tier.VILLAGE
    return f"{consultation.tenant}.{CENTRE}" if moved else consultation.point


def _seen(acting: Acting, consultation: Consultation) -> Consultation:
    if not sees(acting.actor, consultation):
        raise NotFound("咨询", name_of(consultation), reason="NO_CONSULTATION")
    return consultation


async def _ask(acting: Acting, question: Question, point: Point, owner: str) -> tuple[Consultation, DataKey]:
    """The consultation with its number, and what is told of it; its row is still to be written."""
    tx = acting.tx
    if question.item:
        await offer(tx, question.item)
    tenant, unit = await place_of(tx, point.unit)
    year = acting.today.year
    serial = await store.next_serial(tx, point.unit, year)
    asked = Consultation(
        tenant=tx.tenant,
        id=uuid4().hex,
        number=f"{cited(tenant, unit, point.tier)}咨〔{year}〕{serial}号",
        point=point.unit,
        item=question.item or None,
        channel=question.channel,
        owner=owner,
        ask_time=acting.now,
    )
    key = await acting.agency.sealer.new_key(tx, asked.id)
    evidence = texts.put(tx, key, texts.QUESTION, question.text, acting.actor.name, acting.now)
    _tell(acting, asked, ConsultationAsked(question=evidence))
    return asked, key


def _tell_answer(acting: Acting, key: DataKey, answered: Consultation, answer: str) -> None:
    evidence = texts.put(acting.tx, key, texts.ANSWER, answer, acting.actor.name, acting.now)
    _tell(acting, answered, ConsultationAnswered(answer=evidence))


def _tell(acting: Acting, consultation: Consultation, event: ConsultationEvent) -> None:
    """PENDING: the one entry of a change."""
    event.consultation.CopyFrom(
        ConsultationReference(
            consultation=name_of(consultation),
            number=consultation.number,
            item=consultation.item or "",
            channel=Shown.Channel.ValueType(consultation.channel),
            ask_time=stamp(consultation.ask_time),
        )
    )
    event.unit = consultation.point
    event.visible_to = LEVEL_UNIT
    message = cast("Message", event)
    ledger.append(acting.tx, acting.actor, "consultation", consultation.id, consultation.version, message, acting.now)


def name_of(consultation: Consultation) -> str:
    return f"tenants/{consultation.tenant}/consultations/{consultation.id}"
