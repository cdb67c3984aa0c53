"""Putting typical powers into the inventory of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from services.common.errors import Refused
from services.risk.acting import Acting
from services.risk.inventories import use_cases as inventories
from services.risk.positions import store as positions
from services.risk.positions import use_cases as position_use_cases
from services.risk.positions.domain import Position
from services.risk.power_library.domain import LibraryPower
from services.risk.powers import store as powers
from services.risk.powers import use_cases as power_use_cases
from services.risk.powers.domain import Power

MOST_KEY_AREAS = 20


async def adopt(
    acting: Acting, unit: str, chosen: Sequence[LibraryPower]
) -> tuple[list[tuple[Power, Position]], list[str]]:
    """The powers that were added, each with its position, and the codes of those that were there already. Raises
    NotFound, Refused."""
    inventory = await inventories.own_inventory(acting, unit)
    exercised = await powers.of_unit(acting.tx, unit)
    areas = dict.fromkeys((*inventory.key_areas, *(each.content.key_area for each in chosen if each.content.key_area)))
    if len(areas) > MOST_KEY_AREAS:
        raise Refused("TOO_MANY_KEY_AREAS", f"重点领域最多 {MOST_KEY_AREAS} 个，请先整理本单位的重点领域。")
    await inventories.set_key_areas(acting, unit, [*areas], frozenset())
    there = {(each.section, each.title): each for each in await positions.of_unit(acting.tx, unit)}
    added, present = [], []
    for each in chosen:
        position = there.get(("", each.position))
        if position is None:
            new = Position(id=uuid4().hex, unit=unit, section="", title=each.position, standing=each.standing)
            position = await position_use_cases.create(acting, new)
        others = [power for power in exercised if power.position == position.id]
        if any(power.title == each.content.title for power in others):
            present.append(each.code)
            continue
        power, position = power_use_cases.add(acting, uuid4().hex, position, others, each.content)
        exercised.append(power)
        there["", each.position] = position
        added.append((power, position))
    return added, present
