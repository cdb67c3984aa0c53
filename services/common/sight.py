"""Which units a caller sees in a tenant (domain §5): people of a unit their own, of the town and the county all.

Those of a county department see what their own window has in each tenant.
"""

from __future__ import annotations

from services.common.access import COUNTY_ROLES, DEPARTMENT_ROLES, TOWN_ROLES, UNIT_ROLES, Actor
from services.common.errors import NotFound


def units_in_sight(actor: Actor) -> frozenset[str] | None:
    """The codes of the units that the actor sees; None: every unit of the tenant."""
    if actor.has(*TOWN_ROLES, *COUNTY_ROLES):
        return None
    return actor.scopes(*UNIT_ROLES, *DEPARTMENT_ROLES)


def check_in_sight(actor: Actor, unit: str, what: str) -> None:
    """Raises NotFound for what belongs to a unit out of sight; `what` is the Chinese word for it."""
    units = units_in_sight(actor)
    if units is not None and unit not in units:
        raise NotFound(what)


def narrowed(actor: Actor, unit: str) -> frozenset[str] | None:
    """The units in sight, narrowed to the one that a list asks for; an empty code asks for all."""
    units = units_in_sight(actor)
    if not unit:
        return units
    return frozenset({unit}) if units is None else units & {unit}
