"""Declaring and ending absences, and handing over by name what is open (domain §3, First asked, responsible)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from minshao.agency.v1 import AbsenceDeclared, AbsenceEnded, TextEvidence
from minshao.common.v1 import LEVEL_UNIT

from services.agency.cases.acting import Acting
from services.agency.cases.domain.case import Case
from services.agency.cases.transferring import check_takes, offer_all, take_all, withdraw_offers
from services.agency.duty import store
from services.agency.duty.domain.absence import Absence, check_days
from services.agency.duty.sight import declares_for, sees_absence
from services.agency.forgetting import keep
from services.agency.points.officers import points_of, works
from services.common import deadlines, ledger, sealed_texts
from services.common.access import CENTRE
from services.common.errors import Denied, Invalid, NotFound, Refused
from services.common.organisation import store as organisation
from services.common.organisation.domain import Account
from services.common.periods import start_of_day

BEGINS = "absence.begins"
"""The kind of the deadline at the beginning of an absence's first day; its owner is the absence's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is said of an absence before it is declared."""

    officer: str
    deputy: str
    first_day: date
    last_day: date
    reason: str


async def declare_absence(acting: Acting, draft: Draft) -> Absence:
    """Declares it; what is open is offered to the deputy when its first day has come. Raises NotFound, Denied, Refused,
    Invalid."""
    tx = acting.tx
    check_days(draft.first_day, draft.last_day, acting.today)
    officer = await _account(acting, draft.officer)
    points = points_of(officer)
    if not declares_for(acting.actor, officer.name, points):
        raise Denied("只能由本人、所在单位领导或者镇中心窗口登记请假。", "NOT_OWN_ABSENCE")
    if not points:
        raise Refused("NOT_AN_AGENT", "该账号不是代理点的工作人员。", account=officer.name)
    if await store.absent(tx, [officer.name], draft.first_day, draft.last_day):
        raise Refused("ABSENT_ALREADY", "该人员在这段时间已经登记请假。", account=officer.name)
    await _check_deputy(acting, officer, draft)
    absence = Absence(
        id=uuid4().hex,
        officer=officer.name,
        deputy=draft.deputy,
        first_day=draft.first_day,
        last_day=draft.last_day,
        points=tuple(sorted(points)),
        declarer=acting.actor.name,
        create_time=acting.now,
    )
    store.ABSENCE_ROWS.insert(tx, absence)
    key = await acting.agency.sealer.new_key(tx, absence.id)
    id, mac = store.TEXTS.put(tx, key, store.REASON, draft.reason, acting.actor.name, acting.now)
    event = AbsenceDeclared(
        deputy=absence.deputy,
        first_day=absence.first_day.isoformat(),
        last_day=absence.last_day.isoformat(),
        reason=TextEvidence(id=id, mac=mac),
    )
    _tell(acting, absence, event)
    await keep(tx, "absences", absence.id, start_of_day(absence.last_day))
    if absence.covers(acting.today):
        await offer_all(acting, absence.officer, absence.deputy)
    else:
        deadlines.schedule(tx, BEGINS, absence.id, start_of_day(absence.first_day))
    return absence


async def begin_absence(acting: Acting, id: str) -> None:
    """Its first day has come. A deputy who could not take anything over is not asked: the officer answers on."""
    absence = await store.ABSENCE_ROWS.load(acting.tx, id)
    deputy = await organisation.hold_account(acting.tx, absence.deputy)
    absence = await store.ABSENCE_ROWS.lock(acting.tx, id)
    if absence.covers(acting.today) and deputy is not None and works(deputy):
        await offer_all(acting, absence.officer, absence.deputy)


async def end_absence(acting: Acting, id: str) -> Absence:
    """The officer is back, or stays after all; what the deputy has not accepted stays with them. Raises NotFound,
    Denied, Refused."""
    absence = _seen(acting, await store.ABSENCE_ROWS.lock(acting.tx, id))
    if not declares_for(acting.actor, absence.officer, absence.points):
        raise Denied("只能由本人、所在单位领导或者镇中心窗口销假。", "NOT_OWN_ABSENCE")
    ended = replace(absence.ended(acting.today), version=absence.version + 1)
    store.ABSENCE_ROWS.save(acting.tx, absence, ended)
    deadlines.cancel(acting.tx, absence.id, BEGINS)
    if absence.covers(acting.today):
        await withdraw_offers(acting, absence.officer, absence.deputy)
    _tell(acting, ended, AbsenceEnded(return_day=str(ended.return_day)))
    await keep(acting.tx, "absences", absence.id, acting.now)
    return ended


async def take_cases(acting: Acting, id: str) -> list[Case]:
    """The deputy accepts by name everything that is offered. Raises NotFound, Denied, Refused."""
    account = await organisation.hold_account(acting.tx, acting.actor.name)
    absence = _seen(acting, await store.ABSENCE_ROWS.load(acting.tx, id))
    if absence.deputy != acting.actor.name:
        raise Denied("只有被指定的代理人可以接收。", "NOT_DEPUTY")
    if not absence.covers(acting.today):
        raise Refused("NOT_ABSENT", "请假还没有开始，或者已经结束。")
    await check_takes(acting, acting.actor.name, account)
    return await take_all(acting, absence.officer)


async def seen_absence(acting: Acting, id: str) -> tuple[Absence, str]:
    """An absence that exists for the actor, with why where that is meant for them. Raises NotFound."""
    absence = _seen(acting, await store.ABSENCE_ROWS.load(acting.tx, id))
    return absence, await reason_of(acting, absence)


async def reason_of(acting: Acting, absence: Absence) -> str:
    """Why; empty for whom that is not meant, and once it was shredded."""
    if not declares_for(acting.actor, absence.officer, absence.points):
        return ""
    texts = await store.TEXTS.read(acting.tx, acting.agency.sealer, absence.id, (store.REASON,))
    return sealed_texts.last(texts, store.REASON)


async def _check_deputy(acting: Acting, officer: Account, draft: Draft) -> None:
    """Raises NotFound, Invalid or Refused for somebody who could not take over."""
    if draft.deputy == officer.name:
        raise Invalid("deputy", "不能指定请假人自己。", reason="OWN_DEPUTY")
    there = points_of(await _account(acting, draft.deputy))
    if there.isdisjoint({*points_of(officer), f"{acting.tx.tenant}.{CENTRE}"}):
        raise Refused("DEPUTY_ELSEWHERE", "代理人应当在同一代理点或者镇中心工作。", account=draft.deputy)
    if await store.absent(acting.tx, [draft.deputy], draft.first_day, draft.last_day):
        raise Refused("ABSENT", "代理人在这段时间也请假。", account=draft.deputy)


async def _account(acting: Acting, name: str) -> Account:
    if (account := await organisation.hold_account(acting.tx, name)) is None:
        raise NotFound("账号", name)
    return account


def _seen(acting: Acting, absence: Absence) -> Absence:
    if not sees_absence(acting.actor, absence):
        raise NotFound("请假", reason="NO_ABSENCE")
    return absence


def _tell(acting: Acting, absence: Absence, event: AbsenceDeclared | AbsenceEnded) -> None:
    event.absence, event.officer = f"tenants/{acting.tx.tenant}/absences/{absence.id}", absence.officer
    event.visible_to = LEVEL_UNIT
    ledger.append(acting.tx, acting.actor, "absence", absence.id, absence.version, event, acting.now)
