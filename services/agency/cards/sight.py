"""Who sees what of a card: the point knows to whom it went, those who supervise the point what was said, nobody both.

So a holder need not fear the point that is spoken of, and a point is told by figures how it stands.
"""

from __future__ import annotations

from services.agency.cards.domain import Card
from services.agency.cases.sight import works_at
from services.agency.points.sight import reads_sealed
from services.common.access import Actor, Role


def sees_holder(actor: Actor, tenant: str, card: Card) -> bool:
    return works_at(actor, tenant, card.point)


def sees_satisfaction(actor: Actor, card: Card) -> bool:
    if actor.has(Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE):
        return True
    return card.point in actor.scopes(Role.VOLUNTEER)


def sees_opinion(actor: Actor, tenant: str, card: Card) -> bool:
    """The county sees the words of what is its own only (domain §5)."""
    return reads_sealed(actor, tenant) and sees_satisfaction(actor, card)
