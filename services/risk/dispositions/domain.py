"""Dispositions 处置 of rising severity: what is done about a warning (domain §1.7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.access import is_county, tenant_of_unit
from services.common.moves import moved
from services.common.organisation.domain import LEADING_ORGANS, slug_of
from services.common.words import Word
from services.risk.levels import Level

FURTHEST_DAYS = 366
"""Calendar days within which a correction is wanted. Ours: a later day is a slip of the pen."""


class Severity(Word):
    """From the mildest."""

    REMINDER = 1, "风险提示"
    CRITICISM = 2, "批评教育"
    ADMONITION = 3, "诫勉谈话"
    CORRECTION = 4, "责令纠错"
    INVESTIGATION = 5, "依纪依法查处"


UNIT_SEVERITIES = frozenset({Severity.REMINDER, Severity.CRITICISM})
"""What a unit does by itself; the rest takes a discipline organ."""


class State(Word):
    CORRECTING = 1, "纠错中"
    HANDED_OVER = 2, "已移交"
    ACCEPTED = 3, "已受理"
    DONE = 4, "已完成"


OPEN = frozenset({State.CORRECTING, State.HANDED_OVER, State.ACCEPTED})
"""The states in which something is owed still."""


class Action(Word):
    FIND_DONE = 1, "核查完成"
    FIND_NOT_DONE = 2, "核查未完成"
    HAND_OVER = 3, "移交"
    ACCEPT = 4, "受理"
    RETURN_RESULT = 5, "反馈结果"


MOVES = {
    (State.CORRECTING, Action.FIND_DONE): State.DONE,
    (State.CORRECTING, Action.FIND_NOT_DONE): State.CORRECTING,
    (State.HANDED_OVER, Action.HAND_OVER): State.HANDED_OVER,
    (State.HANDED_OVER, Action.ACCEPT): State.ACCEPTED,
    (State.ACCEPTED, Action.RETURN_RESULT): State.DONE,
}

FIRST_STATES = {Severity.CORRECTION: State.CORRECTING, Severity.INVESTIGATION: State.HANDED_OVER}
"""A reminder, a criticism, a talk are done when they are recorded."""


class Result(Word):
    """What an investigation found."""

    VIOLATION = 1, "查实违纪违法"
    NO_VIOLATION = 2, "未发现违纪违法"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """One disposition of a warning; its texts lie beside it, sealed."""

    id: str
    version: int = 1
    number: str
    warning: str
    subject: int
    subject_id: str
    """What the warning is about: dispositions of one subject are of one matter."""
    unit: str
    position: str | None = None
    power: str | None = None
    severity: Severity
    state: State
    milder_than: str | None = None
    """The one before it in the same matter, where it is milder than that: whoever does not see that one is not told."""
    last_day: date | None = None
    late: bool = False
    """Whether a last day has passed without its being found done. Never taken back."""
    organ_level: Level
    """The level of who recorded it."""
    author: str
    create_time: datetime
    acceptor: str | None = None
    accept_time: datetime | None = None
    result: Result | None = None
    result_time: datetime | None = None
    level: Level
    """The level at and above which it is seen."""
    cadres: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """From whom it is kept, as the warning is."""

    @property
    def checked_by(self) -> Level:
        """The level that checks a correction: that of who ordered it, or to which the matter has moved up since."""
        return max(self.organ_level, self.level)

    def handed_over(self) -> Disposition:
        """Raises IllegalMove."""
        return self._moved(Action.HAND_OVER)

    def accepted(self, acceptor: str, now: datetime) -> Disposition:
        """Raises IllegalMove."""
        return replace(self._moved(Action.ACCEPT), acceptor=acceptor, accept_time=now)

    def with_result(self, result: Result, now: datetime) -> Disposition:
        """Raises IllegalMove."""
        return replace(self._moved(Action.RETURN_RESULT), result=result, result_time=now)

    def found_done(self, today: date) -> Disposition:
        """Raises IllegalMove."""
        return replace(self._moved(Action.FIND_DONE), late=self._late_on(today))

    def found_not_done(self, last_day: date, today: date) -> Disposition:
        """Owed by another last day. Raises IllegalMove."""
        return replace(self._moved(Action.FIND_NOT_DONE), last_day=last_day, late=self._late_on(today))

    def overdue(self) -> Disposition:
        return replace(self, version=self.version + 1, late=True)

    def _late_on(self, today: date) -> bool:
        """Whether it counts as late, also where nobody has swept since its last day."""
        return self.late or (self.last_day is not None and today > self.last_day)

    def _moved(self, action: Action) -> Disposition:
        return replace(self, version=self.version + 1, state=moved(MOVES, self.state, action))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One look at whether a correction was done."""

    id: str
    disposition: str
    done: bool
    last_day: date
    """Until when it was to be done."""
    author: str
    create_time: datetime


def seen_from(severity: Severity, warning: Level, unit: str) -> Level:
    """From which level on a disposition of a warning is seen: an investigation is kept from the unit, also where its
    people are those of the town's level."""
    if severity is not Severity.INVESTIGATION:
        return warning
    above = is_county(tenant_of_unit(unit) or "") or slug_of(unit) in LEADING_ORGANS
    return max(warning, Level.COUNTY if above else Level.TOWN)


def is_milder(severity: Severity, before: Severity | None) -> bool:
    """Whether it is milder than the one before in the same matter."""
    return before is not None and severity < before
