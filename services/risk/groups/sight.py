"""Who sees a leading group, and who leads it (domain §5): a town's is led by its party committee, the county's by its
discipline commission, a department's by who leads the department. People of a unit see those under which it stands."""

from __future__ import annotations

from services.common.access import Actor, Role, is_county
from services.common.errors import Denied
from services.common.sight import units_in_sight
from services.risk.groups.store import Conditions, above


def in_sight(actor: Actor) -> Conditions:
    """What holds for the groups that the actor sees in a tenant."""
    units = units_in_sight(actor)
    return [] if units is None else [above(units)]


def check_leads(actor: Actor, tenant: str, unit: str) -> None:
    """Raises Denied for whoever does not lead the group of the department; of the town or the county for no unit."""
    if not (_leads_department(actor, unit) if unit else _leads_tenant(actor, tenant)):
        raise Denied("领导小组由设立它的镇党委、县纪委或者部门领导管理。", "NOT_OWN_GROUP")


def _leads_department(actor: Actor, unit: str) -> bool:
    return unit in actor.scopes(Role.UNIT_LEADER)


def _leads_tenant(actor: Actor, tenant: str) -> bool:
    return actor.has(Role.COUNTY_DISCIPLINE if is_county(tenant) else Role.TOWN_PARTY_COMMITTEE)
