"""The meetings of the leading group 领导小组 of a town or of the county, and their decisions (domain §3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.moves import moved
from services.common.periods import local_date
from services.common.words import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting of the group."""

    id: str
    date: date
    attendees: tuple[str, ...]
    """Ids of the members who came."""
    decision_count: int
    recorder: str
    record_time: datetime
    sealed_discussed: bytes | None = None


class State(Word):
    OPEN = 1, "待落实"
    DONE = 2, "已落实"
    NOT_DONE = 3, "未落实"


class Action(Word):
    DO = 1, "落实"
    LEAVE = 2, "登记未落实"


MOVES = {
    (State.OPEN, Action.DO): State.DONE,
    (State.OPEN, Action.LEAVE): State.NOT_DONE,
    (State.NOT_DONE, Action.DO): State.DONE,
}


def move(state: State, action: Action) -> State:
    """The state after the action; what is not in the table is refused."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision of a meeting: who does it until when."""

    id: str
    version: int = 1
    meeting: str
    number: int
    member: str
    due_date: date
    state: State = State.OPEN
    settle_time: datetime | None = None
    late: bool = False
    """Whether its last day passed while it was not done. Never taken back."""
    sealed_text: bytes | None = None
    sealed_note: bytes | None = None

    def settled(self, action: Action, now: datetime) -> Decision:
        """The decision, done or left. Raises IllegalMove."""
        return replace(
            self,
            version=self.version + 1,
            state=move(self.state, action),
            settle_time=now,
            late=self.is_late(local_date(now)),
        )

    def is_late(self, today: date) -> bool:
        return self.late or (self.state is not State.DONE and today > self.due_date)
