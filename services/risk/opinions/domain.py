"""What people say of risk points: opinions in their consultation, objections in their publicity (domain §1.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.common.errors import Refused
from services.common.words import Word


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
