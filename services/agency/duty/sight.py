"""Who plans duty, who declares an absence, and who sees one (domain §5); rosters are seen as points are.

A point's people and those who lead its unit act there; a clerk of the town's centre at every point of the town.
"""

from __future__ import annotations

from collections.abc import Collection

from services.agency.cases.sight import works_at
from services.agency.duty.domain.absence import Absence
from services.common.access import Actor, Role

LEADERS = (Role.UNIT_LEADER, Role.BRANCH_SECRETARY)


def plans(actor: Actor, tenant: str, point: str) -> bool:
    """Whether the actor sets who is on duty at a point."""
    return actor.has(Role.TOWN_CLERK) or works_at(actor, tenant, point) or point in actor.scopes(*LEADERS)


def declares_for(actor: Actor, officer: str, points: Collection[str]) -> bool:
    """Whether the actor may declare, and end, an absence of somebody who works at these points."""
    return actor.name == officer or actor.has(Role.TOWN_CLERK) or not actor.scopes(Role.UNIT_LEADER).isdisjoint(points)


def sees_absence(actor: Actor, absence: Absence) -> bool:
    """Whether the absence exists for the actor."""
    if actor.name in (absence.officer, absence.deputy) or actor.has(Role.TOWN_CLERK):
        return True
    return not absence_points(actor).isdisjoint(absence.points)


def absence_points(actor: Actor) -> frozenset[str]:
    """The codes of the units of whose people the actor sees the absences."""
    return actor.scopes(Role.AGENT, Role.WINDOW_CLERK, Role.UNIT_LEADER)
