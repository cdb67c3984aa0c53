"""Lists of oversights: those of reports that the viewer sees, and those of the viewer's units."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from services.common.access import Role
from services.watch.oversights import store
from services.watch.oversights.domain import Oversight, State
from services.watch.oversights.store import OVERSIGHTS
from services.watch.reports.acting import Acting
from services.watch.reports.store import REPORTS
from services.watch.reports.visibility import visible

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
    if after is not None:
        chosen = chosen.where(sa.tuple_(_o.due_time, _o.id) > sa.tuple_(sa.literal(after[0]), sa.literal(after[1])))
    return store.oversights(await acting.tx.rows(chosen.order_by(_o.due_time, _o.id).limit(limit)))


def in_sight(acting: Acting) -> sa.ColumnElement[bool]:
    """The oversights that exist for the viewer: recusal covers those of reports."""
    of_seen_reports = sa.exists().where(
        REPORTS.c.tenant == _o.tenant, REPORTS.c.id == _o.report, visible(acting.viewer)
    )
    units = acting.actor.scopes(Role.UNIT_OFFICER, Role.BRANCH_SECRETARY, Role.UNIT_LEADER)
    above = acting.viewer.town or acting.viewer.county
    of_own_units = _o.report.is_(None) if above else sa.and_(_o.report.is_(None), _o.unit.in_(sorted(units)))
    return sa.or_(of_seen_reports, of_own_units)
