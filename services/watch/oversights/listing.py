"""Lists of oversights: those of reports that the viewer sees, and those of the viewer's units."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from services.common.keyset import following
from services.watch.oversights import store
from services.watch.oversights.domain import Oversight, State
from services.watch.oversights.sight import in_sight
from services.watch.oversights.store import OVERSIGHTS
from services.watch.reports.acting import Acting

_o = OVERSIGHTS.c


async def list_oversights(
    acting: Acting, only_open: bool, report: str, unit: str, after: tuple[datetime, str] | None, limit: int
) -> list[Oversight]:
    """At most `limit` oversights behind `after`, the nearest last day first."""
    chosen = sa.select(OVERSIGHTS).where(_o.tenant == acting.tx.tenant, in_sight(acting))
    if only_open:
        chosen = chosen.where(_o.state == State.OPEN)
    if report:
        chosen = chosen.where(_o.report == report)
    if unit:
        chosen = chosen.where(_o.unit == unit)
    page = following(chosen, (_o.due_time, _o.id), after, limit, descending=False)
    return await store.ROWS.of(acting.tx, page)
