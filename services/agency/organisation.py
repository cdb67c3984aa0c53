"""What follows in the agency service from the gateway's organisation: a point in each unit that has one, nothing due of
a retired one, nobody in the leading group who has retired, and somebody who answers for each open case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from services.agency.acting import Acting
from services.agency.agency import Agency
from services.agency.cases.acting import acting_of
from services.agency.cases.transferring import hand_over_unowned
from services.agency.commitments.use_cases import end_with_point as end_letters
from services.agency.groups.use_cases import end_with_cadres
from services.agency.inspections.acting import system_acting
from services.agency.inspections.use_cases import end_with_point as end_findings
from services.agency.items.use_cases import announce_window_gone
from services.agency.points.domain import Tier
from services.agency.points.opening import follow_units
from services.common import deadlines
from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.organisation.consumers import Followers
from services.common.organisation.domain import Account, Cadre, Unit
from services.common.rpc.call import LONGEST_CALL
from services.common.tokens import LIFETIME

ACCOUNTS_CHANGED = "accounts.changed"
"""The kind of the deadlines after a change of accounts."""

CASES_LEFT = "cases.left"
"""The kind of the deadline, at once, of those cases without owner that are more than one transaction hands over."""


def followers(agency: Agency) -> Followers:
    """What follows from changes of units, cadres and accounts."""

    async def follow(tx: Tx, units: Sequence[Unit], now: datetime) -> None:
        for point in await follow_units(tx, units, now):
            await end_findings(await system_acting(agency, tx, now), point.unit)
            await end_letters(Acting(agency, tx, SYSTEM("agency"), now), point.unit)
            if point.tier is Tier.COUNTY:
                await announce_window_gone(tx, SYSTEM("agency"), point.unit, now)

    async def follow_accounts(tx: Tx, accounts: Sequence[Account], now: datetime) -> None:
        # A case that is being received at this moment by somebody who has gone is looked for once more, and again when
        # no token of theirs is good any more.
        await owners_gone(agency, tx, now)
        if accounts:
            deadlines.schedule(tx, ACCOUNTS_CHANGED, tx.tenant, now + LONGEST_CALL)
            deadlines.schedule(tx, ACCOUNTS_CHANGED, f"{tx.tenant}/tokens", now + LIFETIME + LONGEST_CALL)

    async def follow_cadres(tx: Tx, cadres: Sequence[Cadre], day: date, now: datetime) -> None:
        await end_with_cadres(Acting(agency, tx, SYSTEM("agency"), now), cadres, day)

    return Followers(units=follow, cadres=follow_cadres, accounts=follow_accounts)


async def owners_gone(agency: Agency, tx: Tx, now: datetime) -> None:
    """Hands over what they left behind, and goes on at once where that is much."""
    if await hand_over_unowned(await acting_of(agency, tx, SYSTEM("agency"), now)):
        deadlines.schedule(tx, CASES_LEFT, tx.tenant, now)
