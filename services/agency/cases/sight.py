"""Who sees a case, and who works on it (domain §5): people of its point and its desks, and the centre of the town.

Discipline officers oversee: of each case they see where it stands and its dates, and neither who applied nor any text.
"""

from __future__ import annotations

from services.agency.cases.domain.case import Case, Outcome
from services.common.access import CENTRE, Actor, Role

OVERSEEING = (Role.TOWN_CLERK, Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE)
"""Who sees every case of the town."""


def works_at(actor: Actor, tenant: str, unit: str) -> bool:
    """Whether the actor works at the point or the window in a unit."""
    if unit in actor.scopes(Role.AGENT, Role.WINDOW_CLERK):
        return True
    return actor.has(Role.TOWN_CLERK) and unit == f"{tenant}.{CENTRE}"


def sees(actor: Actor, case: Case) -> bool:
    """Whether the case exists for the actor."""
    desks = {case.point, *(part.desk for part in case.parts)}
    if actor.has(*OVERSEEING) or actor.name in (case.owner, case.offered_to):
        return True
    return any(works_at(actor, case.tenant, desk) for desk in desks)


def receives(actor: Actor, case: Case) -> bool:
    """Whether the actor acts for the applicant: who answers for the case, and the people of its point."""
    return actor.name == case.owner or works_at(actor, case.tenant, case.point)


def handles(actor: Actor, case: Case) -> bool:
    """Whether the actor works at the point, or at a desk that the case has come to."""
    begun = {part.desk for part in case.parts if part.start is not None}
    return receives(actor, case) or any(works_at(actor, case.tenant, desk) for desk in begun)


def desk_of(actor: Actor, case: Case) -> str:
    """The desk at which the actor has the case in hands; empty where it is at none of theirs."""
    return next((part.desk for part in case.parts if part.running and works_at(actor, case.tenant, part.desk)), "")


def decides(actor: Actor, case: Case, outcome: Outcome) -> bool:
    """Whether the outcome is the actor's to record: a refusal that of a desk at work once the case was accepted, all
    else that of those who act for the applicant and bring the result back."""
    if outcome is Outcome.REFUSED and case.accept_date is not None:
        return any(part.running and works_at(actor, case.tenant, part.desk) for part in case.parts)
    return receives(actor, case)
