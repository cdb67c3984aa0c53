"""Changing what a town sets for itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from minshao.common.v1 import LEVEL_TOWN
from minshao.watch.v1 import TownSettingsChanged

from services.common import ledger
from services.common.access import Actor
from services.common.database import Tx
from services.watch.settings import store
from services.watch.settings.domain import TownSettings


async def change(tx: Tx, actor: Actor, changes: dict[str, int], now: datetime) -> TownSettings:
    """Sets the fields that are named; what is as it was leaves no trace.

    Two at once: the ledger takes one version once, and the second is told to read again.
    """
    before = await store.town_settings(tx)
    after = replace(before, **changes)
    if after == before:
        return before
    after = replace(after, version=before.version + 1)
    store.save(tx, after)
    event = TownSettingsChanged(
        receipt_days=after.receipt_days, retention_years=after.retention_years, visible_to=LEVEL_TOWN
    )
    ledger.append(tx, actor, "settings", tx.tenant, after.version, event, now)
    return after
