"""What of risk information and warnings a caller sees, beside the units in sight (domain §4, §5): what moved up to a
higher level stays hidden below, and whoever a report is about sees nothing that comes from it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from services.common.access import COUNTY_ROLES, TOWN_ROLES, Actor, is_county
from services.risk.kept import Kept, units_kept_from
from services.risk.levels import Level


def level_of(actor: Actor) -> Level:
    """The level up to which an actor sees matters."""
    if actor.has(*COUNTY_ROLES):
        return Level.COUNTY
    return Level.TOWN if actor.has(*TOWN_ROLES) else Level.UNIT


def sees(actor: Actor, tenant: str, thing: Kept) -> bool:
    """Whether what is kept from people of a tenant exists for the actor."""
    about_actor = actor.cadre in {f"tenants/{tenant}/cadres/{each}" for each in thing.cadres}
    about_units = not actor.belongs_to.isdisjoint(units_kept_from(thing))
    return thing.level <= level_of(actor) and not (about_actor or about_units or actor.name in thing.accounts)


def in_sight(
    actor: Actor, tenant: str, kept: ReadOnlyColumnCollection[str, sa.Column[Any]]
) -> list[sa.ColumnElement[bool]]:
    """`sees` as SQL, of rows with these columns."""
    conditions: list[sa.ColumnElement[bool]] = [
        kept.level <= level_of(actor),
        sa.literal(actor.name) != sa.all_(kept.accounts),
    ]
    home = f"tenants/{tenant}/cadres/"
    if actor.cadre and actor.cadre.startswith(home):
        conditions.append(sa.literal(actor.cadre.removeprefix(home)) != sa.all_(kept.cadres))
    if actor.belongs_to:
        conditions.append(sa.or_(kept.level == Level.UNIT, sa.not_(kept.units.overlap(sorted(actor.belongs_to)))))
    return conditions


def reads_sealed(actor: Actor, tenant: str) -> bool:
    """Whether what lies sealed is meant for the actor, as far as they see what it is of: the county has that of its
    towns without it (domain §5: registers without sealed content)."""
    return is_county(tenant) or not actor.has(*COUNTY_ROLES)


def reads_texts(actor: Actor, tenant: str, level: Level) -> bool:
    """The same of what has a level: the county's officers read in towns what came up to them."""
    return level is Level.COUNTY or reads_sealed(actor, tenant)
