"""Conduct appraisal 行风评议: a round over points, forms counted by who filled them in, a result per point."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import IllegalMove, Invalid, Refused
from services.common.words import Word


class State(Word):
    OPEN = 1, "评议中"
    CLOSED = 2, "已公布"


class Participants(Word):
    """Who fills forms in."""

    VOLUNTEERS = 1, "义务监督员"
    DEPUTIES = 2, "人大代表、政协委员"
    MASSES = 3, "群众代表"


@dataclass(frozen=True, slots=True)
class Count:
    """How many said what."""

    satisfied: int
    fair: int
    dissatisfied: int

    @property
    def forms(self) -> int:
        return self.satisfied + self.fair + self.dissatisfied

    @property
    def satisfied_percent(self) -> int:
        """How many in a hundred were satisfied, or satisfied on the whole; rounded down."""
        return 100 * (self.satisfied + self.fair) // self.forms

    def __add__(self, other: Count) -> Count:
        return Count(self.satisfied + other.satisfied, self.fair + other.fair, self.dissatisfied + other.dissatisfied)


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one kind of participants about one point."""

    point: str
    participants: Participants
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """A round. Its day is of Shanghai."""

    id: str
    version: int = 1
    date: date
    points: tuple[str, ...]
    """Codes of the units of the points."""
    state: State = State.OPEN
    opener: str
    open_time: datetime
    close_time: datetime | None = None

    def counted(self, forms: Forms) -> Appraisal:
        """The round with one more count. Raises IllegalMove, Invalid."""
        self._check_open("计票")
        if forms.point not in self.points:
            raise Invalid("point", "该代理点不在本次评议范围内。")
        if forms.count.forms == 0:
            raise Invalid("satisfied", "至少应有一张评议票。")
        return replace(self, version=self.version + 1)

    def closed(self, forms: Iterable[Forms], now: datetime) -> Appraisal:
        """The round with its result. Raises IllegalMove, Refused while a point has no form."""
        self._check_open("公布")
        if missing := set(self.points) - results(forms).keys():
            raise Refused("NO_FORMS", "还有代理点没有评议票，不能公布。", unit=min(missing))
        return replace(self, version=self.version + 1, state=State.CLOSED, close_time=now)

    def _check_open(self, act: str) -> None:
        if self.state is not State.OPEN:
            raise IllegalMove(self.state, act)


def results(forms: Iterable[Forms]) -> dict[str, Count]:
    """All forms about each point together, by its unit."""
    found: dict[str, Count] = {}
    for each in forms:
        found[each.point] = found.get(each.point, Count(0, 0, 0)) + each.count
    return found
