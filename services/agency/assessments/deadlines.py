"""What became of cases that were decided before assessments counted it: counted after an upgrade, in batches.

By the calendar of now, since that of then is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.agency.agency import Agency
from services.agency.cases import outcomes
from services.common.database import Tx
from services.common.deadlines import Deadline, Handler, schedule

EARLIER = "assessment.earlier_outcomes"
"""Set by the step of the migrations that added assessments."""
BATCH = 500


def handlers(agency: Agency) -> Mapping[str, Handler]:
    """What happens when a deadline of assessments comes."""

    async def count_earlier(tx: Tx, deadline: Deadline, now: datetime) -> None:
        calendar = (await agency.calendars.of(tx)).calendar
        cases = await outcomes.decided_without(tx, BATCH)
        for case in cases:
            outcomes.insert(tx, case, calendar)
        if len(cases) == BATCH:
            schedule(tx, deadline.kind, deadline.owner, now)

    return {EARLIER: count_earlier}
