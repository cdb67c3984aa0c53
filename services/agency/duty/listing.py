"""Lists of rosters and of absences: what a caller sees, filtered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.agency.duty import store
from services.agency.duty.domain.absence import Absence
from services.agency.duty.domain.roster import Roster, State
from services.agency.duty.sight import absence_points
from services.agency.duty.store import ABSENCES, ROSTERS, SHIFTS
from services.common.access import Actor, Role
from services.common.database import Tx
from services.common.keyset import following
from services.common.sight import narrowed

_r, _s, _a = ROSTERS.c, SHIFTS.c, ABSENCES.c

Position = tuple[date, str]
"""Where something stands: by its day, then by its point's unit or its id."""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is read."""

    after: Position | None
    descending: bool
    limit: int

    def of(
        self, chosen: sa.Select[*tuple[object, ...]], day: sa.Column[Any], key: sa.Column[Any]
    ) -> sa.Select[*tuple[object, ...]]:
        """The chosen rows that lie in it, by their day and then by the key."""
        return following(chosen, (day, key), self.after, self.limit, descending=self.descending)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFilter:
    """Which rosters; empty: no matter."""

    point: str = ""
    first_day: date | None = None
    last_day: date | None = None
    missed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceFilter:
    """Which absences; empty: no matter."""

    officer: str = ""
    point: str = ""
    day: date | None = None


async def list_rosters(tx: Tx, actor: Actor, wanted: RosterFilter, window: Window) -> list[Roster]:
    """The rosters that the actor sees."""
    chosen = sa.select(ROSTERS).where(_r.tenant == tx.tenant)
    if (points := narrowed(actor, wanted.point)) is not None:
        chosen = chosen.where(_r.point.in_(sorted(points)))
    if wanted.first_day:
        chosen = chosen.where(_r.day >= wanted.first_day)
    if wanted.last_day:
        chosen = chosen.where(_r.day <= wanted.last_day)
    if wanted.missed:
        of_roster = (_s.tenant == _r.tenant, _s.point == _r.point, _s.day == _r.day)
        chosen = chosen.where(sa.exists().where(*of_roster, _s.state == State.MISSED))
    return await store.rosters_of(tx, await tx.rows(window.of(chosen, _r.day, _r.point)))


async def list_absences(tx: Tx, actor: Actor, wanted: AbsenceFilter, window: Window) -> list[Absence]:
    """The absences that the actor sees."""
    chosen = sa.select(ABSENCES).where(_a.tenant == tx.tenant, _visible(actor))
    if wanted.officer:
        chosen = chosen.where(_a.officer == wanted.officer)
    if wanted.point:
        chosen = chosen.where(_a.points.contains([wanted.point]))
    if wanted.day:
        running = sa.func.coalesce(_a.return_day > wanted.day, sa.true())
        chosen = chosen.where(_a.first_day <= wanted.day, _a.last_day >= wanted.day, running)
    return await store.ABSENCE_ROWS.of(tx, window.of(chosen, _a.first_day, _a.id))


def _visible(actor: Actor) -> sa.ColumnElement[bool]:
    """`sight.sees_absence` as SQL."""
    if actor.has(Role.TOWN_CLERK):
        return sa.true()
    own = sa.or_(_a.officer == actor.name, _a.deputy == actor.name)
    return sa.or_(own, _a.points.overlap(sorted(absence_points(actor))))
