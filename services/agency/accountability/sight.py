"""Who sees a case of accountability: the officer, the level that decides, and above a town's the county, without texts.

What the county opens in a town is hidden from the town, but for the officer.
"""

from __future__ import annotations

import sqlalchemy as sa

from services.agency.accountability.domain import Case, Level
from services.agency.accountability.store import ACCOUNTABILITY
from services.common.access import Actor, Role

_a = ACCOUNTABILITY.c


def levels_of(actor: Actor) -> frozenset[Level]:
    """The levels whose cases exist for the actor."""
    if actor.has(Role.COUNTY_DISCIPLINE):
        return frozenset(Level)
    return frozenset({Level.TOWN}) if actor.has(Role.TOWN_DISCIPLINE) else frozenset()


def sees(actor: Actor, case: Case) -> bool:
    return actor.name == case.officer or case.level in levels_of(actor)


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """`sees` as SQL."""
    return sa.or_(_a.officer == actor.name, _a.level.in_(sorted(levels_of(actor))))


def decides(actor: Actor, case: Case) -> bool:
    """Whether the actor is of the level that decides; nobody decides what is about themselves."""
    role = Role.COUNTY_DISCIPLINE if case.level is Level.COUNTY else Role.TOWN_DISCIPLINE
    return actor.has(role) and actor.name != case.officer


def reads(actor: Actor, case: Case) -> bool:
    """Whether the texts are meant for the actor."""
    return actor.name == case.officer or decides(actor, case)
