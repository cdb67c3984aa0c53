"""The leading group 领导小组 of a town or of the county: members, meetings, decisions (domain §3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import Invalid, Refused
from services.common.moves import moved
from services.common.periods import local_date
from services.common.words import Word


class Duty(Word):
    HEAD = 1, "组长"
    DEPUTY = 2, "副组长"
    MEMBER = 3, "成员"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in the group, for a time. Days are those of Shanghai."""

    id: str
    version: int = 1
    cadre: str
    duty: Duty
    charge: str
    """What the member answers for, in words."""
    first_day: date
    last_day: date | None = None

    def was_in(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def check_joins(self, group: Collection[Member]) -> None:
        """Raises Refused where the cadre is in the group already, or it has a head."""
        if any(each.cadre == self.cadre for each in group):
            raise Refused("IN_GROUP", "该干部已是领导小组成员。")
        if self.duty is Duty.HEAD and any(each.duty is Duty.HEAD for each in group):
            raise Refused("HAS_HEAD", "领导小组已有组长，请先办理离任。")

    def ended(self, last_day: date, today: date) -> Member:
        """Raises Refused, Invalid."""
        if self.last_day is not None:
            raise Refused("LEFT", "该成员已经离任。")
        if not self.first_day <= last_day <= today:
            raise Invalid("last_day", "离任日期应在任职之后，且不晚于今天。")
        return replace(self, version=self.version + 1, last_day=last_day)


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
