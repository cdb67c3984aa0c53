"""What follows in the watch service from the gateway's organisation: posts in units, and who handles what is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.common import deadlines
from services.common.database import Tx
from services.common.deadlines import Deadline
from services.common.organisation import store as organisation
from services.common.organisation.consumers import Followers
from services.common.organisation.domain import Unit
from services.common.rpc.call import LONGEST_CALL
from services.watch.posts.opening import follow_units
from services.watch.reports.following import follow_accounts, follow_cadres, follow_retired_units

UNIT_RETIRED = "unit.retired"


async def _follow_units(tx: Tx, units: Sequence[Unit], now: datetime) -> None:
    """A unit that is new gets its post; one that was retired loses it, and the town takes over what was open there.

    A report that is being registered at this moment comes to the unit all the same: it is looked for once more.
    """
    await follow_units(tx, units, now)
    retired = [unit.code for unit in units if unit.retired]
    await follow_retired_units(tx, retired, now)
    for code in retired:
        deadlines.schedule(tx, UNIT_RETIRED, code, now + LONGEST_CALL)


async def unit_retired(tx: Tx, deadline: Deadline, now: datetime) -> None:
    """The town takes over what still came to a unit that was retired."""
    unit = await organisation.unit(tx, deadline.owner)
    if unit is not None and unit.retired:
        await follow_retired_units(tx, [unit.code], now)


FOLLOWERS = Followers(_follow_units, follow_cadres, follow_accounts)
