"""Urging and overseeing by people, and the answers of the desks (domain §3, Clocks; roles: §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from minshao.agency.v1 import CaseUrged, CaseUrgingDismissed

from services.agency.cases.acting import Acting
from services.agency.cases.domain.case import Case
from services.agency.oversights import opening, store, texts
from services.agency.oversights.domain.causes import holders
from services.agency.oversights.domain.oversight import (
    FURTHEST_DAYS,
    CaseOversight,
    Kind,
    Origin,
    Overseer,
    above,
    answer_by,
)
from services.agency.oversights.sight import overseer_of, sees_oversight
from services.common.errors import Denied, NotFound, Refused
from services.common.periods import check_ahead


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asks of a desk."""

    case: str
    desk: str
    """Code of the unit of the point or department."""
    text: str
    last_day: date | None = None
    """Of an oversight; None: after the usual days."""


async def urge_case(acting: Acting, asking: Asking) -> CaseOversight:
    """Urges a desk that has the case. Raises NotFound, Denied, Refused."""
    case = await acting.seen(asking.case)
    overseer = overseer_of(acting.actor)
    if overseer is None and case.owner != acting.actor.name:
        raise Denied("由首问责任人或者上一级催办。", "NOT_ABOVE")
    urging = _asked(acting, case, asking, Kind.URGING, overseer or above(asking.desk))
    return await _urge(acting, case, urging, asking.text)


async def order_oversight(acting: Acting, asking: Asking) -> CaseOversight:
    """Puts a desk that has the case under oversight. Raises NotFound, Denied, Refused, Invalid."""
    case = await acting.seen(asking.case)
    overseer = overseer_of(acting.actor)
    if overseer is None or overseer < above(asking.desk):
        raise Denied("县直部门窗口由县纪委督办。", "NOT_ABOVE")
    last_day = asking.last_day or answer_by(acting.today, acting.dated.calendar)
    check_ahead("last_day", last_day, acting.today, FURTHEST_DAYS)
    ordered = _asked(acting, case, asking, Kind.OVERSIGHT, overseer, last_day)
    ordered, evidence = texts.asking(ordered, await acting.key(case), asking.text)
    [event] = opening.open_oversight(acting, ordered)
    event.text.CopyFrom(evidence)
    acting.record(case, case, event)
    return ordered


async def confirm_urging(acting: Acting, case_id: str, id: str, text: str) -> CaseOversight:
    """Makes an urging of a proposal, with words. Raises NotFound, Denied, Refused."""
    case, proposal = await _decided(acting, case_id, id)
    confirmed = proposal.confirmed(acting.actor.name, acting.now)
    return await _urge(acting, case, confirmed, text, proposal)


async def dismiss_urging(acting: Acting, case_id: str, id: str) -> CaseOversight:
    """Leaves a proposal. Raises NotFound, Denied, Refused."""
    case, proposal = await _decided(acting, case_id, id)
    dismissed = proposal.dismissed()
    store.ROWS.save(acting.tx, proposal, dismissed)
    acting.record(case, case, CaseUrgingDismissed(oversight=dismissed.name, desk=dismissed.desk))
    return dismissed


async def answer_oversight(acting: Acting, case_id: str, id: str, answer: str) -> CaseOversight:
    """Answers an open urging or oversight, as the people of the desk. Raises NotFound, Denied, Refused."""
    case, asked = await _seen(acting, case_id, id)
    if not await acting.acts_for(case, asked.desk):
        raise Denied("由被催办、督办的代理点（窗口）回复。", "NOT_OWN_DESK")
    answered = asked.answered(acting.actor.name, acting.now)
    answered, evidence = texts.answering(answered, await acting.key(case), answer)
    store.ROWS.save(acting.tx, asked, answered)
    event = opening.answered(answered)
    event.answer.CopyFrom(evidence)
    acting.record(case, case, event)
    return answered


async def found_oversight(acting: Acting, case_id: str, id: str) -> CaseOversight:
    """One that exists for the actor. Raises NotFound."""
    return _visible(acting, await acting.found(case_id), await store.load(acting.tx, case_id, id))


async def _urge(
    acting: Acting, case: Case, urging: CaseOversight, text: str, proposal: CaseOversight | None = None
) -> CaseOversight:
    urging, evidence = texts.asking(urging, await acting.key(case), text)
    if proposal:
        store.ROWS.save(acting.tx, proposal, urging)
    else:
        opening.open_oversight(acting, urging)
    acting.record(case, case, CaseUrged(desk=urging.desk, oversight=urging.name, text=evidence))
    return urging


def _asked(
    acting: Acting, case: Case, asking: Asking, kind: Kind, overseer: Overseer, last_day: date | None = None
) -> CaseOversight:
    """What a person asks of a desk that has the case."""
    if not case.state.open:
        raise Refused("NOT_OPEN", "已办结的代理件不能催办、督办。")
    place = next((place for place, desk in holders(case).items() if desk == asking.desk), None)
    if place is None:
        raise Refused("NOT_AT_DESK", "该代理件目前不在此处办理。", desk=asking.desk)
    return CaseOversight(
        tenant=case.tenant,
        id=uuid4().hex,
        case=case.id,
        kind=kind,
        origin=Origin.PERSON,
        part=place,
        desk=asking.desk,
        overseer=overseer,
        author=acting.actor.name,
        create_time=acting.now,
        send_time=acting.now,
        last_day=last_day,
    )


async def _decided(acting: Acting, case_id: str, id: str) -> tuple[Case, CaseOversight]:
    """A proposal, its case locked, for who may make an urging of it."""
    case, proposal = await _seen(acting, case_id, id)
    overseer = overseer_of(acting.actor)
    if case.owner != acting.actor.name and (overseer is None or overseer < proposal.overseer):
        raise Denied("由首问责任人或者上一级决定是否催办。", "NOT_ABOVE")
    return case, proposal


async def _seen(acting: Acting, case_id: str, id: str) -> tuple[Case, CaseOversight]:
    case = await acting.seen(case_id)
    return case, _visible(acting, case, await store.load(acting.tx, case.id, id))


def _visible(acting: Acting, case: Case, oversight: CaseOversight) -> CaseOversight:
    if not sees_oversight(acting.actor, case, oversight):
        raise NotFound("催办、督办", reason="NO_OVERSIGHT")
    return oversight
