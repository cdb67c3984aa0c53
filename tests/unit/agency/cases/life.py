"""A case as a slow model: what is known of it, who may do what, and what each act makes of it.

It says the rules a second time, and shares no code with the product but the calendar's days.

Each act returns whether it is allowed, and changes the model only then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.agency.cases.domain.clocks import CaseClock, PartClock
from services.agency.items.domain import Handling, Item
from services.common.workdays import Ground, Pause
from tests.unit.agency.cases.builders import CENTRE, VILLAGE
from tests.unit.agency.cases.test_clocks import lived
from tests.unit.common.workdays import model

ONE_DAY = timedelta(days=1)
DEEMED, TERM = 5, 10

Stretch = list["date | None"]
"""First and last day of a pause."""


@dataclass
class Desk:
    """What one desk has to do."""

    step: int
    place: str
    days: int
    came: date | None = None
    done: date | None = None
    stops: list[Stretch] = field(default_factory=list)

    @property
    def works(self) -> bool:
        return self.came is not None and self.done is None

    @property
    def stands(self) -> bool:
        return any(last is None for _, last in self.stops)


@dataclass
class Life:
    """One case at the village's room, whose agent was asked first."""

    item: Item
    today: date
    lacking: list[str]
    owed: list[str]
    state: str = "RECEIVED"
    said: dict[str, date] = field(default_factory=dict)
    confirmed: dict[str, date] = field(default_factory=dict)
    owed_until: date | None = None
    notices: int = 0
    notified: date | None = None
    accepted: date | None = None
    asked: list[Stretch] = field(default_factory=list)
    outcome: str | None = None
    decided: date | None = None
    told: date | None = None

    def __post_init__(self) -> None:
        self.received = self.today
        self.complete = None if self.lacking else self.today
        below = [VILLAGE, CENTRE]
        self.desks = [
            Desk(number, part.department or below[number], part.days)
            for number, step in enumerate(self.item.route)
            for part in step.parts
        ]

    @property
    def open(self) -> bool:
        return self.outcome is None

    @property
    def missing(self) -> list[str]:
        return [*self.lacking, *self.owed]

    def notify(self, at: str, missing: list[str]) -> bool:
        if not (self.open and self._has(at) and missing and set(self.lacking) <= set(missing)):
            return False
        self.lacking, self.complete = missing, None
        self.said, self.confirmed = {}, {}
        self.notices, self.notified = self.notices + 1, self.today
        if self.state == "HANDLING":
            if not self.asked or self.asked[-1][1]:
                self.asked.append([self.today, None])
        else:
            self.state = "AWAITING_MATERIALS"
        return True

    def hand_in(self, materials: Collection[str]) -> bool:
        if self.state not in ("AWAITING_MATERIALS", "HANDLING") or not set(materials) <= set(self.missing):
            return False
        new = [name for name in materials if name not in self.said]
        self.said |= dict.fromkeys(new, self.today)
        return bool(new)

    def supply(self, at: str, brought: Collection[str], came_today: bool) -> bool:
        if not (self.open and self._has(at) and set(brought) <= set(self.missing)):
            return False
        for name in brought:
            day = self.today if came_today else self.said.get(name, self.today)
            self.said.pop(name, None)
            if name in self.lacking:
                self.confirmed[name] = day
        was_lacking = bool(self.lacking)
        self.lacking = [name for name in self.lacking if name not in brought]
        self.owed = [name for name in self.owed if name not in brought]
        self.owed_until = self.owed_until if self.owed else None
        if was_lacking and not self.lacking:
            self.complete = max(self.confirmed.values())
            self.confirmed = {}
            _end(self.asked, self.complete)
            self.state = "HANDLING" if self.state == "HANDLING" else "RECEIVED"
        return True

    def accept(self, at: str, until: date | None) -> bool:
        if at != VILLAGE or self.state != "RECEIVED" or self.complete is None:
            return False
        if self.owed:
            promised = lived(CaseClock(self.complete, self.promised_days), {})
            if until is None or until < self.today or (promised and until > promised):
                return False
        self._begin(self.complete)
        self.owed_until = until if self.owed else None
        return True

    def silence(self) -> bool:
        """Nobody has said anything in time."""
        if self.state != "RECEIVED" or self.notices or self.today <= _after(self.received, DEEMED):
            return False
        self._begin(self.received)
        self.owed_until = self.promise() if self.owed else None
        return True

    def finish(self, at: str, place: str) -> bool:
        if (desk := self._at_work(at, place)) is None or desk.stands:
            return False
        desk.done = self.today
        if all(each.done for each in self.desks if each.step == desk.step):
            for each in self.desks:
                if each.step == desk.step + 1:
                    each.came = self.today
        return True

    def stop(self, at: str, place: str, day: date) -> bool:
        if (desk := self._at_work(at, place)) is None or desk.stands or desk.came is None:
            return False
        if day < desk.came or not self._in_time(day):
            return False
        last = self.last_day(desk)
        if day < self.today and last and last < self.today:
            return False
        desk.stops.append([day, None])
        return True

    def resume(self, at: str, place: str, day: date) -> bool:
        if (desk := self._at_work(at, place)) is None or not desk.stands:
            return False
        begun = desk.stops[-1][0]
        if begun is None or day < begun or not self._in_time(day):
            return False
        _end(desk.stops, day)
        return True

    def decide(self, at: str, outcome: str) -> bool:
        by_desk = outcome == "REFUSED" and self.accepted is not None
        may = any(desk.works and desk.place == at for desk in self.desks) if by_desk else at == VILLAGE
        if not (self.open and may and getattr(self, f"_can_be_{outcome.lower()}")()):
            return False
        if outcome == "GRANTED" and self.accepted is None:
            self._begin(self.complete)
            for desk in self.desks:
                desk.came = desk.done = self.today
        self._end_with(outcome, "DECIDED")
        return True

    def withdraw(self) -> bool:
        if not self.open:
            return False
        self._end_with("WITHDRAWN", "CLOSED")
        self.told = self.today
        return True

    def tell(self, at: str) -> bool:
        if at != VILLAGE or self.state != "DECIDED":
            return False
        self.state, self.told = "CLOSED", self.today
        return True

    def promise(self) -> date | None:
        """The promised date, by living all days."""
        if self.accepted is None:
            return None
        steps: dict[int, list[PartClock]] = {}
        for desk in self.desks:
            if desk.came:
                steps.setdefault(desk.step, []).append(PartClock(desk.days, desk.came, _pauses(desk.stops)))
        begun = tuple(tuple(step) for step in steps.values())
        return lived(CaseClock(self.accepted, self.promised_days, begun, _pauses(self.asked)), {})

    def last_day(self, desk: Desk) -> date | None:
        """The day by which the desk is to be done, by walking."""
        if desk.came is None:
            return None
        return model.walk(desk.came, desk.days, {}, [*_pauses(desk.stops), *_pauses(self.asked)]).last_day

    @property
    def promised_days(self) -> int:
        return sum(max(part.days for part in step.parts) for step in self.item.route)

    def _has(self, at: str) -> bool:
        return at == VILLAGE or any(desk.place == at and desk.came for desk in self.desks)

    def _at_work(self, at: str, place: str) -> Desk | None:
        if at != place or self.state != "HANDLING":
            return None
        return next((desk for desk in self.desks if desk.place == place and desk.works), None)

    def _in_time(self, day: date) -> bool:
        """Not to come, and recorded by the next working day."""
        return day <= self.today and sum(model.works(each, {}) for each in _days(day, self.today)) <= 1

    def _can_be_granted(self) -> bool:
        if self.missing:
            return False
        if self.accepted is None:
            return self.item.handling is Handling.AT_ONCE and self.state == "RECEIVED"
        return all(desk.done for desk in self.desks)

    def _can_be_lapsed(self) -> bool:
        if self.notified is None or set(self.lacking) <= self.said.keys():
            return False
        return self.today > _after(self.notified, TERM)

    def _can_be_refused(self) -> bool:
        return True

    _can_be_withdrawn = _can_be_refused

    def _begin(self, day: date | None) -> None:
        self.state, self.accepted = "HANDLING", day
        for desk in self.desks:
            if desk.step == 0:
                desk.came = day

    def _end_with(self, outcome: str, state: str) -> None:
        self.outcome, self.state, self.decided = outcome, state, self.today
        everything_came = self.lacking and set(self.lacking) <= self.said.keys()
        _end(self.asked, max(self.said[name] for name in self.lacking) if everything_came else self.today)
        for desk in self.desks:
            _end(desk.stops, self.today)


def _end(stretches: list[Stretch], day: date) -> None:
    if stretches and stretches[-1][1] is None:
        stretches[-1][1] = day


def _pauses(stretches: list[Stretch]) -> tuple[Pause, ...]:
    return tuple(Pause(Ground.HEARING, first, last) for first, last in stretches if first)


def _after(start: date, days: int) -> date:
    last = model.walk(start, days, {}, []).last_day
    assert last
    return last


def _days(first: date, end: date) -> list[date]:
    """From the first up to the end, which is not among them."""
    return [first + n * ONE_DAY for n in range((end - first).days)]
