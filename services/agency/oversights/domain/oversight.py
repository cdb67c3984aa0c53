"""Urging 催办 before a deadline of a case, and oversight 督办 after it: a record with who, to whom, what, when and the
answer (domain §3, Clocks).

Pure. What is asked and answered may name people, and is sealed in the row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.agency.cases.domain.case import Case
from services.agency.cases.domain.dates import is_late, late_parts
from services.common.access import is_county, tenant_of_unit
from services.common.moves import moved
from services.common.periods import local_date
from services.common.words import Word
from services.common.workdays import Calendar

ANSWER_DAYS = 3
"""Working days in which an oversight is answered, where whoever orders it names no day. Ours."""


FURTHEST_DAYS = 366
"""Calendar days within which whoever orders an oversight wants the answer. Ours: a later day is a slip of the pen."""


class Kind(Word):
    URGING = 1, "催办"
    OVERSIGHT = 2, "督办"


class Origin(Word):
    PERSON = 1, "人工"
    HALF_USED = 2, "时限过半"
    MOST_USED = 3, "时限用去八成"
    LAST_DAY = 4, "仅剩一个工作日"
    OVERDUE = 5, "逾期"
    ESCALATION = 6, "督办未果"


class Level(Word):
    """Numbers are those of `minshao.common.v1.Level`."""

    TOWN = 2, "镇"
    COUNTY = 3, "县"


class Overseer(Word):
    """Who stands behind a record, from below."""

    CENTRE = 1, "便民服务中心"
    TOWN_DISCIPLINE = 2, "镇纪委"
    COUNTY_DISCIPLINE = 3, "县纪委"

    @property
    def level(self) -> Level:
        return Level.COUNTY if self is Overseer.COUNTY_DISCIPLINE else Level.TOWN


class State(Word):
    PROPOSED = 1, "建议催办"
    OPEN = 2, "待回复"
    ANSWERED = 3, "已回复"
    DISMISSED = 4, "不予催办"
    LIFTED = 5, "已解除"


class Action(Word):
    CONFIRM = 1, "催办"
    DISMISS = 2, "不予催办"
    ANSWER = 3, "回复"
    LIFT = 4, "解除"


MOVES = {
    (State.PROPOSED, Action.CONFIRM): State.OPEN,
    (State.PROPOSED, Action.DISMISS): State.DISMISSED,
    (State.OPEN, Action.ANSWER): State.ANSWERED,
    (State.OPEN, Action.LIFT): State.LIFTED,
}
WAITING = frozenset(state for state, _ in MOVES)
"""The states in which something is still to come."""

NOTES = {
    Origin.HALF_USED: "承诺时限已过半，建议催办。",
    Origin.MOST_USED: "承诺时限已用去八成，建议催办。",
    Origin.LAST_DAY: "仅剩最后一个工作日，请抓紧办结。",
    Origin.OVERDUE: "已经逾期，请尽快办结并说明原因。",
    Origin.ESCALATION: "督办后仍未办结或者未回复，请立即办结并说明原因。",
}
"""What the system asks. It names nobody, and stands in the clear."""


def move(state: State, action: Action) -> State:
    """The state after the action. What is not in the table is refused with the actions that are allowed."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOversight:
    """One urging or oversight. Instants are UTC, days are of Shanghai."""

    tenant: str
    id: str
    case: str
    kind: Kind
    origin: Origin
    of_promise: bool = False
    """Whether it is about the promise to the applicant; else about the desk's own time."""
    part: str = ""
    """Step and place of what the desk has to do, such as `2.0`; empty where the case is at no step."""
    desk: str
    overseer: Overseer
    state: State = State.OPEN
    author: str
    create_time: datetime
    send_time: datetime | None = None
    """When the desk was asked; None while that is only proposed."""
    last_day: date | None = None
    """Of an oversight. A day that was ordered stands, whatever becomes of the calendar."""
    late: bool = False
    """Whether the last day passed without an answer. Never taken back."""
    answerer: str | None = None
    answer_time: datetime | None = None
    by_deed: bool = False
    """Whether what was done is the answer."""
    void: bool = False
    """Whether the lateness that caused it holds no more: another one causes another."""
    sealed_text: bytes | None = None
    sealed_answer: bytes | None = None

    @property
    def name(self) -> str:
        return f"tenants/{self.tenant}/cases/{self.case}/oversights/{self.id}"

    def confirmed(self, author: str, now: datetime) -> CaseOversight:
        """The proposal becomes an urging of whoever confirms it."""
        return replace(self, state=move(self.state, Action.CONFIRM), author=author, send_time=now)

    def dismissed(self) -> CaseOversight:
        return replace(self, state=move(self.state, Action.DISMISS))

    def answered(self, answerer: str, now: datetime) -> CaseOversight:
        state = move(self.state, Action.ANSWER)
        late = self.late or (self.last_day is not None and local_date(now) > self.last_day)
        return replace(self, state=state, answerer=answerer, answer_time=now, late=late)

    def done(self, by: str, now: datetime) -> CaseOversight:
        """What was asked for is done: that is the answer, and a proposal is idle."""
        if self.state is State.PROPOSED:
            return self.dismissed()
        return replace(self.answered(by, now), by_deed=True)

    def lifted(self) -> CaseOversight:
        """The lateness that caused it holds no more; what was answered stays answered."""
        state = move(self.state, Action.LIFT) if self.state is State.OPEN else self.state
        return replace(self, state=state, void=True)

    def baseless_in(self, case: Case, today: date) -> bool:
        """Whether a lateness caused it that holds no more, though nothing was done: its date has moved ahead."""
        if self.void or self.origin not in (Origin.OVERDUE, Origin.ESCALATION) or self.idle_in(case):
            return False
        if self.of_promise:
            return not is_late(case, today)
        return self.part not in {place_of(part.step, part.place) for part in late_parts(case, today)}

    def idle_in(self, case: Case) -> bool:
        """Whether what is asked for is done. Oversight of the promise asks for the outcome, everything else for what
        the desk has to do."""
        if not case.state.open:
            return True
        if self.kind is Kind.OVERSIGHT and self.of_promise:
            return False
        return any(part.end is not None for part in case.parts if place_of(part.step, part.place) == self.part)


def place_of(step: int, place: int) -> str:
    """As in the owner of a part's deadlines."""
    return f"{step}.{place}"


def answer_by(today: date, calendar: Calendar) -> date:
    """The last day for the answer to an oversight that is ordered today, where no day is named."""
    return date.fromordinal(calendar.find(calendar.count_through(today.toordinal()) + ANSWER_DAYS))


def above(desk: str) -> Overseer:
    """Who stands above a desk: the next tier, and above the windows of the county its discipline commission."""
    if desk.isdigit():
        return Overseer.CENTRE
    of_county = is_county(tenant_of_unit(desk) or "")
    return Overseer.COUNTY_DISCIPLINE if of_county else Overseer.TOWN_DISCIPLINE
