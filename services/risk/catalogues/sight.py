"""Who sees an edition: the people of the unit and above, and whom its scope takes in (domain §1.4, §1.6)."""

from __future__ import annotations

from services.common.access import Actor, Role


def sees_unit(actor: Actor, unit: str) -> bool:
    """Whether the actor sees the drafts of a unit, and who voted how on its editions. Published editions are shown to
    roles that see no unit's inventory, too."""
    if actor.has(Role.TOWN_PARTY_COMMITTEE, Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE):
        return True
    return unit in actor.scopes(Role.RISK_OFFICER, Role.UNIT_LEADER)
