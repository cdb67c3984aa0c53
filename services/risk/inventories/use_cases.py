"""Setting the key areas of a unit, and the inventory in which somebody writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk.v1 import KeyAreasSet

from services.common.errors import NotFound
from services.common.organisation import store as organisation
from services.common.organisation.lookup import this_tenant
from services.common.sight import check_in_sight
from services.risk.acting import Acting
from services.risk.inventories import store
from services.risk.inventories.domain import Inventory
from services.risk.inventories.opening import inventory_name


async def own_inventory(acting: Acting, unit: str) -> Inventory:
    """The inventory of a unit in which the actor writes, locked: what belongs to one unit is written one after the
    other. Raises NotFound, Refused for a retired one."""
    check_in_sight(acting.actor, unit, store.ROWS.called)
    inventory = await store.ROWS.lock(acting.tx, unit)
    inventory.check_open()
    return _in_turn(acting, [inventory])[0]


async def lock_in_turn(acting: Acting, units: Collection[str]) -> None:
    """Locks the inventories of units, whoever acts. Raises NotFound where one has none."""
    locked = await store.lock_those(acting.tx, units)
    if set(units) - locked.keys():
        raise NotFound(store.ROWS.called)
    _in_turn(acting, [*locked.values()])


def _in_turn(acting: Acting, locked: Sequence[Inventory]) -> list[Inventory]:
    """PENDING: what is done now in these inventories stands after all that was done in them, by its time too.

    A call may have begun earlier and waited for the lock, and a clock may be behind that of another process. But what
    was known when a warning was answered, which disposition was the last, and whether a power changed after a meeting
    follow from times.
    """
    acting.now = max(each.next_moment(acting.now) for each in locked)
    after = [replace(each, moment=acting.now) for each in locked]
    for old, new in zip(locked, after, strict=True):
        store.ROWS.save(acting.tx, old, new)
    return after


async def set_key_areas(acting: Acting, unit: str, areas: Sequence[str], in_use: frozenset[str]) -> Inventory:
    """Raises NotFound, Refused. The same again changes nothing."""
    before = await own_inventory(acting, unit)
    after = before.with_key_areas(areas, in_use)
    if after.key_areas == before.key_areas:
        return before
    store.ROWS.save(acting.tx, before, after)
    told = KeyAreasSet(
        inventory=inventory_name(acting.tx.tenant, unit), unit=unit, count=len(areas), visible_to=LEVEL_UNIT
    )
    acting.tell("inventory", unit, after.version, told)
    return after


async def full_title(acting: Acting, unit: str) -> str:
    """What the unit is called, with its town: 景村镇财政所, also where its own name says so; 镇党委 is 景村镇党委."""
    tenant = (await this_tenant(acting.tx)).name
    called = (await organisation.units(acting.tx, [unit]))[unit].name
    return called if called.startswith(tenant) else f"{tenant}{called.removeprefix(tenant[-1])}"
