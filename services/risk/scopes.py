"""The circles 范围 in which things are shown, and people may speak about them (domain §1.4)."""

from __future__ import annotations

from services.common.access import Actor, Role
from services.common.sight import units_in_sight
from services.common.words import Word


class Scope(Word):
    UNIT = 1, "本单位"
    TOWN = 2, "本镇"
    EVERYBODY = 3, "社会"


def takes_in(scope: Scope, unit: str, actor: Actor) -> bool:
    """Whether the actor is in this circle of a unit: everybody, those of the tenant, or who sees the unit."""
    if scope is Scope.EVERYBODY:
        return True
    if actor.has(Role.CITIZEN):
        return False
    units = units_in_sight(actor)
    return scope is Scope.TOWN or units is None or unit in units
