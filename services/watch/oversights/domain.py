"""The oversight 督办 of a report, a unit or a post (domain: watch, Oversight)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from services.common.errors import IllegalMove
from services.common.words import Word
from services.watch.reports.domain.terms import Level


class Origin(Word):
    ORDER = 1, "上级督办"
    OVERDUE = 2, "逾期督办"
    EVENT = 3, "事件督办"


class State(Word):
    OPEN = 1, "督办中"
    ANSWERED = 2, "已回复"


class Target(Word):
    """What is under oversight."""

    REPORT = 1, "反映"
    UNIT = 2, "单位"
    POST = 3, "监督哨"


OVERDUE_DAYS = 7
"""An oversight that an overdue report caused is to be answered within a week, when the county is told."""

FURTHEST_DAYS = 366
"""Calendar days within which whoever orders an oversight wants the answer. Ours: a later day is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """One oversight. Instants are UTC."""

    tenant: str
    id: str
    version: int = 1
    origin: Origin
    target: Target
    report: str | None = None
    """Id of the report under oversight."""
    unit: str
    """Code of the unit that must answer; of a report, its organ when it was ordered."""
    note: str
    """What is demanded; empty until it was opened."""
    due_time: datetime
    """The midnight that ends the last day for the answer."""
    state: State = State.OPEN
    level: Level
    """The level that ordered it; of one for a warning never below that which owes the warning."""
    orderer: str
    create_time: datetime
    answer: str = ""
    answerer: str | None = None
    answer_time: datetime | None = None
    late: bool = False
    """Whether the last day passed without an answer. Never taken back."""
    origin_event: str | None = None
    warning: str | None = None
    """The warning of the risk service for which the unit is under special oversight, by its resource name."""
    seen_from: Level = Level.UNIT
    """The level at and above which the oversight of a unit is seen: that of its warning."""
    kept_from: tuple[str, ...] = ()
    """Accounts and cadres from which it is kept, as its warning is, by their resource names, and units, whose people it
    is kept from, by their codes."""
    sealed_note: bytes | None = None
    sealed_answer: bytes | None = None

    def answered(self, answer: str, answerer: str, now: datetime) -> Oversight:
        if self.state is not State.OPEN:
            raise IllegalMove(self.state, "回复")
        return replace(
            self,
            version=self.version + 1,
            state=State.ANSWERED,
            answer=answer,
            answerer=answerer,
            answer_time=now,
            late=self.late or now >= self.due_time,
        )

    def attached(self) -> Oversight:
        """With one more case behind it."""
        return replace(self, version=self.version + 1)

    def kept(self, seen_from: Level, kept_from: Iterable[str]) -> Oversight:
        """Kept from those too from whom its warning is kept by now; the same where nothing is new. An open one is of
        the level from which it is seen, at least."""
        seen_from, them = max(self.seen_from, seen_from), tuple(sorted({*self.kept_from, *kept_from}))
        if (seen_from, them) == (self.seen_from, self.kept_from):
            return self
        level = max(self.level, seen_from) if self.state is State.OPEN else self.level
        return replace(self, version=self.version + 1, seen_from=seen_from, kept_from=them, level=level)

    def rescheduled(self, due_time: datetime, owed_by: Level) -> Oversight:
        """Due when its warning is by now, which that level owes."""
        return replace(self, version=self.version + 1, due_time=due_time, level=max(self.level, owed_by))

    def overdue(self) -> Oversight:
        return replace(self, version=self.version + 1, late=True)
