"""Who sees a rating, who reads what was written of it, and who answers it (domain §5).

Stars and tags are seen by the people of whom they are, by the town's centre and by the discipline officers. Words are
read by those with whom the rating is: the unit that was rated, until it moves up; what moved up stays hidden below.
"""

from __future__ import annotations

import sqlalchemy as sa

from services.agency.cases.sight import works_at
from services.agency.ratings.domain.follow_up import FollowUp, Organ
from services.agency.ratings.domain.rating import Rating
from services.agency.ratings.store import RATINGS
from services.common.access import Actor, Role, tenant_of_unit

ABOVE = (Role.TOWN_CLERK, Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE)
"""They see the ratings of every unit."""


def sees(actor: Actor, rating: Rating) -> bool:
    """Whether the rating exists for the actor."""
    return actor.has(*ABOVE) or works_at(actor, rating.tenant, rating.unit)


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """`sees` as SQL."""
    if actor.has(*ABOVE):
        return sa.true()
    return RATINGS.c.unit.in_(sorted(actor.scopes(Role.AGENT, Role.WINDOW_CLERK)))


def is_with(actor: Actor, rating: Rating, follow_up: FollowUp | None) -> bool:
    """Whether the actor belongs to those with whom the rating is: they read its words, and answer it."""
    match follow_up.organ if follow_up else Organ.UNIT:
        case Organ.UNIT:
            of_town = tenant_of_unit(rating.unit) == rating.tenant and actor.has(Role.TOWN_CLERK)
            return of_town or works_at(actor, rating.tenant, rating.unit)
        case Organ.CENTRE:
            return actor.has(Role.TOWN_CLERK)
        case Organ.TOWN_DISCIPLINE:
            return actor.has(Role.TOWN_DISCIPLINE)
        case Organ.COUNTY_DISCIPLINE:
            return actor.has(Role.COUNTY_DISCIPLINE)
