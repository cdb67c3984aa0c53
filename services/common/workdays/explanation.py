"""Why a period ends when it ends: each day from the start on, counted or not, as the user reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.common.workdays.calendar import Calendar
from services.common.workdays.days import WEEKDAYS
from services.common.workdays.deadlines import Due, deadline
from services.common.workdays.pauses import OPEN, Pause, stretches


# A named tuple: one is made for each day, and this is the cheapest that has names.
class ExplainedDay(NamedTuple):
    """One day of a period."""

    day: date
    counted: bool
    why: str
    """Weekday and reason: `周六，国庆调休上班`, `周四，听证暂停`, `周三，起算当日`."""
    provisional: bool
    """Whether a notice that is still to come could set the day."""

    @property
    def text(self) -> str:
        """As the user reads it: `10月10日（周六，国庆调休上班）计 1 天`."""
        verdict = "计 1 天" if self.counted else "不计"
        return f"{self.day.month}月{self.day.day}日（{self.why}）{verdict}{'（暂定）' if self.provisional else ''}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A period day by day, from the day of the start to its last day, or to the day on which it was stopped."""

    working_days: int
    due: Due | None
    """As `deadline` gives it."""
    days: tuple[ExplainedDay, ...]
    stopped_by: tuple[Pause, ...] = ()
    """The pauses that keep the period open; none when it has a last day."""

    def lines(self) -> Iterator[str]:
        """The text of each day, with the year where it begins and wherever it changes."""
        year = 0
        for each in self.days:
            yield f"{each.day.year}年{each.text}" if each.day.year != year else each.text
            year = each.day.year
        if self.stopped_by:
            yield f"{_grounds(self.stopped_by)}暂停中，期限待恢复后确定"


def explain(start: date, working_days: int, calendar: Calendar, pauses: Sequence[Pause] = ()) -> Explanation:
    """Each day that `deadline` counts and does not count, with its reason. Raises as `deadline`."""
    due = deadline(start, working_days, calendar, pauses)
    first = start.toordinal()
    # Without a last day, the last stretch has no end: nothing behind its beginning is counted.
    last = due.last_day.toordinal() if due else stretches(pauses, first)[-1][0]
    settled = calendar.settled(first, last)
    why = f"{WEEKDAYS[start.weekday()]}，起算当日"
    days = [ExplainedDay(start, False, why, not settled and calendar.provisional(start))]
    for ordinal in range(first + 1, last + 1):
        day, words, counted = date.fromordinal(ordinal), calendar.words(ordinal), calendar.is_working(ordinal)
        if counted and (stopping := _on(pauses, ordinal)):
            words, counted = f"{words}，{_grounds(stopping)}暂停", False
        days.append(ExplainedDay(day, counted, words, not settled and calendar.provisional(day)))
    return Explanation(working_days, due, tuple(days), () if due else _on(pauses, OPEN))


def _on(pauses: Sequence[Pause], ordinal: int) -> tuple[Pause, ...]:
    """The pauses that take out this day."""
    return tuple(pause for pause in pauses if pause.start.toordinal() < ordinal <= pause.last)


def _grounds(pauses: Sequence[Pause]) -> str:
    return "、".join(dict.fromkeys(pause.ground.label for pause in pauses))
