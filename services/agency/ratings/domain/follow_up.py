"""The follow-up 差评整改 of a bad rating: answered in five working days, checked by who rated, or carried one level up
(domain §3, Case). One table of moves, one door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.common.access import CENTRE, is_county, tenant_of_unit
from services.common.errors import IllegalMove
from services.common.moves import moved
from services.common.words import Word
from services.common.workdays import Calendar, Due, deadline

ANSWER_DAYS = 5
"""Working days for each answer."""
CHECK_DAYS = 15
"""Calendar days in which who rated may say that they do not accept an answer."""


class State(Word):
    PENDING = 1, "待答复"
    ANSWERED = 2, "待核对"
    CLOSED = 3, "已了结"


class Action(Word):
    ANSWER = 1, "答复"
    MISS = 2, "逾期"
    ESCALATE = 3, "升级"
    CLOSE = 4, "了结"


class Organ(Word):
    """Who answers, from below."""

    UNIT = 1, "被评代理点（窗口）"
    CENTRE = 2, "镇便民服务中心"
    TOWN_DISCIPLINE = 3, "镇纪委"
    COUNTY_DISCIPLINE = 4, "县纪委监委"


class Ending(Word):
    ACCEPTED = 1, "评价人认可"
    SILENCE = 2, "逾期未提出异议"
    LAST_ANSWER = 3, "终级答复"


class Ground(Word):
    """Why it is carried up."""

    OVERDUE = 1, "逾期未答复"
    NOT_ACCEPTED = 2, "评价人不认可"


MOVES = {
    (State.PENDING, Action.ANSWER): State.ANSWERED,
    (State.PENDING, Action.MISS): State.PENDING,
    (State.PENDING, Action.ESCALATE): State.PENDING,
    (State.ANSWERED, Action.ESCALATE): State.PENDING,
    (State.ANSWERED, Action.CLOSE): State.CLOSED,
}


def move(state: State, action: Action) -> State:
    """The state after the action. What is not in the table is refused with the actions that are allowed."""
    return moved(MOVES, state, action)


def organs(unit: str) -> tuple[Organ, ...]:
    """Who answers for a unit that was rated, one above the other: no town is above a window of the county."""
    if is_county(tenant_of_unit(unit) or ""):
        return (Organ.UNIT, Organ.COUNTY_DISCIPLINE)
    above = (Organ.TOWN_DISCIPLINE, Organ.COUNTY_DISCIPLINE)
    return (Organ.UNIT, *above) if unit.endswith(f".{CENTRE}") else (Organ.UNIT, Organ.CENTRE, *above)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """How one bad rating is answered. Days are dates of Shanghai; texts lie sealed beside the case."""

    tenant: str
    rating: str
    unit: str
    """Code of the unit that was rated."""
    version: int = 2
    """Of the rating with its follow-up: giving it was the first."""
    state: State = State.PENDING
    organ: Organ = Organ.UNIT
    start_date: date
    """The day on which it came to the organ."""
    due_date: date | None = None
    """As it was counted last; None when no answer is awaited."""
    answer_date: date | None = None
    """Of the organ's answer."""
    late: bool = False
    """Whether an organ missed its last day. Never taken back."""
    answered: bool = False
    """Whether any organ has answered."""
    ending: Ending | None = None

    @property
    def next_organ(self) -> Organ | None:
        """Who is above the organ that it is with; None at the highest."""
        above = organs(self.unit)
        place = above.index(self.organ) + 1
        return above[place] if place < len(above) else None

    @property
    def check_date(self) -> date | None:
        """The last day for who rated to say that they do not accept the answer; None when that is not awaited."""
        if self.state is not State.ANSWERED or self.answer_date is None:
            return None
        return self.answer_date + timedelta(days=CHECK_DAYS)

    @staticmethod
    def opened(tenant: str, rating: str, unit: str, on: date, calendar: Calendar) -> FollowUp:
        return FollowUp(tenant=tenant, rating=rating, unit=unit, start_date=on).recounted(calendar)

    def due(self, calendar: Calendar) -> Due | None:
        """When the answer is due, by this calendar; None when none is awaited."""
        return deadline(self.start_date, ANSWER_DAYS, calendar) if self.state is State.PENDING else None

    def recounted(self, calendar: Calendar) -> FollowUp:
        """With the last day as this calendar has it."""
        due = self.due(calendar)
        return replace(self, due_date=due.last_day if due else None)

    def answer(self, on: date) -> FollowUp:
        state = move(self.state, Action.ANSWER)
        late = self.late or (self.due_date is not None and on > self.due_date)
        return replace(self, state=state, due_date=None, answer_date=on, answered=True, late=late)

    def missed(self) -> FollowUp:
        """The last day has passed; where nobody is above, the answer is still owed."""
        return replace(self, state=move(self.state, Action.MISS), late=True)

    def escalated(self, on: date, calendar: Calendar) -> FollowUp:
        """One level up, with a period of its own. Only where there is one."""
        state = move(self.state, Action.ESCALATE)
        if (organ := self.next_organ) is None:
            raise IllegalMove(self.state, Action.ESCALATE)
        return replace(self, state=state, organ=organ, start_date=on, answer_date=None).recounted(calendar)

    def closed(self, ending: Ending) -> FollowUp:
        return replace(self, state=move(self.state, Action.CLOSE), ending=ending)

    def checked(self, accepted: bool, on: date, calendar: Calendar) -> FollowUp:
        """What who rated says of the answer: at the highest level the answer stands, accepted or not."""
        if self.state is not State.ANSWERED:
            raise IllegalMove(self.state, "核对", allowed=[known for at, known in MOVES if at is self.state])
        if accepted:
            return self.closed(Ending.ACCEPTED)
        return self.closed(Ending.LAST_ANSWER) if self.next_organ is None else self.escalated(on, calendar)
