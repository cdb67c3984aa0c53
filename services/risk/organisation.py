"""What follows in the risk service from the gateway's organisation: an inventory for each unit, in a retired one
nothing that is under way, nobody in a position or a group who has left, and no owner of a warning who may not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from services.common import deadlines
from services.common.database import Tx
from services.common.organisation.consumers import Followers
from services.common.organisation.domain import Account, Cadre, Unit
from services.risk.acting import system_acting
from services.risk.catalogues import use_cases as catalogues
from services.risk.groups import ending as groups
from services.risk.inventories.opening import follow_units
from services.risk.positions import leaving as positions
from services.risk.risk import Risk
from services.risk.risk_points.withdrawing import end_with_unit
from services.risk.warnings.owners import ACCOUNTS_CHANGED


def followers(risk: Risk) -> Followers:
    """What follows from changes of units, cadres and accounts."""

    async def follow(tx: Tx, units: Sequence[Unit], now: datetime) -> None:
        if retired := await follow_units(tx, units, now):
            acting = system_acting(risk, tx, now)
            await end_with_unit(acting, retired)
            for unit in retired:
                await catalogues.end_with_unit(acting, unit)
                await groups.end_with_unit(acting, unit)

    async def follow_cadres(tx: Tx, cadres: Sequence[Cadre], day: date, now: datetime) -> None:
        acting = system_acting(risk, tx, now)
        await positions.end_with_cadres(acting, cadres, day)
        await groups.end_with_cadres(acting, cadres, day)

    async def follow_accounts(tx: Tx, accounts: Sequence[Account], now: datetime) -> None:
        if accounts:
            deadlines.schedule(tx, ACCOUNTS_CHANGED, tx.tenant, now)

    return Followers(units=follow, cadres=follow_cadres, accounts=follow_accounts)
