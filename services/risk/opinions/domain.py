"""What people say of risk points: opinions in their consultation, objections in their publicity (domain §1.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.common.errors import Refused, TooMany
from services.common.words import Word

HEARD_A_DAY = 100
"""So many opinions on a risk point, and so many objections to it, are taken without an account on one day. Ours: each
objection must be answered, so that a flood of them, from however many addresses, would hold up the meeting; and no unit
has heard from a hundred people in a day."""

HEARD_OF_A_CLIENT = 10
"""So many of them from one client, so that nobody alone takes the room of all the others. Ours: a household, or the
people at one counter, share an address."""


class Said(Word):
    OPINION = 1, "意见"
    OBJECTION = 2, "异议"


class TooManyVoices(TooMany):
    """Nothing more is taken without an account today."""

    def __init__(self, until_tomorrow: timedelta) -> None:
        message = "今天未登录提交的已达上限，请直接向该单位提出，由其登记，或者明天再提交。"
        super().__init__(until_tomorrow, message, "TOO_MANY_VOICES")


class Source(Word):
    """Who it comes from."""

    SERVED = 1, "服务对象"
    COLLEAGUE = 2, "干部职工"
    OTHER = 3, "其他"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """An opinion on a risk point; its text is sealed beside the risk point."""

    id: str
    risk_point: str
    source: Source
    give_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """An objection to a risk point; its text and its answer are sealed beside the risk point."""

    id: str
    version: int = 1
    risk_point: str
    source: Source
    raise_time: datetime
    answerer: str | None = None
    answer_time: datetime | None = None

    def answered(self, by: str, now: datetime) -> Objection:
        """Raises Refused."""
        if self.answer_time is not None:
            raise Refused("OBJECTION_ANSWERED", "该异议已经答复。")
        return replace(self, version=self.version + 1, answerer=by, answer_time=now)


@dataclass(frozen=True, slots=True)
class Objections:
    """Those to one risk point."""

    raised: int = 0
    unanswered: int = 0
    last_answer: datetime | None = None
