"""Who works at a point, as everybody may know: name, position, and whether they are there today (公开公示)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from minshao.agency.v1 import Officer

from services.agency.duty import store
from services.agency.duty.domain.presence import Presence
from services.agency.points import store as points
from services.agency.points.officers import accounts_of
from services.common.database import Tx
from services.common.organisation import store as organisation
from services.common.organisation.domain import Account, Cadre
from services.common.periods import local_date


async def officers_at(tx: Tx, unit: str, now: datetime) -> tuple[Sequence[Account], Presence]:
    """The accounts of a point's officers, in order, and what is known of them today. Raises NotFound."""
    point = await points.ROWS.load(tx, unit)
    accounts = await accounts_of(tx, point.unit, point.tier)
    return accounts, await store.presence(tx, unit, [account.name for account in accounts], local_date(now))


async def encode(tx: Tx, accounts: Sequence[Account], presence: Presence, *, with_accounts: bool) -> list[Officer]:
    """The officers as the contract shows them, with the names of the cadres that they are."""
    cadres = await organisation.cadres(tx, [account.cadre for account in accounts if account.cadre])
    return [_officer(account, cadres.get(account.cadre or ""), presence, with_accounts) for account in accounts]


def _officer(account: Account, cadre: Cadre | None, presence: Presence, with_account: bool) -> Officer:
    return Officer(
        display_name=cadre.name if cadre else "",
        position=cadre.position if cadre else "",
        on_duty=account.name in presence.on_duty,
        planned=account.name in presence.planned,
        absent=account.name in presence.absent,
        account=account.name if with_account else "",
    )
