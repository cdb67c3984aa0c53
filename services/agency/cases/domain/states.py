"""The states of a case and its moves: one table, one door (domain §3, Case)."""

from __future__ import annotations

from services.common.moves import moved
from services.common.words import Word


class State(Word):
    RECEIVED = 1, "已收件"
    AWAITING_MATERIALS = 2, "待补正"
    HANDLING = 3, "办理中"
    DECIDED = 4, "已办结，待告知"
    CLOSED = 5, "已反馈"

    @property
    def open(self) -> bool:
        """Open until there is an outcome: somebody answers for it, and clocks run."""
        return self in OPEN


class Action(Word):
    NOTIFY = 1, "一次性告知"
    SUPPLY = 2, "补齐材料"
    ACCEPT = 3, "受理"
    HANDLE = 4, "办理"
    DECIDE = 5, "办结"
    TELL = 6, "反馈"
    TRANSFER = 7, "移交"
    HAND_IN = 8, "补交材料"
    WITHDRAW = 9, "撤回"


OPEN = frozenset({State.RECEIVED, State.AWAITING_MATERIALS, State.HANDLING})

MOVES = {
    (State.RECEIVED, Action.NOTIFY): State.AWAITING_MATERIALS,
    (State.RECEIVED, Action.SUPPLY): State.RECEIVED,
    (State.RECEIVED, Action.ACCEPT): State.HANDLING,
    (State.RECEIVED, Action.DECIDE): State.DECIDED,
    (State.RECEIVED, Action.TRANSFER): State.RECEIVED,
    (State.AWAITING_MATERIALS, Action.NOTIFY): State.AWAITING_MATERIALS,
    (State.AWAITING_MATERIALS, Action.SUPPLY): State.RECEIVED,
    (State.AWAITING_MATERIALS, Action.DECIDE): State.DECIDED,
    (State.AWAITING_MATERIALS, Action.TRANSFER): State.AWAITING_MATERIALS,
    (State.HANDLING, Action.NOTIFY): State.HANDLING,
    (State.HANDLING, Action.SUPPLY): State.HANDLING,
    (State.HANDLING, Action.HANDLE): State.HANDLING,
    (State.HANDLING, Action.DECIDE): State.DECIDED,
    (State.HANDLING, Action.TRANSFER): State.HANDLING,
    (State.AWAITING_MATERIALS, Action.HAND_IN): State.AWAITING_MATERIALS,
    (State.HANDLING, Action.HAND_IN): State.HANDLING,
    (State.RECEIVED, Action.WITHDRAW): State.CLOSED,
    (State.AWAITING_MATERIALS, Action.WITHDRAW): State.CLOSED,
    (State.HANDLING, Action.WITHDRAW): State.CLOSED,
    (State.DECIDED, Action.TELL): State.CLOSED,
}


def move(state: State, action: Action) -> State:
    """The state after the action. What is not in the table is refused with the actions that are allowed."""
    return moved(MOVES, state, action)
