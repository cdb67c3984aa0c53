"""The states of a report and its moves: one table, one door (domain: watch, Handling, States)."""

from __future__ import annotations

from services.common.moves import moved
from services.common.words import Word


class State(Word):
    REGISTERED = 1, "已登记"
    ASSIGNED = 2, "已交办"
    INVESTIGATING = 3, "调查中"
    ANSWERED = 4, "已答复"
    CLOSED = 5, "已办结"
    NOT_ACCEPTED = 6, "不予受理"

    @property
    def open(self) -> bool:
        """Open until it is answered: clocks run, and it can be raised, linked and handed over."""
        return self in OPEN


class Action(Word):
    ASSIGN = 1, "交办"
    START = 2, "开始调查"
    ANSWER = 3, "答复"
    CLOSE = 4, "办结"
    REOPEN = 5, "重新办理"
    REFUSE = 6, "不予受理"
    LEAVE = 7, "退回待交办"
    EDIT = 8, "补充信息"
    FOLLOW = 9, "随来源答复"


OPEN = frozenset({State.REGISTERED, State.ASSIGNED, State.INVESTIGATING})

MOVES = {
    (State.REGISTERED, Action.ASSIGN): State.ASSIGNED,
    (State.REGISTERED, Action.REFUSE): State.NOT_ACCEPTED,
    (State.REGISTERED, Action.LEAVE): State.REGISTERED,
    (State.REGISTERED, Action.FOLLOW): State.ANSWERED,
    (State.REGISTERED, Action.EDIT): State.REGISTERED,
    (State.ASSIGNED, Action.ASSIGN): State.ASSIGNED,
    (State.ASSIGNED, Action.START): State.INVESTIGATING,
    (State.ASSIGNED, Action.LEAVE): State.REGISTERED,
    (State.ASSIGNED, Action.FOLLOW): State.ANSWERED,
    (State.ASSIGNED, Action.EDIT): State.ASSIGNED,
    (State.INVESTIGATING, Action.ANSWER): State.ANSWERED,
    (State.INVESTIGATING, Action.LEAVE): State.REGISTERED,
    (State.INVESTIGATING, Action.FOLLOW): State.ANSWERED,
    (State.INVESTIGATING, Action.EDIT): State.INVESTIGATING,
    (State.ANSWERED, Action.CLOSE): State.CLOSED,
    (State.ANSWERED, Action.REOPEN): State.REGISTERED,
}


def move(state: State, action: Action) -> State:
    """The state after the action. What is not in the table is refused with the actions that are allowed."""
    return moved(MOVES, state, action)
