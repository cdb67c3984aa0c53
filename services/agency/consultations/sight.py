"""Who sees a consultation, and who answers it (domain §5): the people of its point; the centre of the town sees that
there is one."""

from __future__ import annotations

import sqlalchemy as sa

from services.agency.cases.sight import works_at
from services.agency.consultations.domain import Consultation
from services.agency.consultations.store import CONSULTATIONS
from services.common.access import Actor, Role

_c = CONSULTATIONS.c


def sees(actor: Actor, consultation: Consultation) -> bool:
    """Whether the consultation exists for the actor."""
    return actor.has(Role.TOWN_CLERK) or answers(actor, consultation)


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """`sees` as SQL."""
    if actor.has(Role.TOWN_CLERK):
        return sa.true()
    units = sorted(actor.scopes(Role.AGENT, Role.WINDOW_CLERK))
    return sa.or_(_c.owner == actor.name, _c.point.in_(units))


def answers(actor: Actor, consultation: Consultation) -> bool:
    """Whether the actor reads what was asked, and answers it: who answers for it, and the people of its point."""
    return actor.name == consultation.owner or works_at(actor, consultation.tenant, consultation.point)
