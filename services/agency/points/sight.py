"""The points whose affairs somebody sees (domain §5): people theirs, volunteers the given ones, offices all."""

from __future__ import annotations

from services.agency.points.domain import CENTRE
from services.common.access import Actor, Role, is_county

PEOPLE = (Role.AGENT, Role.WINDOW_CLERK)
"""Whose scope is the unit of the point where they work; a town's clerks work at its centre."""

ABOVE = (Role.TOWN_PARTY_COMMITTEE, Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE)


def points_in_sight(actor: Actor, tenant: str) -> frozenset[str] | None:
    """The units of the points that the actor sees in a tenant; None: every point. What the volunteer's role counts for
    has been narrowed to their term before."""
    if actor.has(*ABOVE):
        return None
    centre = {f"{tenant}.{CENTRE}"} if actor.has(Role.TOWN_CLERK) else frozenset[str]()
    return actor.scopes(*PEOPLE, Role.VOLUNTEER) | centre


def reads_words(actor: Actor, tenant: str) -> bool:
    """Whether what lies sealed is meant for the actor, as far as they see its point: the county's officers look at
    towns without it (domain §5)."""
    return is_county(tenant) or not actor.has(Role.COUNTY_DISCIPLINE)


def narrowed(actor: Actor, tenant: str, point: str) -> frozenset[str] | None:
    """The points in sight, narrowed to the one that a list asks for; an empty code asks for all."""
    points = points_in_sight(actor, tenant)
    if not point:
        return points
    return frozenset({point}) if points is None else points & {point}
