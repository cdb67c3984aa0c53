"""For whom the oversight of a report exists, and which oversights a list holds.

Whoever leads a unit answers for the unit, and reads no report (domain §5): what the register of their post shows them
opens no oversight.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from services.common.access import Role
from services.watch.oversights.domain import Oversight
from services.watch.oversights.store import OVERSIGHTS
from services.watch.reports.acting import Acting
from services.watch.reports.domain.recusal import POST_ROLES, Viewer, highest_level, recused, sees
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Level
from services.watch.reports.store import REPORTS
from services.watch.reports.visibility import not_recused, visible

_o = OVERSIGHTS.c


def sees_oversights_of(report: Report, acting: Acting) -> bool:
    """Whether the oversights of the report exist for the viewer: as the report does, but to no leader of a unit."""
    return not recused(report, acting.viewer) and sees(report, _as_reader(acting))


def in_sight(acting: Acting) -> sa.ColumnElement[bool]:
    """The oversights that exist for the viewer: those of reports as above, and those of the viewer's units."""
    seen = (not_recused(acting.viewer), visible(_as_reader(acting)))
    of_seen_reports = sa.exists().where(REPORTS.c.tenant == _o.tenant, REPORTS.c.id == _o.report, *seen)
    units = acting.actor.scopes(Role.UNIT_OFFICER, Role.BRANCH_SECRETARY, Role.UNIT_LEADER)
    of_units: list[sa.ColumnElement[bool]] = [
        *(_o.report.is_(None), _o.seen_from <= highest_level(acting.viewer)),
        sa.not_(_o.kept_from.overlap(list(acting.actor.names))),
    ]
    if highest_level(acting.viewer) is Level.UNIT:
        of_units.append(_o.unit.in_(sorted(units)))
    return sa.or_(of_seen_reports, sa.and_(*of_units))


def sees_of_unit(oversight: Oversight, acting: Acting) -> bool:
    """Whether the oversight of a unit or a post is not kept from the viewer, of whatever unit they are."""
    is_kept = not set(acting.actor.names).isdisjoint(oversight.kept_from)
    return oversight.seen_from <= highest_level(acting.viewer) and not is_kept


def _as_reader(acting: Acting) -> Viewer:
    """The viewer without what they see only as a leader. Recusal looks at the whole viewer: there, leading counts."""
    return replace(acting.viewer, post_of=acting.actor.scopes(*(POST_ROLES - {Role.UNIT_LEADER})))
