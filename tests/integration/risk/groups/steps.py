"""Leading groups of a town, of its county and of a department, with who is in them."""

from __future__ import annotations

from typing import Any

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from services.common.access import Role
from tests.integration.risk.house import House

Member = pb.RiskGroupMember
LEADERS = {"party": "town", "commission": "county", "department-leader": "county"}
"""Who leads a group, and of which tenant it is."""


async def appoint_leader(house: House) -> None:
    """The county's finance department gets a leader, and its civil-affairs department a risk officer."""
    await house.person("department-leader", Role.UNIT_LEADER, house.unit("finance", house.county), house.county)
    neighbour = house.unit("civil-affairs", house.county)
    await house.person("department-neighbour", Role.RISK_OFFICER, neighbour, house.county)


def tenant(house: House, who: str) -> str:
    return house.county if LEADERS[who] == "county" else house.town


def units(house: House, *slugs: str, tenant: str = "") -> list[str]:
    """Resource names of units, of the county unless something else is said."""
    tenant = tenant or house.county
    return [f"tenants/{tenant}/units/{house.unit(slug, tenant)}" for slug in slugs]


async def group(house: House, who: str = "party", **facts: Any) -> pb.RiskGroup:
    """The group that somebody leads."""
    if who == "department-leader":
        facts = {"unit": units(house, "finance")[0], **facts}
    request = pb.CreateRiskGroupRequest(parent=f"tenants/{tenant(house, who)}", **facts)
    made: pb.RiskGroup = (await house(who, request)).risk_group
    return made


async def member(
    house: House, group: pb.RiskGroup, cadre: str = "wang-lei", who: str = "party", **facts: Any
) -> Member:
    """A member of a group: a plain one since January unless the facts say otherwise."""
    name = await cadre_of(house, tenant(house, who), cadre)
    added: Member = (await house(who, adding(group.name, name, **facts))).risk_group_member
    return added


def adding(group: str, cadre: str, **facts: Any) -> pb.AddRiskGroupMemberRequest:
    facts = {"duty": Member.DUTY_MEMBER, "first_day": "2026-01-05", **facts}
    return pb.AddRiskGroupMemberRequest(risk_group=group, cadre=cadre, **facts)


async def cadre_of(house: House, tenant: str, id: str, **facts: Any) -> str:
    """A cadre of the finance office, or of the finance department, of whom the service has heard."""
    name = f"tenants/{tenant}/cadres/{id}"
    told = gateway.Cadre(
        name=name, display_name=id, unit=units(house, "finance", tenant=tenant)[0], position="干事", revision=1, **facts
    )
    await house.hear_in(tenant, gateway.CadreChanged(cadre=told, visible_to=common.LEVEL_UNIT))
    return name
