"""The desk 窗口 of a county department: what has come to it of the cases of all towns, and what is on its way. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a desk has to do, or will have to do, in one step of an open case."""

    desk: str
    """Code of the department."""
    case: str
    """Resource name of the case."""
    step: int
    """Number of the step in the case's route, from 1."""
    town: str
    """The tenant of the case."""
    number: str
    unit: str
    """Code of the unit at whose point the case came in."""
    item: str
    state: int
    """State of the case; numbers are those of `minshao.agency.v1.Case.State`."""
    start_date: date | None
    """The day on which it came to the desk; None while it is on its way."""
    due_date: date | None
    """The desk's own last day; None while it is on its way, and while its clock stands still."""
    promised_date: date | None
    """What is promised to the applicant."""

    @property
    def paused(self) -> bool:
        return self.start_date is not None and self.due_date is None

    def overdue(self, today: date) -> bool:
        return self.due_date is not None and self.due_date < today


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is counted."""

    desk: str
    town: str
    here: bool
    """Whether it has come to the desk."""
    due_date: date | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of the entries of a desk."""

    open: int = 0
    coming: int = 0
    paused: int = 0
    due_today: int = 0
    overdue: int = 0


def counted(entries: Iterable[Entry]) -> Counter[Place]:
    """How many there are at each place."""
    return Counter(Place(each.desk, each.town, each.start_date is not None, each.due_date) for each in entries)


def figures_by_town(counts: Mapping[Place, int], today: date) -> dict[str, Figures]:
    """In the order of codes."""
    towns = sorted({place.town for place in counts})
    return {
        town: figures({place: count for place, count in counts.items() if place.town == town}, today) for town in towns
    }


def figures(counts: Mapping[Place, int], today: date) -> Figures:
    """What the counts come to on a day."""
    here = [(place.due_date, count) for place, count in counts.items() if place.here]
    return Figures(
        open=sum(counts.values()),
        coming=sum(count for place, count in counts.items() if not place.here),
        paused=sum(count for due, count in here if due is None),
        due_today=sum(count for due, count in here if due == today),
        overdue=sum(count for due, count in here if due is not None and due < today),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the desks when cases are known anew."""

    put: Collection[Entry]
    gone: Collection[Entry]
    counts: Counter[Place]
    """By how much each place has more; negative for less. Without those that stay as they are."""

    @staticmethod
    def between(before: Collection[Entry], after: Collection[Entry]) -> Change:
        known, keys = set(before), {(each.case, each.step, each.desk) for each in after}
        more = counted(after)
        more.subtract(counted(before))
        return Change(
            put=[each for each in after if each not in known],
            gone=[each for each in before if (each.case, each.step, each.desk) not in keys],
            counts=Counter({place: count for place, count in more.items() if count}),
        )
