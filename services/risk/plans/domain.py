"""Implementation plans 实施方案 of leading groups: objectives, stages, measures and how far they are (domain §1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import Invalid, Refused
from services.common.moves import moved
from services.common.periods import check_ahead
from services.common.words import Word

MOST_DAYS = 1830
"""So many days ahead a measure may be due: about five years. What lies beyond is a slip of the pen."""


class State(Word):
    PLANNED = 1, "未开始"
    ONGOING = 2, "进行中"
    DONE = 3, "已完成"
    DROPPED = 4, "不再实施"


class Action(Word):
    START = 1, "开始"
    REPORT = 2, "登记进展"
    FINISH = 3, "完成"
    DROP = 4, "停止"


MOVES = {
    (State.PLANNED, Action.START): State.ONGOING,
    (State.PLANNED, Action.FINISH): State.DONE,
    (State.PLANNED, Action.DROP): State.DROPPED,
    (State.ONGOING, Action.REPORT): State.ONGOING,
    (State.ONGOING, Action.FINISH): State.DONE,
    (State.ONGOING, Action.DROP): State.DROPPED,
}

OPEN = (State.PLANNED, State.ONGOING)


def move(state: State, action: Action) -> State:
    """The state after the action; what is not in the table is refused."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan of a group. What was adopted does not change."""

    id: str
    version: int = 1
    risk_group: str
    number: int
    """In the group, from 1."""
    objectives: str
    adopter: str
    adopt_time: datetime
    end_time: datetime | None = None
    """When another took its place, or its group was dissolved; None while it is in force."""

    def check_in_force(self) -> None:
        """Raises Refused."""
        if self.end_time is not None:
            raise Refused("PLAN_ENDED", "该实施方案已终止，不再登记进度。")

    def ended(self, now: datetime) -> Plan:
        return replace(self, version=self.version + 1, end_time=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a plan. Days are those of Shanghai."""

    id: str
    plan: str
    number: int
    """In the plan, from 1."""
    title: str
    task: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure 工作措施 of a stage: who does what until when."""

    id: str
    version: int = 1
    plan: str
    stage: int
    number: int
    """In the stage, from 1."""
    text: str
    owner: str
    """Id of the member of the group who sees to it."""
    due_date: date
    state: State = State.PLANNED
    percent: int = 0
    late: bool = False
    """Whether its last day passed while it was open. Never taken back."""

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def progressed(self, action: Action, percent: int, today: date) -> Measure:
        """Raises IllegalMove, Invalid."""
        state = move(self.state, action)
        if state is not State.DONE and percent == 100:
            raise Invalid("percent", "没有完成的措施，进度应小于100%。")
        return replace(
            self,
            version=self.version + 1,
            state=state,
            percent=100 if state is State.DONE else percent,
            late=self.late or today > self.due_date,
        )

    def handed_on(self, owner: str) -> Measure:
        """Raises Refused."""
        if not self.is_open:
            raise Refused("NOT_OPEN", "已完成或者不再实施的措施不能变更责任人。")
        return replace(self, version=self.version + 1, owner=owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What was recorded of a measure at one time."""

    id: str
    measure: str
    version: int
    """That of the measure since then."""
    state: State
    percent: int
    sealed_note: bytes
    recorder: str
    record_time: datetime


def check_stages(stages: Sequence[Stage], measures: Sequence[Measure], today: date) -> None:
    """Raises Invalid with the field of the first stage or measure whose days cannot be."""
    for index, stage in enumerate(stages):
        if stage.last_day < stage.first_day:
            raise Invalid(f"stages[{index}].last_day", "阶段的结束日期不能早于开始日期。")
        if index and stage.first_day < stages[index - 1].first_day:
            raise Invalid(f"stages[{index}].first_day", "阶段应按开始日期的先后排列。")
    for each in measures:
        stage, field = stages[each.stage - 1], f"stages[{each.stage - 1}].measures[{each.number - 1}].due_date"
        if not stage.first_day <= each.due_date <= stage.last_day:
            raise Invalid(field, "完成期限应在所属阶段之内。")
        check_ahead(field, each.due_date, today, MOST_DAYS)
