"""Why the rules propose the class that they do: said anew whenever it is shown, since the reasons quote the text.

Nothing of it is kept but the class, as it was proposed at the registration.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from services.watch.reports.acting import Acting
from services.watch.reports.domain.classification import propose
from services.watch.reports.domain.report import Report
from services.watch.reports.store import REPORTS
from services.watch.reports.visibility import visible

RECENT = timedelta(days=30)
"""So far back from its registration other reports about the same subject count."""

_r = REPORTS.c


async def reasons_of(acting: Acting, report: Report, told: str) -> tuple[str, ...]:
    """The reasons for the proposed class, from the opened text; none once that was shredded.

    Other reports count as far as they exist for the viewer. None are given either where what the viewer may know today
    speaks for another class: the subject was linked to somebody else since, or what counted has moved up.
    """
    if not told:
        return ()
    leads = report.leads_unit or report.leads_town
    proposal = propose(report.kind, report.matter, told, leads, await _recent_about_subject(acting, report))
    return proposal.reasons if proposal.classification is report.proposed_classification else ()


async def _recent_about_subject(acting: Acting, report: Report) -> int:
    if report.subject_cadre is None:
        return 0
    others = sa.select(sa.func.count()).where(
        _r.tenant == acting.tx.tenant,
        _r.subject_cadre == report.subject_cadre,
        _r.register_time.between(report.register_time - RECENT, report.register_time),
        _r.id != report.id,
        visible(acting.viewer),
    )
    return await acting.tx.scalar(others) or 0
