"""From a call, or a deadline that comes, to who acts on reports."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.rpc.call import Call
from services.watch.reports.acting import Acting
from services.watch.reports.domain.recusal import Viewer
from services.watch.supervisors.use_cases import require_in_office
from services.watch.watch import Watch


@asynccontextmanager
async def acting_in(watch: Watch, call: Call) -> AsyncIterator[Acting]:
    """The one transaction of a call, and the caller in it."""
    async with call.transaction() as tx:
        yield await acting_of(watch, tx, call)


async def acting_of(watch: Watch, tx: Tx, call: Call) -> Acting:
    """The caller. A supervisor whose term has ended has no rights, whatever the token says."""
    actor = await require_in_office(tx, call.actor, call.now)
    return Acting(tx, watch.sealer, actor, Viewer.of(actor, tx.tenant), call.now)


def system_acting(watch: Watch, tx: Tx, now: datetime) -> Acting:
    """The service itself, which no rule of sight concerns."""
    actor = SYSTEM("watch")
    return Acting(tx, watch.sealer, actor, Viewer(account=actor.name), now)
