"""What follows in the watch service from the gateway's organisation: posts in units, and who handles what is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.common.database import Tx
from services.common.organisation.consumers import Followers
from services.common.organisation.domain import Unit
from services.watch.posts.opening import follow_units
from services.watch.reports.following import follow_accounts, follow_cadres, follow_retired_units


async def _follow_units(tx: Tx, units: Sequence[Unit], now: datetime) -> None:
    """A unit that is new gets its post; one that was retired loses it, and the town takes over what was open there."""
    await follow_units(tx, units, now)
    await follow_retired_units(tx, [unit.code for unit in units if unit.retired], now)


FOLLOWERS = Followers(_follow_units, follow_cadres, follow_accounts)
