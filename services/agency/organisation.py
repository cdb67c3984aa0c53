"""What follows in the agency service from the gateway's organisation: a point in each unit that has one, and somebody
who answers for each open case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.agency.agency import Agency
from services.agency.cases.acting import acting_of
from services.agency.cases.transferring import hand_over_unowned
from services.agency.points.opening import follow_units
from services.common import deadlines
from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.organisation.consumers import Followers
from services.common.organisation.domain import Account
from services.common.rpc.call import LONGEST_CALL
from services.common.tokens import LIFETIME

ACCOUNTS_CHANGED = "accounts.changed"
"""The kind of the deadlines after a change of accounts."""


def followers(agency: Agency) -> Followers:
    """What follows from changes of units and accounts."""

    async def follow_accounts(tx: Tx, accounts: Sequence[Account], now: datetime) -> None:
        # A case that is being received at this moment by somebody who has gone is looked for once more, and again when
        # no token of theirs is good any more.
        await owners_gone(agency, tx, now)
        if accounts:
            deadlines.schedule(tx, ACCOUNTS_CHANGED, tx.tenant, now + LONGEST_CALL)
            deadlines.schedule(tx, ACCOUNTS_CHANGED, f"{tx.tenant}/tokens", now + LIFETIME + LONGEST_CALL)

    return Followers(units=follow_units, accounts=follow_accounts)


async def owners_gone(agency: Agency, tx: Tx, now: datetime) -> None:
    """Hands over what they left behind."""
    await hand_over_unowned(await acting_of(agency, tx, SYSTEM("agency"), now))
