"""Following the gateway's organisation: copies of what it says, the posts in its units, and who handles what is open.

An older revision than the one here changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.common.database import Tx
from services.watch.organisation import copies
from services.watch.organisation.domain import Account, Cadre, Unit
from services.watch.posts.opening import follow_units
from services.watch.reports.following import follow_accounts, follow_cadres, follow_retired_units


async def copy_units(tx: Tx, units: Sequence[tuple[Unit, int]], now: datetime) -> None:
    """Copies units with their revisions. One that is new gets its post, one that was retired loses it, and the town
    takes over what was open there."""
    codes = await copies.put_units(tx, units)
    newer = [unit for unit, _ in units if unit.code in codes]
    await follow_units(tx, newer, now)
    await follow_retired_units(tx, [unit.code for unit in newer if unit.retired], now)


async def copy_cadres(tx: Tx, cadres: Sequence[tuple[Cadre, int]], now: datetime) -> None:
    """Copies cadres with their revisions; reports about those who have become leaders go to who handles these."""
    ids = await copies.put_cadres(tx, cadres)
    await follow_cadres(tx, [cadre for cadre, _ in cadres if cadre.id in ids], now)


async def copy_accounts(tx: Tx, accounts: Sequence[tuple[Account, int]], now: datetime) -> None:
    """Copies accounts with their revisions; reports whose officer can handle them no more wait for another one."""
    names = await copies.put_accounts(tx, accounts)
    await follow_accounts(tx, [account for account, _ in accounts if account.name in names], now)
