"""The clocks of a case, in working days: one per step and desk, one overall to the applicant (domain §3).

Every date here is a function of the recorded facts and the calendar, so that anyone can compute it again.

What a pause does:

- an applicant's pause (materials asked for after acceptance) stops every clock;
- a special procedure stops the clock of its part alone, and moves the overall date by what it delays: a working day is
  left out of the overall clock when it brings the step no nearer to its end. A department of a joint step that has days
  to spare beside the slowest delays nothing until they are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.common.workdays import Calendar, Due, Explanation, Pause, deadline, explain, used

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PartClock:
    """The clock of one desk in a step."""

    days: int
    """The promise, in working days."""
    start: date
    """The day on which the step came to the desk."""
    pauses: tuple[Pause, ...] = ()
    """The special procedures that stopped it."""

    def due(self, calendar: Calendar, applicant: Sequence[Pause] = ()) -> Due | None:
        """When the desk must be done; None while a pause lasts."""
        return deadline(self.start, self.days, calendar, (*self.pauses, *applicant))

    def left(self, day: date, calendar: Calendar, applicant: Sequence[Pause] = ()) -> int:
        """The working days that the desk still has when this day ends."""
        return max(0, self.days - used(self.start, day, calendar, (*self.pauses, *applicant)))


@dataclass(frozen=True, slots=True)
class CaseClock:
    """The overall clock of a case."""

    start: date
    """The day of acceptance: the one on which the materials were complete."""
    days: int
    """The sum of the route's days, a joint step counting its longest department."""
    steps: tuple[tuple[PartClock, ...], ...] = ()
    """The parts of each step that has begun."""
    applicant: tuple[Pause, ...] = ()
    """The applicant's pauses."""

    def due(self, calendar: Calendar) -> Due | None:
        """The promised date 承诺办结日; None while a pause keeps it open."""
        return deadline(self.start, self.days, calendar, self.left_out(calendar))

    def explain(self, calendar: Calendar) -> Explanation:
        """Why the promised date is what it is, day by day."""
        return explain(self.start, self.days, calendar, self.left_out(calendar))

    def used(self, until: date, calendar: Calendar) -> int:
        """The working days that count against the promise, up to and including `until`."""
        return used(self.start, until, calendar, self.left_out(calendar))

    def left_out(self, calendar: Calendar) -> tuple[Pause, ...]:
        """All that the overall clock does not count: the applicant's pauses, and what procedures have delayed."""
        delays = [pause for step in self.steps for pause in _delays(step, calendar, self.applicant)]
        return (*self.applicant, *delays)


def _delays(step: Sequence[PartClock], calendar: Calendar, applicant: Sequence[Pause]) -> Iterator[Pause]:
    """The working days of procedures that bring the step no nearer to its end, each as a pause of the overall clock."""
    procedures = [pause for part in step for pause in part.pauses]
    if not procedures:
        return

    def left(day: date) -> int:
        return max(part.left(day, calendar, applicant) for part in step)

    first = max(min(pause.start for pause in procedures), min(part.start for part in step))
    day, last = first, _last_change(step, calendar, applicant)
    before = left(day)
    while day < last and before:
        day += _DAY
        now = left(day)
        if now == before and (stopping := _over(procedures, day)) and used(day - _DAY, day, calendar, applicant):
            yield Pause(stopping.ground, day - _DAY, day)
        before = now
    if before and (lasting := next((pause for pause in procedures if pause.end is None), None)):
        yield Pause(lasting.ground, day)


def _last_change(step: Sequence[PartClock], calendar: Calendar, applicant: Sequence[Pause]) -> date:
    """The day after which a step either is through or waits for the end of a pause that lasts."""
    pauses = [*applicant, *(pause for part in step for pause in part.pauses)]
    dues = [due.last_day for part in step if (due := part.due(calendar, applicant))]
    return max([*dues, *(pause.end or pause.start for pause in pauses)])


def _over(pauses: Sequence[Pause], day: date) -> Pause | None:
    return next((pause for pause in pauses if pause.start < day and day.toordinal() <= pause.last), None)
