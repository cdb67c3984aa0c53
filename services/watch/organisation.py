"""What follows in the watch service from the gateway's organisation: posts in units, who handles what is open,
and no oversight of what is gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from services.common import deadlines
from services.common.database import Tx
from services.common.organisation import store as organisation
from services.common.organisation.consumers import Followers
from services.common.organisation.domain import Unit
from services.common.rpc.call import LONGEST_CALL
from services.watch.oversights.ending import end_with_units
from services.watch.posts.opening import follow_units
from services.watch.reports.entrance import system_acting
from services.watch.reports.following import follow_accounts, follow_cadres, follow_retired_units
from services.watch.watch import Watch

UNIT_RETIRED = "unit.retired"


def followers(watch: Watch) -> Followers:
    """What follows from changes of units, cadres and accounts."""

    async def follow(tx: Tx, units: Sequence[Unit], now: datetime) -> None:
        """A unit that is new gets its post; one that was retired loses it, and the town takes over what was open there.

        A report that is being registered at this moment comes to the unit all the same, and so does an oversight: they
        are looked for once more.
        """
        await follow_units(tx, units, now)
        retired = [unit.code for unit in units if unit.retired]
        await _end_there(watch, tx, retired, now)
        for code in retired:
            deadlines.schedule(tx, UNIT_RETIRED, code, now + LONGEST_CALL)

    return Followers(follow, follow_cadres, follow_accounts)


async def unit_retired(watch: Watch, tx: Tx, code: str, now: datetime) -> None:
    """The same for what still came to a unit that was retired."""
    unit = await organisation.unit(tx, code)
    if unit is not None and unit.retired:
        await _end_there(watch, tx, [code], now)


async def _end_there(watch: Watch, tx: Tx, retired: Collection[str], now: datetime) -> None:
    await follow_retired_units(tx, retired, now)
    await end_with_units(system_acting(watch, tx, now), retired)
