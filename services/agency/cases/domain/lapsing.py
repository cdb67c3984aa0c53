"""Until when what is missing is supplied, and the lapse for want of it 逾期未补正.

The term is ours: no law names one for licensing. It is as long as the longest step may take, and it is told with the
notice. It runs from the last notice, since each says everything that is missing.
"""

from __future__ import annotations

from datetime import date

from services.agency.cases.domain.case import Case
from services.common.errors import Refused
from services.common.workdays import Calendar, deadline

SUPPLY_DAYS = 10
"""Working days after the last notice."""


def supply_by(case: Case, calendar: Calendar) -> date | None:
    """The last day for what is missing; None where nothing is, and where nobody has said so."""
    if not case.state.open or not case.lacking or case.notify_date is None:
        return None
    due = deadline(case.notify_date, SUPPLY_DAYS, calendar)
    return due.last_day if due else None


def check_lapse(case: Case, today: date, calendar: Calendar) -> None:
    """Raises Refused without a notice, and while its term lasts."""
    if (last := supply_by(case, calendar)) is None:
        raise Refused("NOT_NOTIFIED", "没有一次性告知申请人补正，不能以逾期未补正终止。")
    if today <= last:
        raise Refused("STILL_IN_TIME", f"申请人补正的期限到{last}为止，期限届满前不能终止。", supply_by=str(last))
