"""Appointing supervisors, ending their terms, and whether someone is in office today."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TypeAlias
from uuid import uuid4

from minshao.common.v1 import LEVEL_UNIT
from minshao.watch.v1 import (
    NominationAppointed,
    SupervisorAccountNamed,
    SupervisorAppointed,
    SupervisorEnded,
    SupervisorExpired,
    SupervisorTermEnding,
)

from services.common import deadlines, ledger
from services.common.access import Actor, Role
from services.common.database import Tx
from services.common.errors import Denied, NotFound
from services.common.organisation.lookup import check_holds, this_tenant
from services.common.periods import local_date
from services.common.sight import check_in_sight
from services.common.terms import Term
from services.watch.posts.use_cases import lock_open_post
from services.watch.supervisors import nomination_store, store
from services.watch.supervisors.domain.nomination import Nomination, NominationAction, move
from services.watch.supervisors.domain.seats import MOST_IN_OFFICE, PostFull, most_in_office
from services.watch.supervisors.domain.supervisor import Card, Supervisor, first_day_of, year_from
from services.watch.supervisors.nominating import append, lock_nomination

TERM_ENDING = "supervisor.term_ending"
EXPIRED = "supervisor.expired"

SupervisorEvent: TypeAlias = (
    SupervisorAppointed | SupervisorAccountNamed | SupervisorTermEnding | SupervisorExpired | SupervisorEnded
)


async def require_in_office(tx: Tx, actor: Actor, now: datetime) -> Actor:
    """The actor without the posts of which they are no supervisor today, whatever their token says.

    To be called first wherever the role supervisor may have admitted the call. Raises Denied where no other role has.
    """
    if not actor.has(Role.SUPERVISOR):
        return actor
    narrowed = actor.only_at(Role.SUPERVISOR, await store.units_of(tx, actor.name, local_date(now)))
    if not narrowed.grants:
        raise Denied("您不在监督员聘期内。", "NOT_IN_OFFICE")
    return narrowed


async def appoint(tx: Tx, actor: Actor, nomination_id: str, first_day: date | None, now: datetime) -> Supervisor:
    """Brings an approved person into office for a year, with the next work card of the town and year.

    A renewal begins the day after the term that it renews. Raises PostFull where six would be in office on some day
    of the term; IllegalMove for a nomination that is not approved.
    """
    today = local_date(now)
    nomination = await lock_nomination(tx, nomination_id)
    state = move(nomination.state, NominationAction.APPOINT)
    await lock_open_post(tx, nomination.unit)
    term = year_from(first_day_of(await _renewed(tx, nomination), first_day, today))
    others = [other.term for other in await store.not_over(tx, nomination.unit, today)]
    if most_in_office([*others, term], term) > MOST_IN_OFFICE:
        raise PostFull(nomination.unit)
    appointed = replace(nomination, state=state, version=nomination.version + 1)
    nomination_store.save(tx, appointed)
    append(tx, actor, appointed, NominationAppointed(), now)
    supervisor = await _new(tx, nomination, term, now)
    store.insert(tx, supervisor)
    _schedule(tx, supervisor)
    _append(tx, actor, supervisor, SupervisorAppointed(), now)
    return supervisor


async def name_account(tx: Tx, actor: Actor, id: str, account: str | None, now: datetime) -> Supervisor:
    """Names the account with which a supervisor acts, or takes it away. Twice the same changes nothing.

    Raises Refused where the term is over or the account is no supervisor's at the unit, NotFound for an unknown one.
    """
    supervisor = await lock_supervisor(tx, id)
    supervisor.check_not_over(local_date(now))
    if supervisor.account == account:
        return supervisor
    if account is not None:
        await check_holds(tx, account, Role.SUPERVISOR, supervisor.unit)
    return record(tx, actor, replace(supervisor, account=account), SupervisorAccountNamed(), now)


async def end_term(tx: Tx, actor: Actor, id: str, reason: str, now: datetime) -> Supervisor:
    """Ends a term early, at once; also one that has not begun. Raises IllegalMove where it is over."""
    supervisor = await lock_supervisor(tx, id)
    supervisor.check_endable(local_date(now))
    deadlines.cancel(tx, id, TERM_ENDING, EXPIRED)
    return record(tx, actor, replace(supervisor, end_reason=reason, end_time=now), SupervisorEnded(), now)


async def find_supervisor(tx: Tx, actor: Actor, id: str) -> Supervisor:
    """The supervisor with this id. Raises NotFound, also for one of a unit out of the actor's sight."""
    if (supervisor := await store.load(tx, id)) is None:
        raise NotFound("监督员", supervisor_name(tx, id))
    check_in_sight(actor, supervisor.unit, "监督员")
    return supervisor


async def lock_supervisor(tx: Tx, id: str) -> Supervisor:
    """The supervisor, locked until the transaction ends. Raises NotFound."""
    if (supervisor := await store.lock(tx, id)) is None:
        raise NotFound("监督员", supervisor_name(tx, id))
    return supervisor


def record(tx: Tx, actor: Actor, supervisor: Supervisor, event: SupervisorEvent, now: datetime) -> Supervisor:
    """Writes a locked supervisor with what happened, as pending writes."""
    after = replace(supervisor, version=supervisor.version + 1)
    store.save(tx, after)
    _append(tx, actor, after, event, now)
    return after


def supervisor_name(tx: Tx, id: str) -> str:
    return f"tenants/{tx.tenant}/supervisors/{id}"


async def _renewed(tx: Tx, nomination: Nomination) -> Supervisor | None:
    return None if nomination.renews is None else await store.load(tx, nomination.renews)


async def _new(tx: Tx, nomination: Nomination, term: Term, now: datetime) -> Supervisor:
    tenant, year = await this_tenant(tx), local_date(now).year
    return Supervisor(
        id=uuid4().hex,
        unit=nomination.unit,
        person=nomination.person,
        account=nomination.account,
        card=Card.numbered(tenant.short_name, year, await store.next_serial(tx, year)),
        term=term,
        nomination=nomination.id,
        appoint_time=now,
        version=1,
    )


def _schedule(tx: Tx, supervisor: Supervisor) -> None:
    deadlines.schedule(tx, TERM_ENDING, supervisor.id, supervisor.term.ending_from)
    deadlines.schedule(tx, EXPIRED, supervisor.id, supervisor.term.expired_from)


def _append(tx: Tx, actor: Actor, supervisor: Supervisor, event: SupervisorEvent, now: datetime) -> None:
    event.supervisor = supervisor_name(tx, supervisor.id)
    event.unit = supervisor.unit
    event.card_number = supervisor.card.number
    event.account = supervisor.account or ""
    event.last_day = str(supervisor.term.last_day)
    event.visible_to = LEVEL_UNIT
    ledger.append(tx, actor, "supervisor", supervisor.id, supervisor.version, event, now)
