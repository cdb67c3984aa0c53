"""Whether a unit stands under a leading group, without which it cannot publish a catalogue (domain §1.1)."""

from __future__ import annotations

from services.common.access import county_of, is_county
from services.common.database import Tx
from services.risk.groups import store


async def has_group_above(tx: Tx, unit: str) -> bool:
    """Whether the unit of this tenant has a group or stands under one: its department's, one that names it, its town's,
    or its county's, under which the towns stand with all their units."""
    if await store.is_above(tx, unit):
        return True
    if is_county(tx.tenant):
        return False
    async with tx.within(county_of(tx.tenant)):
        return await store.of_unit(tx, "") is not None
