"""What of risk information and warnings a caller sees, beside the units in sight (domain §4, §5): what moved up to a
higher level stays hidden below, and whoever a report is about sees nothing that comes from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from services.common.access import COUNTY_ROLES, TOWN_ROLES, Actor, is_county
from services.risk.levels import Level


def level_of(actor: Actor) -> Level:
    """The level up to which an actor sees matters."""
    if actor.has(*COUNTY_ROLES):
        return Level.COUNTY
    return Level.TOWN if actor.has(*TOWN_ROLES) else Level.UNIT


def sees(actor: Actor, tenant: str, level: Level, cadres: Iterable[str], accounts: Iterable[str]) -> bool:
    """Whether what has this level, and is kept from these cadres and accounts, exists for the actor."""
    about_actor = actor.cadre in {f"tenants/{tenant}/cadres/{each}" for each in cadres}
    return level <= level_of(actor) and not about_actor and actor.name not in accounts


def in_sight(
    actor: Actor, tenant: str, level: sa.Column[Any], cadres: sa.Column[Any], accounts: sa.Column[Any]
) -> list[sa.ColumnElement[bool]]:
    """`sees` as SQL."""
    conditions: list[sa.ColumnElement[bool]] = [
        level <= level_of(actor),
        sa.literal(actor.name) != sa.all_(accounts),
    ]
    home = f"tenants/{tenant}/cadres/"
    if actor.cadre and actor.cadre.startswith(home):
        conditions.append(sa.literal(actor.cadre.removeprefix(home)) != sa.all_(cadres))
    return conditions


def reads_sealed(actor: Actor, tenant: str) -> bool:
    """Whether what lies sealed is meant for the actor, as far as they see what it is of: the county has that of its
    towns without it (domain §5: registers without sealed content)."""
    return is_county(tenant) or not actor.has(*COUNTY_ROLES)


def reads_texts(actor: Actor, tenant: str, level: Level) -> bool:
    """The same of what has a level: the county's officers read in towns what came up to them."""
    return level is Level.COUNTY or reads_sealed(actor, tenant)
