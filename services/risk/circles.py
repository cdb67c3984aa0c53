"""Whom the circles 范围 take in: who is shown things, and may speak about them (domain §1.4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.common.access import COUNTY_ROLES, DEPARTMENT_ROLES, TOWN_ROLES, UNIT_ROLES, Actor, Role, is_county
from services.risk.scopes import Scope


@dataclass(frozen=True, slots=True)
class Circle:
    """What takes somebody in: what is for these scopes, and all of these units; None for every unit."""

    scopes: frozenset[Scope]
    own_units: Collection[str] | None

    def takes_in(self, scope: Scope, unit: str) -> bool:
        return scope in self.scopes or self.own_units is None or unit in self.own_units

    def rows(self, scope: sa.Column[Any], unit: sa.Column[str]) -> sa.ColumnElement[bool]:
        """`takes_in` as SQL."""
        if self.own_units is None:
            return sa.true()
        return sa.or_(scope.in_(sorted(self.scopes)), unit.in_(sorted(self.own_units)))


def shown_to(actor: Actor, tenant: str) -> Circle:
    """What they are shown: what is for all, those of the tenant what is for it, who sees a unit everything of it."""
    if actor.has(*_SEE_EVERY_UNIT):
        return Circle(_scopes(actor, tenant), None)
    return Circle(_scopes(actor, tenant), actor.scopes(*_OF_A_UNIT))


def heard_from(actor: Actor, tenant: str) -> Circle:
    """About what they may speak: what they are shown; those of the county in a town only what is for everybody."""
    if _belongs(actor, tenant):
        return shown_to(actor, tenant)
    return Circle(_scopes(actor, tenant), frozenset())


_SEE_EVERY_UNIT = (TOWN_ROLES | {Role.COUNTY_DISCIPLINE}) - {Role.TOWN_CLERK}
"""A clerk of the town's centre sees its cases, and no inventory of a unit."""
_OF_A_UNIT = (UNIT_ROLES | DEPARTMENT_ROLES) - {Role.VOLUNTEER}
"""A volunteer supervisor inspects a point, and is nobody of its unit."""


def _scopes(actor: Actor, tenant: str) -> frozenset[Scope]:
    return frozenset({Scope.EVERYBODY, Scope.TOWN} if _belongs(actor, tenant) else {Scope.EVERYBODY})


def _belongs(actor: Actor, tenant: str) -> bool:
    """Whether the actor has an account of the tenant. Those of the county count in its towns, and are none of them."""
    of_the_county = is_county(tenant) and actor.has(*COUNTY_ROLES, *DEPARTMENT_ROLES)
    return of_the_county or actor.has(*UNIT_ROLES, *TOWN_ROLES)
