"""Cases of accountability 责任追究 against officers of points (domain §3): heard before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import Invalid, Refused
from services.common.moves import moved
from services.common.periods import local_date
from services.common.words import Word


class Ground(Word):
    ONE_NOTICE = 1, "违反一次性告知"
    OVERDUE = 2, "超过承诺时限"
    RUDE = 3, "态度生硬、推诿扯皮"
    FEE = 4, "违规收费、吃拿卡要"
    ABSENT = 5, "擅离职守"
    OTHER = 6, "其他"


class Measure(Word):
    REMINDER = 1, "提醒谈话"
    CRITICISM = 2, "批评教育"
    CORRECTION = 3, "责令整改"
    REMOVAL = 4, "调离岗位"
    HANDED_OVER = 5, "移送纪检监察机关"


class Level(Word):
    """Who opened it and decides; numbers are those of `minshao.common.v1.Level`."""

    TOWN = 2, "镇纪委"
    COUNTY = 3, "县纪委监委"


class State(Word):
    OPENED = 1, "已立案"
    HEARD = 2, "已听取申辩"
    DECIDED = 3, "已处理"
    DROPPED = 4, "不予追究"


class Action(Word):
    HEAR = 1, "听取申辩"
    DECIDE = 2, "作出处理"
    DROP = 3, "不予追究"


MOVES = {
    (State.OPENED, Action.HEAR): State.HEARD,
    (State.OPENED, Action.DECIDE): State.DECIDED,
    (State.HEARD, Action.DECIDE): State.DECIDED,
    (State.OPENED, Action.DROP): State.DROPPED,
    (State.HEARD, Action.DROP): State.DROPPED,
}

HEARING_DAYS = range(3, 181)
"""How many days an officer may be given to state their view. Ours: behind half a year lies a slip of the pen."""


def move(state: State, action: Action) -> State:
    """The state after the action; what is not in the table is refused."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of accountability. Instants are UTC, days those of Shanghai."""

    id: str
    version: int = 1
    point: str
    """Code of the unit in which the point is."""
    officer: str
    ground: Ground
    cases: tuple[str, ...]
    """Ids of the cases that it is about."""
    level: Level
    state: State = State.OPENED
    hear_until: date
    opener: str
    open_time: datetime
    hear_time: datetime | None = None
    measure: Measure | None = None
    decider: str | None = None
    decide_time: datetime | None = None
    sealed_facts: bytes | None = None
    sealed_statement: bytes | None = None
    sealed_reason: bytes | None = None

    def check_opens(self, today: date) -> None:
        """Raises Invalid where the officer has too little time to state a view, or no end of it."""
        if (self.hear_until - today).days not in HEARING_DAYS:
            raise Invalid("hear_until", f"陈述申辩的期限至少为{HEARING_DAYS[0]}天，最长为{HEARING_DAYS[-1]}天。")

    def heard(self, now: datetime) -> Case:
        """Raises IllegalMove."""
        state = move(self.state, Action.HEAR)
        return replace(self, version=self.version + 1, state=state, hear_time=now)

    def decided(self, measure: Measure | None, decider: str, now: datetime) -> Case:
        """With a measure, or dropped without one. Raises IllegalMove, and Refused for a measure without a hearing."""
        state = move(self.state, Action.DECIDE if measure else Action.DROP)
        if measure and self.state is State.OPENED and local_date(now) <= self.hear_until:
            raise Refused("NOT_HEARD", "陈述申辩的期限内，应先听取本人意见再作出处理。")
        return replace(self, version=self.version + 1, state=state, measure=measure, decider=decider, decide_time=now)
