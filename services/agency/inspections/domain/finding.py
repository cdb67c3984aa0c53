"""What an inspection found wrong: mended by a date, then confirmed or sent back; ended with its point. One table, one
door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.moves import moved
from services.common.periods import check_ahead, local_date, overdue_from, start_of_day
from services.common.words import Word
from services.common.workdays import Calendar

MEND_DAYS = 90
"""The furthest day for mending, in calendar days from today. Ours: what takes longer is for a plan, not a finding."""

DUE_SOON = "finding.due_soon"
OVERDUE = "finding.overdue"


class State(Word):
    OPEN = 1, "待整改"
    MENDED = 2, "待复核"
    CONFIRMED = 3, "已销号"
    ENDED = 4, "因撤点终止"


UNSETTLED = frozenset({State.OPEN, State.MENDED})
"""There is still something to do about it."""


class Action(Word):
    MEND = 1, "整改"
    CONFIRM = 2, "销号"
    SEND_BACK = 3, "退回"
    END = 4, "终止"


MOVES = {
    (State.OPEN, Action.MEND): State.MENDED,
    (State.MENDED, Action.CONFIRM): State.CONFIRMED,
    (State.MENDED, Action.SEND_BACK): State.OPEN,
    (State.OPEN, Action.END): State.ENDED,
    (State.MENDED, Action.END): State.ENDED,
}


def move(state: State, action: Action) -> State:
    """The state after the action. What is not in the table is refused with the actions that are allowed."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. Instants are UTC."""

    id: str
    inspection: str
    point: str
    version: int = 1
    state: State = State.OPEN
    mend_by: date
    reminded: bool = False
    """Whether it was announced that this last day is near."""
    late: bool = False
    """Whether a last day ever passed without its being mended. Never taken back."""
    mender: str | None = None
    mend_time: datetime | None = None
    confirmer: str | None = None
    confirm_time: datetime | None = None

    def overdue(self, today: date) -> bool:
        return self.state is State.OPEN and today > self.mend_by

    def mended(self, mender: str, now: datetime) -> Finding:
        late = self.late or self.overdue(local_date(now))
        return replace(self._moved(Action.MEND), mender=mender, mend_time=now, late=late)

    def confirmed(self, confirmer: str, now: datetime) -> Finding:
        return replace(self._moved(Action.CONFIRM), confirmer=confirmer, confirm_time=now)

    def sent_back(self, mend_by: date) -> Finding:
        """To be mended again, by a new date, of which there is a reminder again."""
        return replace(self._moved(Action.SEND_BACK), mend_by=mend_by, reminded=False)

    def ended(self, today: date) -> Finding:
        """The point was retired: there is nothing to mend any more. Late stays late."""
        return replace(self._moved(Action.END), late=self.late or self.overdue(today))

    def due_soon(self) -> Finding:
        return replace(self, version=self.version + 1, reminded=True)

    def passed(self) -> Finding:
        """The last day has passed."""
        return replace(self, version=self.version + 1, late=True)

    def deadlines(self, calendar: Calendar) -> Mapping[str, datetime]:
        """When it is announced that its last day is near, and that it has passed: the reminder comes with the start of
        the working day before, at once where that is gone."""
        if self.state is not State.OPEN:
            return {}
        reminder = {} if self.reminded else {DUE_SOON: start_of_day(calendar.last_before(self.mend_by))}
        return {**reminder, OVERDUE: overdue_from(self.mend_by)}

    def _moved(self, action: Action) -> Finding:
        return replace(self, version=self.version + 1, state=move(self.state, action))


def check_mend_by(field: str, mend_by: date, today: date) -> None:
    """Raises Invalid for a day that is over, and for one too far ahead."""
    check_ahead(field, mend_by, today, MEND_DAYS)
