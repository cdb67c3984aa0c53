"""Who answers for which case, kept by hand beside the service: plain facts, and the rules told once more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

WORK_AT = {
    "agent": "village",
    "colleague": "village",
    "neighbour": "community",
    "clerk": "service-centre",
    "second-clerk": "service-centre",
}
CENTRE = "service-centre"
PLANNED, ON_DUTY, LEFT = "planned", "on duty", "left"


@dataclass
class Told:
    """A case as the book knows it."""

    name: str
    slug: str
    owner: str
    offered_to: str = ""
    open: bool = True


@dataclass
class Away:
    """An absence as the book knows it."""

    name: str
    officer: str
    deputy: str
    first: date
    last: date
    back: date | None = None
    begun: bool = False

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last and not (self.back and day >= self.back)


@dataclass
class Book:
    """The town."""

    today: date
    working: set[str] = field(default_factory=lambda: set(WORK_AT))
    cases: list[Told] = field(default_factory=list)
    absences: list[Away] = field(default_factory=list)
    shifts: dict[tuple[str, date], dict[str, str]] = field(default_factory=dict)

    def absent(self, who: str, first: date | None = None, last: date | None = None) -> bool:
        """Whether somebody is absent today, or on any day from the one to the other."""
        first, last = first or self.today, last or first or self.today
        days = (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
        return any(away.on(day) for day in days for away in self.absences if away.officer == who)

    def takes(self, who: str) -> bool:
        """Whether somebody could take a case over today."""
        return who in self.working and not self.absent(who)

    def deputises(self, who: str, officer: str) -> bool:
        return who in self.working and who != officer and WORK_AT[who] in (WORK_AT[officer], CENTRE)

    def of(self, owner: str) -> list[Told]:
        return [case for case in self.cases if case.open and case.owner == owner]

    def no_ones(self) -> list[Told]:
        return [case for case in self.cases if case.open and case.owner not in self.working]

    def shift_of(self, who: str) -> str:
        return self.shifts.get((WORK_AT[who], self.today), {}).get(who, "")

    def put(self, who: str, state: str) -> None:
        self.shifts.setdefault((WORK_AT[who], self.today), {})[who] = state

    def declare(self, away: Away) -> None:
        self.absences.append(away)
        self.begin(away)

    def begin(self, away: Away) -> None:
        """What is open is offered when the first day has come."""
        if away.begun or away.first > self.today:
            return
        away.begun = True
        if away.on(self.today) and away.deputy in self.working:
            for case in self.of(away.officer):
                case.offered_to = away.deputy

    def day_is(self, today: date) -> None:
        self.today = today
        for away in sorted(self.absences, key=lambda each: each.first):
            self.begin(away)

    def nobody_is_left_with(self) -> None:
        """What is open of those who have gone goes to somebody who works, if anybody does."""
        for case in self.no_ones():
            case.owner = self._successor(case.slug) or case.owner
            if case.offered_to == case.owner:
                case.offered_to = ""

    def _successor(self, slug: str) -> str:
        for place in dict.fromkeys([slug, CENTRE]):
            there = [who for who in sorted(self.working) if WORK_AT[who] == place and not self.absent(who)]
            for state in (ON_DUTY, PLANNED):
                if best := [who for who in there if self.shift_of(who) == state]:
                    return best[0]
            if there:
                return there[0]
        clerks = [who for who in sorted(self.working) if WORK_AT[who] == CENTRE]
        return next(iter([*clerks, *sorted(self.working)]), "")
