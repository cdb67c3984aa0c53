"""The duty roster 值班 of one point for one day: who was planned, and who was there (domain §3, Points and people).

Pure: every method returns a new roster or raises. Instants are UTC, days are dates of Shanghai.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import Refused
from services.common.moves import moved
from services.common.periods import overdue_from
from services.common.words import Word


class State(Word):
    PLANNED = 1, "待签到"
    ON_DUTY = 2, "在岗"
    LEFT = 3, "已签退"
    MISSED = 4, "缺岗"


class Action(Word):
    CHECK_IN = 1, "签到"
    CHECK_OUT = 2, "签退"
    MISS = 3, "记为缺岗"


MOVES = {
    (State.PLANNED, Action.CHECK_IN): State.ON_DUTY,
    (State.PLANNED, Action.MISS): State.MISSED,
    (State.ON_DUTY, Action.CHECK_OUT): State.LEFT,
    (State.LEFT, Action.CHECK_IN): State.ON_DUTY,
}


def move(state: State, action: Action) -> State:
    """The state after the action. What is not in the table is refused with the actions that are allowed."""
    return moved(MOVES, state, action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One officer's duty at the point on the day."""

    officer: str
    planned: bool
    state: State = State.PLANNED
    check_in_time: datetime | None = None
    """The first of the day."""
    check_out_time: datetime | None = None
    """The last of the day; None while on duty."""
    closed_by_midnight: bool = False
    """Whether the check-out was forgotten."""

    def checked_in(self, now: datetime) -> Shift:
        state = move(self.state, Action.CHECK_IN)
        return replace(self, state=state, check_in_time=self.check_in_time or now, check_out_time=None)

    def checked_out(self, now: datetime, *, by_midnight: bool = False) -> Shift:
        state = move(self.state, Action.CHECK_OUT)
        return replace(self, state=state, check_out_time=now, closed_by_midnight=by_midnight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """What the point has of the day; nothing at all before somebody planned it or came."""

    point: str
    """Code of the unit in which the point is."""
    day: date
    version: int = 0
    shifts: tuple[Shift, ...] = ()
    """In the order of the officers' accounts."""

    @property
    def id(self) -> str:
        return f"{self.point}~{self.day}"

    @property
    def end(self) -> datetime:
        """The midnight that ends the day."""
        return overdue_from(self.day)

    @property
    def planned_officers(self) -> tuple[str, ...]:
        return tuple(shift.officer for shift in self.shifts if shift.planned)

    def shift_of(self, officer: str) -> Shift | None:
        return next((shift for shift in self.shifts if shift.officer == officer), None)

    def planned(self, officers: Collection[str], today: date) -> Roster:
        """These are planned, in the place of those who were. Who has come already stays in the roster."""
        if self.day < today:
            raise Refused("DAY_PAST", "日期已过，值班安排不能再改。")
        came = [shift for shift in self.shifts if shift.check_in_time is not None or shift.officer in officers]
        kept = [replace(shift, planned=shift.officer in officers) for shift in came]
        new = set(officers) - {shift.officer for shift in kept}
        return self._with(*kept, *(Shift(officer=officer, planned=True) for officer in new))

    def checked_in(self, officer: str, now: datetime) -> Roster:
        """The officer is there; one who was not planned too, which is marked."""
        shift = self.shift_of(officer) or Shift(officer=officer, planned=False)
        return self._changed(shift.checked_in(now))

    def checked_out(self, officer: str, now: datetime) -> Roster:
        if (shift := self.shift_of(officer)) is None:
            raise Refused("NOT_ON_DUTY", "您今天没有签到。")
        return self._changed(shift.checked_out(now))

    def closed(self, shift: Shift) -> Roster:
        """The day ended without the officer's check-out: its midnight stands for it."""
        return self._changed(shift.checked_out(self.end, by_midnight=True))

    def missed(self, shift: Shift) -> Roster:
        """The day ended without the officer's check-in."""
        return self._changed(replace(shift, state=move(shift.state, Action.MISS)))

    def _changed(self, shift: Shift) -> Roster:
        return self._with(*(each for each in self.shifts if each.officer != shift.officer), shift)

    def _with(self, *shifts: Shift) -> Roster:
        return replace(self, shifts=tuple(sorted(shifts, key=lambda shift: shift.officer)))
