"""The consultation 咨询: a question that was asked at a point, and its answer (domain §3, Consultation).

Pure. Question and answer are no part of it; they are sealed in rows of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.common.moves import moved
from services.common.words import Word


class Channel(Word):
    IN_PERSON = 1, "当面"
    TELEPHONE = 2, "电话"
    ONLINE = 3, "网络"


class State(Word):
    ASKED = 1, "待答复"
    ANSWERED = 2, "已答复"
    BECAME_CASE = 3, "已转为代理件"


class Action(Word):
    ANSWER = 1, "答复"
    CONVERT = 2, "转为代理件"


MOVES = {
    (State.ASKED, Action.ANSWER): State.ANSWERED,
    (State.ASKED, Action.CONVERT): State.BECAME_CASE,
    (State.ANSWERED, Action.CONVERT): State.BECAME_CASE,
}


def move(state: State, action: Action) -> State:
    """The state after the action. What is not in the table is refused with the actions that are allowed."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """One consultation. Codes and accounts as in the resource names."""

    tenant: str
    id: str
    version: int = 1
    number: str
    """Such as `景村镇八一村咨〔2026〕3号`: without gaps within the point and the year, in a series of its own."""
    point: str
    """Code of the unit at whose point it was asked."""
    item: str | None
    """Code of the item that it is about."""
    channel: Channel
    state: State = State.ASKED
    owner: str
    """The account that answers for it (首问负责)."""
    ask_time: datetime
    answer_time: datetime | None = None
    answerer: str | None = None
    case: str | None = None
    """Id of the case that it became."""

    def answered(self, by: str, now: datetime) -> Consultation:
        state = move(self.state, Action.ANSWER)
        return replace(self, version=self.version + 1, state=state, answerer=by, answer_time=now)

    def became(self, case: str) -> Consultation:
        """It became this case; it stays what it was, and is counted apart."""
        return replace(self, version=self.version + 1, state=move(self.state, Action.CONVERT), case=case)
