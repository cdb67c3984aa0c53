"""Cadres who retire, or work in another unit from now on: what they held ends by the events of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.common.organisation.domain import Cadre
from services.risk.acting import Acting
from services.risk.inventories.use_cases import lock_in_turn
from services.risk.positions import store
from services.risk.positions.use_cases import keep_ended


async def end_with_cadres(acting: Acting, cadres: Sequence[Cadre], day: date) -> None:
    """The last day of what cadres hold outside of their units, and of everything that who has retired holds: the day on
    which they left, or the first one that they would have held it."""
    working = {each.id: each.unit for each in cadres if not each.retired}
    held = await store.held_by(acting.tx, {each.id for each in cadres})
    there = await store.by_id(acting.tx, {each.position for each in held})
    left = [each for each in held if there[each.position].unit != working.get(each.cadre)]
    if not left:
        return
    await lock_in_turn(acting, {there[each.position].unit for each in left})
    locked = {each.id: each for each in await store.lock_those(acting.tx, {each.position for each in left})}
    for before in await store.lock_holding(acting.tx, {each.id for each in left}):
        ended = before.left(day)
        locked[before.position] = keep_ended(acting, locked[before.position], before, ended)
