"""Editions of the catalogue 廉政风险管理目录 of a unit: the draft that a meeting votes on, and what is published of it
(domain §1.6)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from services.common.errors import Refused
from services.common.moves import moved
from services.common.periods import local_date
from services.common.words import Word
from services.risk.meetings.domain import Ruling
from services.risk.scopes import Scope


class State(Word):
    DRAFT = 1, "草案"
    PUBLISHED = 2, "已发布"
    WITHDRAWN = 3, "已撤回"


class Action(Word):
    RECOMPILE = 1, "重新编制"
    PUBLISH = 2, "发布"
    WITHDRAW = 3, "撤回"


MOVES = {
    (State.DRAFT, Action.RECOMPILE): State.DRAFT,
    (State.DRAFT, Action.PUBLISH): State.PUBLISHED,
    (State.DRAFT, Action.WITHDRAW): State.WITHDRAWN,
}


def move(state: State, action: Action) -> State:
    """The state after the action; what is not in the table is refused."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What was compiled, and what of it is shown in lists."""

    id: str
    version: int = 1
    """Number of the compilation."""
    unit: str
    content_hash: bytes
    compile_time: datetime
    position_count: int
    power_count: int
    risk_point_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(Compiled):
    """A draft, which keeps its id when it is published."""

    state: State = State.DRAFT

    def recompiled(self, compiled: Compiled) -> Draft:
        """Raises IllegalMove."""
        return replace(new_draft(compiled), version=self.version + 1, state=move(self.state, Action.RECOMPILE))

    def withdrawn(self) -> Draft:
        """Raises IllegalMove."""
        return replace(self, state=move(self.state, Action.WITHDRAW))

    def published(self, ruling: Ruling) -> Draft:
        """Raises IllegalMove, Refused where the meeting has not approved just what it says."""
        after = replace(self, state=move(self.state, Action.PUBLISH))
        ruling.check_passed()
        meeting = ruling.meeting
        if meeting.date < local_date(self.compile_time) or meeting.record_time < self.compile_time:
            raise Refused("DRAFT_NEWER", "草案是在会议之后编制的，应当提交会议研究。")
        return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition(Compiled):
    """A published edition. Nothing of it changes any more."""

    number: int
    """Of its unit, from 1 without gaps."""
    scope: Scope
    meeting: str
    """Id of the meeting that approved it."""
    publisher: str
    publish_time: datetime


def new_draft(compiled: Compiled) -> Draft:
    return Draft(**_compiled(compiled))


def edition_of(draft: Draft, number: int, scope: Scope, meeting: str, publisher: str, now: datetime) -> Edition:
    """What a draft that was approved is published as."""
    return Edition(
        **_compiled(draft), number=number, scope=scope, meeting=meeting, publisher=publisher, publish_time=now
    )


def _compiled(compiled: Compiled) -> dict[str, Any]:
    return {each.name: getattr(compiled, each.name) for each in fields(Compiled)}
