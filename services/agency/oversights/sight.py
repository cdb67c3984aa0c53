"""For whom an urging or oversight exists, and who stands above a desk (domain §5)."""

from __future__ import annotations

import sqlalchemy as sa

from services.agency.cases.domain.case import Case
from services.agency.cases.sight import receives, works_at
from services.agency.cases.store import CASES
from services.agency.oversights.domain.oversight import CaseOversight, Overseer
from services.agency.oversights.store import CASE_OVERSIGHTS
from services.common.access import Actor, Role

OVERSEERS = {
    Role.TOWN_CLERK: Overseer.CENTRE,
    Role.TOWN_DISCIPLINE: Overseer.TOWN_DISCIPLINE,
    Role.COUNTY_DISCIPLINE: Overseer.COUNTY_DISCIPLINE,
}

_o, _c = CASE_OVERSIGHTS.c, CASES.c


def overseer_of(actor: Actor) -> Overseer | None:
    """As whom the actor stands above desks; None for who stands above none."""
    return max((overseer for role, overseer in OVERSEERS.items() if actor.has(role)), default=None)


def sees_oversight(actor: Actor, case: Case, oversight: CaseOversight) -> bool:
    """Who stands above, who acts for the applicant, and the desk that is asked. Other desks of the route do not."""
    if overseer_of(actor) is not None or receives(actor, case):
        return True
    return works_at(actor, case.tenant, oversight.desk)


def in_sight(actor: Actor, tenant: str) -> sa.ColumnElement[bool]:
    """`sees_oversight` as SQL."""
    if overseer_of(actor) is not None:
        return sa.true()
    units = sorted(actor.scopes(Role.AGENT, Role.WINDOW_CLERK))
    acts_for_it = sa.or_(_c.owner == actor.name, _c.point.in_(units))
    of_such = sa.exists().where(_c.tenant == tenant, _c.id == _o.case, acts_for_it)
    return sa.or_(_o.desk.in_(units), of_such)
