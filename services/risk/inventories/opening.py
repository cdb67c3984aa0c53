"""Inventories come and go with their units, by the events of the organisation and never by hand (domain §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk.v1 import InventoryOpened, InventoryRetired

from services.common import ledger
from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.organisation.domain import Unit
from services.risk.inventories import store
from services.risk.inventories.domain import Inventory


async def follow_units(tx: Tx, units: Iterable[Unit], now: datetime) -> list[str]:
    """Opens the inventories of units that have none, each once; retires those of retired units, and returns which units
    these are."""
    retired = {unit.code: unit.retired for unit in units}
    there = await store.lock_those(tx, retired) if retired else {}
    for code, gone in retired.items():
        before = there.get(code)
        if before is None and not gone:
            opened = Inventory(id=code, open_time=now, moment=now)
            store.ROWS.insert(tx, opened)
            _tell(tx, opened, now)
        if before is not None and before.retired is not gone:
            changed = replace(before, retired=gone, version=before.version + 1)
            store.ROWS.save(tx, before, changed)
            _tell(tx, changed, now)
    return [code for code, before in there.items() if retired[code] and not before.retired]


def _tell(tx: Tx, inventory: Inventory, now: datetime) -> None:
    told = (InventoryRetired if inventory.retired else InventoryOpened)(
        inventory=inventory_name(tx.tenant, inventory.id), unit=inventory.id, visible_to=LEVEL_UNIT
    )
    ledger.append(tx, SYSTEM("risk"), "inventory", inventory.id, inventory.version, told, now)


def inventory_name(tenant: str, unit: str) -> str:
    return f"tenants/{tenant}/inventories/{unit}"
