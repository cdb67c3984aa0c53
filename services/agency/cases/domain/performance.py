"""What a case comes to once it has an outcome: the facts that an assessment 考核 counts (domain §3).

They are computed when the case is decided, by the calendar of that day, and never change afterwards. Time that does not
count (the applicant's pauses, special procedures) is left out as the clocks leave it out.

The law, in working days by 行政许可法 §82:

- §42: a decision within twenty days of the acceptance, forty-five where several departments handle it together
  (统一办理、联合办理、集中办理);
- §43: a level below examines within twenty days of its own;
- §45: what a special procedure takes is in neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.agency.cases.domain.case import Case, Outcome, Part
from services.agency.cases.domain.clocks import PartClock
from services.agency.items.domain import Handling
from services.common.workdays import Calendar, used

LEGAL_DAYS = 20
JOINT_LEGAL_DAYS = 45


@dataclass(frozen=True, slots=True)
class Performance:
    """How a clock ended, that of a case or of a desk."""

    promised_days: int
    used_days: int
    """Working days, without what was paused."""
    late: bool
    """Ended behind the last day that was promised."""
    over_law: bool
    """Ended behind the last day that the law gives."""


def legal_days(handling: Handling) -> int:
    """What the law gives, in working days."""
    return JOINT_LEGAL_DAYS if handling is Handling.JOINT else LEGAL_DAYS


def performance_of(case: Case, calendar: Calendar) -> Performance | None:
    """That of a decided case; None for one that was never accepted, which no clock has run for."""
    if (clock := case.clock) is None or (end := case.decide_date) is None:
        return None
    promise = clock.due(calendar)
    law = replace(clock, days=legal_days(case.handling)).due(calendar)
    return Performance(
        promised_days=clock.days,
        used_days=clock.used(end, calendar),
        late=promise is not None and end > promise.last_day,
        over_law=law is not None and end > law.last_day,
    )


def performances_of_parts(case: Case, calendar: Calendar) -> Iterator[tuple[Part, Performance]]:
    """Those of the desks that a decided case had come to. At a desk that was at work still, the outcome is the end."""
    for part in case.parts:
        end = part.end or case.decide_date
        if part.start is None or end is None:
            continue
        clock = PartClock(part.days, part.start, part.pauses)
        promise = clock.due(calendar, case.pauses)
        law = replace(clock, days=legal_days(case.handling)).due(calendar, case.pauses)
        yield (
            part,
            Performance(
                promised_days=part.days,
                used_days=used(part.start, end, calendar, (*part.pauses, *case.pauses)),
                late=promise is not None and end > promise.last_day,
                over_law=law is not None and end > law.last_day,
            ),
        )


def done_at_first_visit(case: Case) -> bool:
    """一次办结: the applicant came once. It was granted or refused, without a notice; nothing was brought later, and
    nothing is owed still."""
    decided = case.outcome in (Outcome.GRANTED, Outcome.REFUSED)
    return decided and case.visits == 1 and case.notices == 0 and not case.owed
