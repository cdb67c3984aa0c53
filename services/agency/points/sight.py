"""For whom sealed words are meant. Which points somebody sees is in `services.common.sight`: people their own,
volunteers the given ones while in term, the offices and the centre of a town all of it."""

from __future__ import annotations

from services.common.access import Actor, Role, is_county


def reads_sealed(actor: Actor, tenant: str) -> bool:
    """Whether what lies sealed is meant for the actor, as far as they see its point: the county has the records of its
    towns without it (domain §5)."""
    return is_county(tenant) or not actor.has(Role.COUNTY_DISCIPLINE)
