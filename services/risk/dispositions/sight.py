"""Who acts on dispositions, and who reads their texts (domain §5)."""

from __future__ import annotations

from services.common.access import Actor, Role, is_county
from services.risk.dispositions.domain import Disposition, Severity
from services.risk.levels import Level


def acts_at(actor: Actor, tenant: str) -> Level:
    """The level for which the actor disposes in a tenant."""
    if actor.has(Role.COUNTY_DISCIPLINE):
        return Level.COUNTY
    return Level.TOWN if actor.has(Role.TOWN_DISCIPLINE) and not is_county(tenant) else Level.UNIT


def reads_texts(actor: Actor, tenant: str, disposition: Disposition) -> bool:
    """Whether the actor may read what names people: the leader of the unit, the town's discipline officers; those of
    the county in what is the county's, and what was handed to them."""
    if actor.has(Role.COUNTY_DISCIPLINE):
        county = is_county(tenant) or disposition.checked_by is Level.COUNTY
        return county or disposition.severity is Severity.INVESTIGATION
    return actor.has(Role.TOWN_DISCIPLINE) or disposition.unit in actor.scopes(Role.UNIT_LEADER)
