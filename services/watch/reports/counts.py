"""How many reports of each post are open, for the state of the posts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.common.database import Tx
from services.watch.reports.domain.recusal import Viewer
from services.watch.reports.domain.states import OPEN
from services.watch.reports.store import REPORTS
from services.watch.reports.visibility import counted

_r = REPORTS.c


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """Open reports of a post that count for a viewer."""

    open: int = 0
    overdue: int = 0
    """Those of them whose due time has passed."""


async def open_counts(
    tx: Tx, viewer: Viewer, now: datetime, units: Collection[str] | None = None
) -> dict[str, OpenCounts]:
    """The counts by unit, of these units or of all; units without open reports are not in it. One query."""
    chosen = [_r.tenant == tx.tenant, _r.state.in_(sorted(OPEN)), counted(viewer)]
    if units is not None:
        chosen.append(_r.unit.in_(sorted(units)))
    number = sa.func.count()
    overdue = number.filter(_r.due_time <= now)
    counts = sa.select(_r.unit, number.label("open"), overdue.label("overdue")).where(*chosen).group_by(_r.unit)
    return {row.unit: OpenCounts(row.open, row.overdue) for row in await tx.rows(counts)}
