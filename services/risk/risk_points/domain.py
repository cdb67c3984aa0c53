"""Risk points 风险点: where corruption could arise, and how they come to be confirmed (domain §1.4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from services.common.errors import Invalid, Refused
from services.common.moves import moved
from services.common.periods import check_ahead, local_date, overdue_from
from services.common.words import Word
from services.risk.aspects import Aspect
from services.risk.meetings.domain import Ruling
from services.risk.opinions.domain import Objections
from services.risk.scopes import Scope


class Level(Word):
    POSITION = 1, "岗位"
    SECTION = 2, "股室"
    UNIT = 3, "单位"


class Method(Word):
    """How it was found."""

    SELF = 1, "个人找"
    MASSES = 2, "群众提"
    MUTUAL = 3, "互相查"
    LEADER = 4, "领导点"
    ORGANISATION = 5, "组织评"


class State(Word):
    DRAFT = 1, "草稿"
    CONSULTATION = 2, "征求意见"
    PUBLICITY = 3, "公示"
    PUBLICIZED = 4, "公示期满"
    CONFIRMED = 5, "已确认"
    REJECTED = 6, "未通过"
    WITHDRAWN = 7, "已撤回"
    REPLACED = 8, "已被替代"


class Action(Word):
    WRITE = 1, "修改"
    CONSULT = 2, "征求意见"
    OPINE = 3, "提出意见"
    PUBLICIZE = 4, "公示"
    OBJECT = 5, "提出异议"
    ANSWER = 6, "答复异议"
    CLOSE = 7, "结束公示"
    CONFIRM = 8, "会议确认"
    REJECT = 9, "会议否决"
    REVISE = 10, "修订"
    REPLACE = 11, "替代"
    WITHDRAW = 12, "撤回"


MOVES = {
    (State.DRAFT, Action.WRITE): State.DRAFT,
    (State.DRAFT, Action.CONSULT): State.CONSULTATION,
    (State.DRAFT, Action.WITHDRAW): State.WITHDRAWN,
    (State.CONSULTATION, Action.WRITE): State.CONSULTATION,
    (State.CONSULTATION, Action.OPINE): State.CONSULTATION,
    (State.CONSULTATION, Action.PUBLICIZE): State.PUBLICITY,
    (State.CONSULTATION, Action.WITHDRAW): State.WITHDRAWN,
    (State.PUBLICITY, Action.OBJECT): State.PUBLICITY,
    (State.PUBLICITY, Action.ANSWER): State.PUBLICITY,
    (State.PUBLICITY, Action.CLOSE): State.PUBLICIZED,
    (State.PUBLICITY, Action.WITHDRAW): State.WITHDRAWN,
    (State.PUBLICIZED, Action.ANSWER): State.PUBLICIZED,
    (State.PUBLICIZED, Action.CONFIRM): State.CONFIRMED,
    (State.PUBLICIZED, Action.REJECT): State.REJECTED,
    (State.PUBLICIZED, Action.WITHDRAW): State.WITHDRAWN,
    (State.CONFIRMED, Action.REVISE): State.CONFIRMED,
    (State.CONFIRMED, Action.REPLACE): State.REPLACED,
    (State.CONFIRMED, Action.WITHDRAW): State.WITHDRAWN,
}
ENDED = frozenset({State.REJECTED, State.WITHDRAWN, State.REPLACED})
LONGEST = 366
"""So many days ahead publicity may end at most."""


def move(state: State, action: Action) -> State:
    """The state after the action; what is not in the table is refused."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a risk point is, as people of the unit write it down; its control measures stand beside it."""

    level: Level
    position: str | None = None
    """Id of the position, at its level."""
    section: str = ""
    """The section, at its level."""
    power: str | None = None
    """Id of the power that it concerns."""
    aspect: Aspect
    method: Method
    manifestation: str

    def check_level(self) -> None:
        """Raises Invalid where it does not name just what lies at its level."""
        if bool(self.position) is not (self.level is Level.POSITION):
            raise Invalid("content.position", "岗位风险点应当指明岗位，其他层面的不指明岗位。")
        if bool(self.section) is not (self.level is Level.SECTION):
            raise Invalid("content.section", "股室风险点应当指明股室，其他层面的不指明股室。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a risk point of a unit may be about and that is no more."""

    positions: Collection[str] = ()
    """Ids."""
    powers: Collection[str] = ()
    """Ids."""
    sections: Collection[str] = ()
    moved: Collection[str] = ()
    """Ids of powers that are exercised in another section now: gone for their section alone."""

    def reason(self, content: Content) -> str:
        """Why a risk point that is about some of it ends."""
        if content.power in self.powers:
            return "所涉权力事项已停用。"
        if content.position in self.positions:
            return "所涉岗位已停用。"
        return "所涉股室已没有岗位。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A control measure: who does what until when. One of the two owners is there."""

    risk_point: str
    number: int
    """From 1."""
    measure: str
    owner_position: str | None
    owner_cadre: str | None
    due_date: date


@dataclass(frozen=True, slots=True)
class Publicity:
    """To whom a risk point is publicized, and when."""

    scope: Scope
    first_day: date
    last_day: date

    def check(self, today: date) -> None:
        """Raises Invalid."""
        check_ahead("first_day", self.first_day, today, LONGEST)
        check_ahead("last_day", self.last_day, today, LONGEST)
        if self.last_day <= self.first_day:
            raise Invalid("last_day", "公示截止日期应当晚于开始日期。")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint(Content):
    """A risk point of a unit."""

    id: str
    version: int = 1
    unit: str
    replaces: str | None = None
    """Id of the confirmed one in whose place it is meant to stand."""
    state: State = State.DRAFT
    state_time: datetime
    """Since when."""
    consultation_scope: Scope | None = None
    publicity_scope: Scope | None = None
    first_day: date | None = None
    last_day: date | None = None
    """Of publicity."""
    meeting: str | None = None
    """Id of the meeting that confirmed or rejected it."""
    confirm_time: datetime | None = None
    """When it was confirmed, whatever became of it later."""
    create_time: datetime

    def written(self, content: Content, now: datetime) -> RiskPoint:
        """Raises IllegalMove."""
        return self._after(Action.WRITE, now, **written(content))

    def consulted(self, scope: Scope, now: datetime) -> RiskPoint:
        """Raises IllegalMove."""
        return self._after(Action.CONSULT, now, consultation_scope=scope)

    def publicized(self, publicity: Publicity, now: datetime) -> RiskPoint:
        """Raises IllegalMove, Invalid."""
        after = self._after(
            Action.PUBLICIZE,
            now,
            publicity_scope=publicity.scope,
            first_day=publicity.first_day,
            last_day=publicity.last_day,
        )
        publicity.check(local_date(now))
        return after

    def closed(self, now: datetime) -> RiskPoint:
        """Raises IllegalMove, Refused before its last day is over."""
        after = self._after(Action.CLOSE, now)
        if self.last_day is None or now < overdue_from(self.last_day):
            raise Refused("PUBLICITY_OPEN", "公示尚未期满。")
        return after

    def confirmed(self, ruling: Ruling, objections: Objections, now: datetime) -> RiskPoint:
        """Raises IllegalMove, Refused."""
        after = self._ruled(Action.CONFIRM, ruling, objections, now, confirm_time=now)
        ruling.check_passed()
        return after

    def rejected(self, ruling: Ruling, objections: Objections, now: datetime) -> RiskPoint:
        """Raises IllegalMove, Refused."""
        after = self._ruled(Action.REJECT, ruling, objections, now)
        ruling.check_not_passed()
        return after

    def replaced(self, now: datetime) -> RiskPoint:
        """Raises IllegalMove."""
        return self._after(Action.REPLACE, now)

    def withdrawn(self, now: datetime) -> RiskPoint:
        """Raises IllegalMove."""
        return self._after(Action.WITHDRAW, now)

    def check(self, action: Action) -> None:
        """Raises IllegalMove for what cannot be done with it now."""
        move(self.state, action)

    def check_hears_objections(self, today: date) -> None:
        """Raises IllegalMove, Refused on days on which it is not publicized."""
        self.check(Action.OBJECT)
        if not self.is_publicized_on(today):
            raise Refused("NOT_PUBLICIZED", "不在公示期内。")

    def is_publicized_on(self, day: date) -> bool:
        return self.first_day is not None and self.last_day is not None and self.first_day <= day <= self.last_day

    def _ruled(
        self, action: Action, ruling: Ruling, objections: Objections, now: datetime, **changes: Any
    ) -> RiskPoint:
        after = self._after(action, now, meeting=ruling.meeting.id, **changes)
        if objections.unanswered:
            raise Refused("OBJECTION_UNANSWERED", f"还有{objections.unanswered}条公示异议没有答复。")
        assert self.last_day is not None
        ruling.check_after(self.last_day)
        if objections.last_answer:
            ruling.check_knew(objections.last_answer)
        return after

    def _after(self, action: Action, now: datetime, **changes: Any) -> RiskPoint:
        """The one door: raises IllegalMove for what is not in the table."""
        state = move(self.state, action)
        since = self.state_time if state is self.state else now
        return replace(self, version=self.version + 1, state=state, state_time=since, **changes)


def written(content: Content) -> dict[str, Any]:
    """What is written of a risk point, by field."""
    return {each.name: getattr(content, each.name) for each in fields(Content)}
