"""Why the promised date of a case is what it is: by the calendar of now, or as it stood at the outcome."""

from __future__ import annotations

from services.agency.cases import explanations
from services.agency.cases.acting import Acting
from services.agency.cases.domain.case import Case
from services.agency.cases.explanations import Explained, explained_by
from services.common.errors import Refused


async def explanation_of(acting: Acting, case: Case) -> Explained:
    """The promise, day by day. Raises Refused where none was made yet; and where the version before decided the case,
    which kept no days, and the calendar of now would give another date."""
    if (clock := case.clock) is None:
        raise Refused("NOT_ACCEPTED", "尚未受理，还没有承诺办结日。")
    if not case.state.open and (kept := await explanations.load(acting.tx, case)):
        return kept
    explained = explained_by(clock, acting.dated.calendar)
    if not case.state.open and explained.promised_date != case.promised_date:
        raise Refused("CALENDAR_CHANGED", "办结以后日历有调整，不能再逐日说明当时的期限。")
    return explained
