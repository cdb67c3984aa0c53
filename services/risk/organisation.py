"""What follows in the risk service from the gateway's organisation: an inventory for each unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.common.database import Tx
from services.common.organisation.consumers import Followers
from services.common.organisation.domain import Unit
from services.risk.inventories.opening import follow_units


async def _follow(tx: Tx, units: Sequence[Unit], now: datetime) -> None:
    await follow_units(tx, units, now)


FOLLOWERS = Followers(units=_follow)
