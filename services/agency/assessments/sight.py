"""Who sees which figures (domain §5): officers their own, a centre its points and town, a window its department."""

from __future__ import annotations

from services.agency.assessments.domain import Figure, SubjectKind
from services.common.access import CENTRE, Actor, Role, is_county

JUDGES = (Role.TOWN_PARTY_COMMITTEE, Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE)
"""They lead or supervise, and see all."""
OFFICERS = (Role.AGENT, Role.TOWN_CLERK, Role.WINDOW_CLERK)


def in_sight(actor: Actor, kind: SubjectKind) -> frozenset[str] | None:
    """The subjects of a kind whose figures the actor sees; None: every one of the tenant."""
    if actor.has(*JUDGES):
        return None
    if actor.has(Role.COUNTY_VIEWER) and kind is not SubjectKind.OFFICER:
        return None
    if actor.has(Role.TOWN_CLERK) and kind in (SubjectKind.POINT, SubjectKind.TOWN):
        return None
    return own(actor, kind)


def own(actor: Actor, kind: SubjectKind) -> frozenset[str]:
    """The subjects that the actor is, or works at."""
    match kind:
        case SubjectKind.OFFICER:
            return frozenset({actor.name} if actor.has(*OFFICERS) else ())
        case SubjectKind.POINT:
            centres = {f"{town}.{CENTRE}" for town in actor.scopes(Role.TOWN_CLERK)}
            return actor.scopes(Role.AGENT, Role.WINDOW_CLERK) | centres
        case SubjectKind.TOWN:
            return actor.scopes(Role.TOWN_CLERK)
        case SubjectKind.DEPARTMENT:
            return actor.scopes(Role.WINDOW_CLERK)


def consequences_in_sight(actor: Actor, kind: SubjectKind) -> frozenset[str] | None:
    """The subjects of a kind whose rewards and penalties the actor sees; None: every one."""
    return None if actor.has(*JUDGES) else own(actor, kind)


TOLD_WHICH = {
    Figure.CARDS_DISSATISFIED: frozenset({Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE}),
    Figure.BAD_RATINGS: frozenset({*OFFICERS, Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE}),
    Figure.STARS: frozenset({*OFFICERS, Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE}),
}
"""Who is told which cards and cases somebody was content with, or not: as their own features tell it. A point knows to
whom its cards went, so that it must not learn which of them was dissatisfied."""


def explained_to(actor: Actor, figure: Figure) -> bool:
    """Whether the actor may see the rows behind a figure that they see."""
    return figure not in TOLD_WHICH or actor.has(*TOLD_WHICH[figure])


def reads_texts(actor: Actor, tenant: str, recorder: str) -> bool:
    """Whether the actor, who sees a consequence, reads why and by whom. In a town the county sees what lies sealed only
    where it is its own (domain §5)."""
    if actor.has(Role.COUNTY_DISCIPLINE) and not is_county(tenant):
        return actor.name == recorder
    return True
