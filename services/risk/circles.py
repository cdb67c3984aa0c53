"""Whom the circles 范围 take in: who is shown things, and may speak about them (domain §1.4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.common.access import Actor, Role
from services.common.sight import units_in_sight
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


def circle_of(actor: Actor) -> Circle:
    """Everybody is taken in by what is for all, those of the tenant by what is for it, who sees a unit by its own."""
    if actor.has(Role.CITIZEN):
        return Circle(frozenset({Scope.EVERYBODY}), frozenset())
    return Circle(frozenset({Scope.EVERYBODY, Scope.TOWN}), units_in_sight(actor))


def takes_in(scope: Scope, unit: str, actor: Actor) -> bool:
    """Whether the actor is in this circle of a unit."""
    return circle_of(actor).takes_in(scope, unit)
