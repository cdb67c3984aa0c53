"""Following the gateway's organisation: copies of what it says, and the posts that stand in its units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.common.database import Tx
from services.watch.organisation import copies
from services.watch.organisation.domain import Unit
from services.watch.posts.opening import follow_units


async def copy_units(tx: Tx, units: Sequence[tuple[Unit, int]], now: datetime) -> None:
    """Copies units with their revisions; an older revision than the one here changes nothing.

    A unit that is new gets its post, one that was retired loses it.
    """
    newer = await copies.put_units(tx, units)
    await follow_units(tx, [unit for unit, _ in units if unit.code in newer], now)
