"""Which deadlines a case has, as a function of what is known of it and of the calendar (domain §3, Clocks; Urging).

Storing one, and moving it when the calendar changes, is a difference of two of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from math import ceil

from services.agency.cases.domain.case import DEEMED_DAYS, Case, Part
from services.agency.cases.domain.states import State
from services.common.periods import overdue_from, start_of_day
from services.common.workdays import Calendar, Pause, deadline

DEEMED = "case.deemed_accepted"
HALF = "case.half_used"
MOST = "case.most_used"
LAST_DAY = "case.last_day"
OVERDUE = "case.overdue"
PART_LAST_DAY = "part.last_day"
PART_OVERDUE = "part.overdue"
DEBT_DUE_SOON = "case.debt_due_soon"
DEBT_OVERDUE = "case.debt_overdue"
RECEIPT_EXPIRY = "case.receipt_expiry"
SHREDDING = "case.shredding"
"""The last two begin with the end of a case, after what its town has set by then: no function of it alone."""

SHARES = {HALF: 0.5, MOST: 0.8}
"""Of the promised days: when so many are used, urging is proposed."""

Key = tuple[str, str]
"""Kind and owner: the case's id, or the id with step and place of the part, such as `…/2.0`."""


def deadlines_of(case: Case, calendar: Calendar) -> Mapping[Key, datetime]:
    """The deadlines of a case. What has fired already may still be in it: its time does not change."""
    if case.state is State.RECEIVED and case.notices == 0:
        due = deadline(case.receive_date, DEEMED_DAYS, calendar)
        return {(DEEMED, case.id): due.overdue_from} if due else {}
    if case.state is not State.HANDLING or (clock := case.clock) is None:
        return {}
    overall = dict(_of_clock(clock.start, clock.days, calendar, clock.left_out(calendar)))
    found = {(kind, case.id): time for kind, time in overall.items()}
    for part in case.parts:
        found |= dict(_of_part(case, part, calendar))
    return found | {(kind, case.id): time for kind, time in _of_debt(case, calendar)}


def _of_clock(start: date, days: int, calendar: Calendar, pauses: tuple[Pause, ...]) -> Iterator[tuple[str, datetime]]:
    if due := deadline(start, days, calendar, pauses):
        yield OVERDUE, due.overdue_from
    for kind, share in SHARES.items():
        used = ceil(days * share)
        if 0 < used < days and (at := deadline(start, used, calendar, pauses)):
            yield kind, overdue_from(at.last_day)
    if days > 1 and (before := deadline(start, days - 1, calendar, pauses)):
        yield LAST_DAY, overdue_from(before.last_day)


def _of_part(case: Case, part: Part, calendar: Calendar) -> Iterator[tuple[Key, datetime]]:
    if part.start is None or part.end is not None:
        return
    owner = f"{case.id}/{part.step}.{part.place}"
    pauses = (*part.pauses, *case.pauses)
    if due := case.due_of(part, calendar):
        yield (PART_OVERDUE, owner), due.overdue_from
    if part.days > 1 and (before := deadline(part.start, part.days - 1, calendar, pauses)):
        yield (PART_LAST_DAY, owner), overdue_from(before.last_day)


def _of_debt(case: Case, calendar: Calendar) -> Iterator[tuple[str, datetime]]:
    """Materials that may follow are due soon from the working day before their last day on; what the applicant has
    handed in waits for an officer."""
    if case.owed_until is not None and case.owing:
        before = calendar.find(calendar.count_through(case.owed_until.toordinal() - 1))
        yield DEBT_DUE_SOON, start_of_day(date.fromordinal(before))
        yield DEBT_OVERDUE, overdue_from(case.owed_until)
