"""The cases of the demo, decided beforehand: the same for the same seed. Pure; `living` lives them, `model` says what
must come of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache
from random import Random

from minshao.agency.v1 import ItemContent, Point

from deploy.local.demo.agency.days import after, works
from deploy.local.demo.month import DAYS, Town, Unit
from deploy.local.items import publications


class Way(Enum):
    """Which way a case takes."""

    AT_ONCE = "done on the spot"
    IN_TIME = "accepted, handled by every desk in its time"
    CORRECTED = "materials were missing: one notice, then accepted"
    PAUSED = "more was needed after acceptance: every clock waits"
    TWICE = "told twice what is missing: the one notice is broken"
    OWING = "accepted though a material is to follow"
    STOPPED = "an expert review stops the clock of the department"
    SLOW_VILLAGE = "the village room is late, the promise is kept"
    SLOW_TOWN = "the centre is late, and so is the whole"
    SLOW_COUNTY = "the department is late, the promise is kept"
    FORGOTTEN = "nobody does anything: accepted by law, then overdue"
    DISLIKED = "handled in time, and rated badly"
    REFUSED = "refused, with reasons and remedies"


WAYS = (
    *(Way.AT_ONCE,) * 14,
    *(Way.IN_TIME,) * 30,
    *(Way.CORRECTED,) * 8,
    *(Way.PAUSED,) * 5,
    *(Way.TWICE,) * 2,
    *(Way.OWING,) * 4,
    *(Way.STOPPED,) * 3,
    *(Way.SLOW_VILLAGE,) * 4,
    Way.SLOW_TOWN,
    Way.SLOW_COUNTY,
    Way.FORGOTTEN,
    *(Way.DISLIKED,) * 2,
    *(Way.REFUSED,) * 2,
)
"""The ways of one town's cases."""

LAST_HOUR = 22
"""Of a day: what is done then is taken by the other services before the clock moves on."""
LATE_AT = {Way.SLOW_VILLAGE: 0, Way.SLOW_TOWN: 1, Way.FORGOTTEN: 2}
"""In which village of its town, so that three late cases come together at one point only."""
ITEM_OF = {
    Way.SLOW_TOWN: "JJ-02",
    Way.SLOW_COUNTY: "SH-02",
    Way.SLOW_VILLAGE: "SH-02",
    Way.FORGOTTEN: "JJ-04",
    Way.DISLIKED: "SH-04",
}
BY_ONE_DEPARTMENT = ("DW-01", "ZW-01", "ZW-03", "ZW-04", "ZW-05", "SH-02", "SH-03")
"""Items that one department decides: it alone can hold them up."""


class Do(Enum):
    """What somebody does with a case."""

    RECEIVE = auto()
    NOTIFY = auto()
    SUPPLY = auto()
    ACCEPT = auto()
    FINISH_PART = auto()
    STOP = auto()
    RESUME = auto()
    DECIDE = auto()
    TELL = auto()
    RATE = auto()
    ANSWER_RATING = auto()
    CHECK_ANSWER = auto()


@dataclass(frozen=True, slots=True)
class Desk:
    """What one desk of a case's route does."""

    step: int
    tier: Point.Tier.ValueType
    department: str
    """Code of the county department; empty below the county."""
    days: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done, and when."""

    day: int
    hour: int
    do: Do
    desk: Desk | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case and what becomes of it."""

    town: str
    village: Unit
    index: int
    way: Way
    item: str
    day: int
    missing: tuple[str, ...] = ()
    """What is not brought at first."""
    follows: tuple[str, ...] = ()
    """What may follow, and is not brought."""
    stars: int = 0
    """How the applicant rates it; 0 for not at all."""
    steps: tuple[Step, ...] = ()

    @property
    def route(self) -> tuple[Desk, ...]:
        return route_of(self.item)


@cache
def items() -> Mapping[str, ItemContent]:
    """The catalogue, by code."""
    return {each.name.rpartition("/")[2]: each.content for each in publications()}


@cache
def route_of(item: str) -> tuple[Desk, ...]:
    return tuple(
        Desk(number, step.tier, part.department.rpartition("/")[2], part.days)
        for number, step in enumerate(items()[item].route)
        for part in step.parts
    )


def cases_of(seed: int, towns: Sequence[Town]) -> tuple[Case, ...]:
    """What is applied for in these towns, in the order in which it is."""
    found = [case for town in towns for case in _cases(seed, town)]
    return tuple(sorted(found, key=lambda case: (case.day, case.town, case.index)))


def _cases(seed: int, town: Town) -> Iterator[Case]:
    random = Random(f"{seed}/cases/{town.code}")  # noqa: S311 - it is to be the same again
    ways = list(WAYS)
    random.shuffle(ways)
    for index, way in enumerate(ways):
        village = town.villages[LATE_AT[way]] if way in LATE_AT else random.choice(town.villages[3:])
        item = ITEM_OF.get(way) or random.choice(_items_for(way))
        yield _complete(random, Case(town.code, village, index, way, item, _receipt_day(random, way)))


def _complete(random: Random, case: Case) -> Case:
    case = replace(_with_materials(case), stars=_stars(random, case.way))
    steps = sorted(_steps(random, case), key=lambda step: (step.day, step.hour))
    if case.way is Way.REFUSED:
        steps = _refused_by_the_last(steps)
    return replace(case, steps=tuple(step for step in steps if step.day <= DAYS))


def _refused_by_the_last(steps: Sequence[Step]) -> list[Step]:
    """The last desk refuses in the place of completing its part."""
    last = [step for step in steps if step.do is Do.FINISH_PART][-1]
    return [replace(step, desk=last.desk) if step.do is Do.DECIDE else step for step in steps if step is not last]


def _items_for(way: Way) -> list[str]:
    handling = ItemContent.HANDLING_AT_ONCE
    if way is Way.AT_ONCE:
        return [code for code, item in items().items() if item.handling == handling]
    if way is Way.STOPPED:
        return list(BY_ONE_DEPARTMENT)
    return [
        code
        for code, item in items().items()
        if item.handling != handling and (way is not Way.OWING or any(each.may_follow for each in item.materials))
    ]


EARLY = 0.7
"""The share of cases that come in before the middle of October."""


def _receipt_day(random: Random, way: Way) -> int:
    """A working day: what is rare early enough to be seen to its end, most of the rest until the Saturday that is
    worked, and some later."""
    early = (Way.SLOW_VILLAGE, Way.SLOW_COUNTY, Way.FORGOTTEN, Way.SLOW_TOWN)
    last = 16 if way in early else 10 if way is Way.DISLIKED else 40 if random.random() < EARLY else 80
    return random.choice([day for day in range(7, last + 1) if works(day)])


def _with_materials(case: Case) -> Case:
    required = [each for each in items()[case.item].materials if each.required]
    firm = [each.name for each in required if not each.may_follow]
    follows = [each.name for each in required if each.may_follow]
    missing = firm[:2] if case.way in (Way.CORRECTED, Way.TWICE) else ()
    return replace(case, missing=tuple(missing), follows=tuple(follows[:1]) if case.way is Way.OWING else ())


def _stars(random: Random, way: Way) -> int:
    if way is Way.DISLIKED:
        return random.choice((1, 2))
    if way in (Way.FORGOTTEN, Way.REFUSED):
        return 0
    return random.choice((0, 0, 3, 4, 5, 5))


def _steps(random: Random, case: Case) -> Iterator[Step]:
    yield Step(case.day, random.randint(9, 11), Do.RECEIVE)
    if case.way is Way.FORGOTTEN:
        return
    if case.way is Way.AT_ONCE:
        yield from _ended(case, case.day)
        return
    accepted = case.day
    if case.missing:
        yield Step(case.day, 13, Do.NOTIFY)
        if case.way is Way.TWICE:
            yield Step(after(case.day, 1), 9, Do.NOTIFY)
        accepted = after(case.day, random.randint(2, 4))
        yield Step(accepted, 10, Do.SUPPLY)
    yield Step(accepted, 14, Do.ACCEPT)
    if case.follows:
        yield Step(after(accepted, 2), 9, Do.SUPPLY)
    if case.way is Way.PAUSED:
        yield Step(accepted, 15, Do.NOTIFY)
        accepted = after(accepted, random.randint(1, 3))
        yield Step(accepted, 9, Do.SUPPLY)
    day = accepted
    for step in range(case.route[-1].step + 1):
        desks = [desk for desk in case.route if desk.step == step]
        came = day
        for desk in desks:
            done = after(came, _took(random, case, desk))
            if case.way is Way.STOPPED and desk.department:
                done = after(done, 3)
                yield Step(after(came, 1), 9, Do.STOP, desk)
                yield Step(after(came, 4), 9, Do.RESUME, desk)
            yield Step(done, 12, Do.FINISH_PART, desk)
            day = max(day, done)
    yield from _ended(case, day)


def _took(random: Random, case: Case, desk: Desk) -> int:
    """How many working days a desk takes."""
    slow = {
        Way.SLOW_VILLAGE: Point.TIER_VILLAGE,
        Way.SLOW_TOWN: Point.TIER_TOWN,
        Way.SLOW_COUNTY: Point.TIER_COUNTY,
    }
    if slow.get(case.way) == desk.tier:
        return desk.days + 2
    if case.way in slow:
        return 1
    return random.randint(2 if case.way is Way.STOPPED and desk.department else 1, desk.days)


def _ended(case: Case, day: int) -> Iterator[Step]:
    yield Step(day, 15, Do.DECIDE)
    yield Step(day, 16, Do.TELL)
    if case.stars:
        yield Step(day + 1, LAST_HOUR, Do.RATE)
    if case.way is Way.DISLIKED:
        yield from _made_good(day + 1)


def _made_good(rated: int) -> Iterator[Step]:
    """A bad rating is answered by the point, which answers the opinion that watch made of it too."""
    yield Step(after(rated, 2), LAST_HOUR, Do.ANSWER_RATING)
    yield Step(after(rated, 2) + 1, LAST_HOUR, Do.CHECK_ANSWER)
