"""A proposed supervisor, and how far the proposal has come: one table of moves, one door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.moves import moved
from services.common.words import Word


class NominationState(Word):
    """Numbered as in `minshao.watch.v1.Nomination.State`."""

    NOMINATED = 1, "已提名"
    APPROVED = 2, "已审定"
    REJECTED = 3, "未通过"
    APPOINTED = 4, "已聘任"


class NominationAction(Word):
    APPROVE = 1, "审定"
    REJECT = 2, "不予通过"
    APPOINT = 3, "聘任"


MOVES = {
    (NominationState.NOMINATED, NominationAction.APPROVE): NominationState.APPROVED,
    (NominationState.NOMINATED, NominationAction.REJECT): NominationState.REJECTED,
    (NominationState.APPROVED, NominationAction.REJECT): NominationState.REJECTED,
    (NominationState.APPROVED, NominationAction.APPOINT): NominationState.APPOINTED,
}
"""An approved person who no longer stands is rejected, or the seat would be held for ever."""

OPEN_STATES = (NominationState.NOMINATED, NominationState.APPROVED)
"""On their way into office."""


def move(state: NominationState, action: NominationAction) -> NominationState:
    """The state after the action. Raises IllegalMove for what is not in the table."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True)
class Nomination:
    """A proposed supervisor, from the branch meeting to the work card."""

    id: str
    unit: str
    person: str
    account: str | None
    meeting_date: date
    meeting_record: str
    state: NominationState
    create_time: datetime
    version: int
    examination: str = ""
    """What the examination found, or why it was rejected."""
    decide_time: datetime | None = None
    renews: str | None = None
    """Id of the supervisor whose term it renews."""
