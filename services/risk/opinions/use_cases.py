"""Hearing what people say of risk points, and answering who objects (domain §1.4)."""

from __future__ import annotations

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk import v1 as pb

from services.common import receipts
from services.common.access import Role
from services.common.errors import NotFound
from services.common.instants import stamp
from services.common.periods import overdue_from
from services.common.rpc.call import Call
from services.risk.acting import Acting, acting_in
from services.risk.circles import heard_from
from services.risk.inventories.use_cases import own_inventory
from services.risk.opinions import store, texts, voices
from services.risk.opinions.domain import HEARD_A_DAY, HEARD_OF_A_CLIENT, Objection, Opinion, Said, TooManyVoices
from services.risk.risk import Risk
from services.risk.risk_points import store as risk_points
from services.risk.risk_points.domain import Action, RiskPoint
from services.risk.scopes import Scope

SERVICE = "risk"


async def give(acting: Acting, opinion: Opinion, text: str) -> Opinion:
    """Raises NotFound, Refused, TooManyVoices."""
    risk_point = await risk_points.ROWS.lock(acting.tx, opinion.risk_point)
    _check_taken_in(acting, risk_point, risk_point.consultation_scope)
    risk_point.check(Action.OPINE)
    await _check_voices(acting, risk_point, Said.OPINION)
    key = await acting.risk.sealer.key(acting.tx, risk_point.id)
    store.ROWS.insert(acting.tx, opinion)
    told = pb.RiskOpinionGiven(
        risk_opinion=acting.named("riskOpinions", opinion.id),
        risk_point=acting.named("riskPoints", risk_point.id),
        unit=risk_point.unit,
        source=pb.Source.ValueType(opinion.source),
        text=texts.put(acting, key, texts.opinion(opinion.id), text),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("risk_opinion", opinion.id, 1, told)
    return opinion


async def object_to(acting: Acting, objection: Objection, text: str) -> tuple[Objection, str]:
    """The objection with its receipt code, which is kept nowhere. Raises NotFound, Refused, TooManyVoices."""
    risk_point = await risk_points.ROWS.lock(acting.tx, objection.risk_point)
    _check_taken_in(acting, risk_point, risk_point.publicity_scope)
    risk_point.check_hears_objections(acting.today)
    await _check_voices(acting, risk_point, Said.OBJECTION)
    key = await acting.risk.sealer.key(acting.tx, risk_point.id)
    store.OBJECTION_ROWS.insert(acting.tx, objection)
    code = receipts.new_code()
    hash = receipts.stored_hash(acting.risk.hashing, SERVICE, acting.tx.tenant, code)
    store.RECEIPTS.insert(acting.tx, hash, objection.id)
    told = pb.ObjectionRaised(
        objection=acting.named("objections", objection.id),
        risk_point=acting.named("riskPoints", risk_point.id),
        unit=risk_point.unit,
        source=pb.Source.ValueType(objection.source),
        text=texts.put(acting, key, texts.objection(objection.id), text),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("objection", objection.id, objection.version, told)
    return objection, code


async def answer(acting: Acting, id: str, text: str) -> Objection:
    """Raises NotFound, Refused."""
    unit = (await _risk_point_of(acting, await store.OBJECTION_ROWS.load(acting.tx, id))).unit
    await own_inventory(acting, unit)
    before = await store.OBJECTION_ROWS.lock(acting.tx, id)
    risk_point = await risk_points.ROWS.lock(acting.tx, before.risk_point)
    risk_point.check(Action.ANSWER)
    after = before.answered(acting.actor.name, acting.now)
    key = await acting.risk.sealer.key(acting.tx, risk_point.id)
    store.OBJECTION_ROWS.save(acting.tx, before, after)
    told = pb.ObjectionAnswered(
        objection=acting.named("objections", id),
        risk_point=acting.named("riskPoints", risk_point.id),
        unit=unit,
        answer=texts.put(acting, key, texts.answer(id), text),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("objection", id, after.version, told)
    return after


async def follow(risk: Risk, call: Call, typed: str) -> pb.ObjectionView:
    """What who objected sees. Raises Invalid for what is no code, TooMany, NotFound."""
    code = receipts.read_code(typed)
    presented = receipts.Presented(receipts.stored_hash(risk.hashing, SERVICE, call.tenant, code))
    client, find = call.actor.client or "", store.RECEIPTS.find
    id = await receipts.open_receipt(call.database, call.tenant, presented, client, call.now, find)
    async with acting_in(risk, call) as acting:
        return await view(acting, await store.OBJECTION_ROWS.load(acting.tx, id))


async def view(acting: Acting, objection: Objection) -> pb.ObjectionView:
    """An objection as who raised it sees it."""
    risk_point, role = await _risk_point_of(acting, objection), texts.answer(objection.id)
    return pb.ObjectionView(
        state=pb.RiskPoint.State.ValueType(risk_point.state),
        raise_time=stamp(objection.raise_time),
        answer=(await texts.opened(acting, risk_point.id, [role])).get(role, ""),
        answer_time=stamp(objection.answer_time),
    )


async def _risk_point_of(acting: Acting, objection: Objection) -> RiskPoint:
    return await risk_points.ROWS.load(acting.tx, objection.risk_point)


async def _check_voices(acting: Acting, risk_point: RiskPoint, said: Said) -> None:
    """Counts who speaks without an account. Raises TooManyVoices. The risk point is locked, so that those who speak at
    the same moment are counted too."""
    if not acting.actor.has(Role.CITIZEN):
        return
    came = await voices.raised(acting.tx, risk_point.id, said, acting.actor.client or "", acting.today)
    if came.of_client > HEARD_OF_A_CLIENT or came.in_all > HEARD_A_DAY:
        raise TooManyVoices(overdue_from(acting.today) - acting.now)


def _check_taken_in(acting: Acting, risk_point: RiskPoint, scope: Scope | None) -> None:
    """Raises NotFound where the actor may not speak about it, and for citizens where nothing was asked of them yet."""
    if not heard_from(acting.actor, acting.tx.tenant).takes_in(scope or Scope.UNIT, risk_point.unit):
        raise NotFound(risk_points.ROWS.called)
