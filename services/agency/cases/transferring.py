"""From one owner to the next (首问负责): by named acceptance, one by one or all that an absent officer had; and without
being asked only from somebody who has gone.

Until somebody accepts, the owner answers for a case. There is no moment in which nobody does.
"""

from __future__ import annotations

from minshao.agency.v1 import CaseHandedOver, CaseOffered, CaseOfferWithdrawn, CaseTaken

from services.agency.cases import store
from services.agency.cases.acting import Acting
from services.agency.cases.domain.case import Case
from services.agency.duty.store import absent
from services.agency.points import store as points
from services.agency.points.officers import succeeding, works
from services.common.errors import Denied, NotFound, Refused
from services.common.organisation import store as organisation
from services.common.organisation.domain import Account

AT_ONCE = 200
"""So many cases are handed over in one transaction."""


async def offer_case(acting: Acting, id: str, to: str) -> Case:
    """The owner asks another to take it over. Raises Denied for others, NotFound and Refused for whom it cannot be."""
    account = await organisation.hold_account(acting.tx, to)
    case = await acting.seen(id)
    if case.owner != acting.actor.name:
        raise Denied("只有首问责任人可以移交。", "NOT_OWNER")
    await check_takes(acting, to, account)
    return acting.record(case, case.offered(to), CaseOffered(to=to))


async def take_case(acting: Acting, id: str) -> Case:
    """Accepts by name what was offered; also somebody of another point, who sees it from here on by that."""
    account = await organisation.hold_account(acting.tx, acting.actor.name)
    case = await store.lock(acting.tx, id)
    if case.offered_to != acting.actor.name:
        raise NotFound("代理件", reason="NO_CASE")
    await check_takes(acting, acting.actor.name, account)
    return _taken(acting, case)


async def offer_all(acting: Acting, owner: str, to: str) -> None:
    """Asks somebody to take over every open case of an owner who is absent."""
    for case in await store.open_of(acting.tx, owner):
        if case.offered_to != to:
            acting.record(case, case.offered(to), CaseOffered(to=to))


async def withdraw_offers(acting: Acting, owner: str, to: str) -> None:
    """Asks somebody no longer for what an owner, who is back, still answers for."""
    for case in await store.open_of(acting.tx, owner):
        if case.offered_to == to:
            acting.record(case, case.kept(), CaseOfferWithdrawn(to=to))


async def take_all(acting: Acting, owner: str) -> list[Case]:
    """Accepts by name every case of an owner that is offered to the actor."""
    offered = [case for case in await store.open_of(acting.tx, owner) if case.offered_to == acting.actor.name]
    return [_taken(acting, case) for case in offered]


async def hand_over_unowned(acting: Acting) -> bool:
    """Finds somebody for open cases whose owner has gone: nobody can accept it from one who is not there. At most
    `AT_ONCE` of them, with the same few queries however many they are; tells whether there may be more.

    Where nobody works in the tenant's agency at all they stay, until somebody does.
    """
    cases = await store.unowned(acting.tx, AT_ONCE)
    known = await points.load_those(acting.tx, {case.point for case in cases})
    successors = {unit: await succeeding(acting.tx, point, acting.now) for unit, point in known.items()}
    gone = await organisation.accounts(acting.tx, {case.owner for case in cases})
    for case in cases:
        if (to := successors[case.point]) is None:
            return False
        disabled = gone[case.owner].disabled
        why = CaseHandedOver.WHY_DISABLED if disabled else CaseHandedOver.WHY_ROLE_LOST
        acting.record(case, case.handed_over(to), CaseHandedOver(from_owner=case.owner, to=to, why=why))
    return len(cases) == AT_ONCE


async def check_takes(acting: Acting, name: str, account: Account | None) -> None:
    """Raises NotFound or Refused unless somebody works in the tenant's agency, and is not absent today.

    Whoever asks holds the account until the commit, before any case is locked, as the event that changes it does.
    """
    if account is None:
        raise NotFound("账号", name)
    if not works(account):
        raise Refused("NOT_AN_AGENT", "只能移交给在岗的代理点（窗口）工作人员。", account=name)
    if await absent(acting.tx, [name], acting.today):
        raise Refused("ABSENT", "该人员今天请假，不能接收代理件。", account=name)


def _taken(acting: Acting, case: Case) -> Case:
    return acting.record(case, case.taken(acting.actor.name), CaseTaken(from_owner=case.owner))
