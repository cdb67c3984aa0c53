"""What is forgotten day by day in each tenant: results of creations that were kept for whoever repeats a call."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common import deadlines, idempotency
from services.common.database import Tx
from services.common.deadlines import Deadline

KIND = "housekeeping"
EVERY = timedelta(days=1)


def begin(tx: Tx, now: datetime) -> None:
    """PENDING: lets the tenant of the transaction be kept tidy from now on; again is harmless."""
    deadlines.schedule(tx, KIND, tx.tenant, now + EVERY)


async def keep_house(tx: Tx, _deadline: Deadline, now: datetime) -> None:
    """Forgets what has been kept long enough, and comes again in a day."""
    idempotency.forget(tx)
    begin(tx, now)
