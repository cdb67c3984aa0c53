"""The month, decided beforehand: the same for the same seed. Pure; `life` lives it, `model` says what must come of it.

Days are counted from the first of September 2026, which is day 1; hours are those of Luonan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from deploy.local.demo.cases import (
    ACCUSATIONS,
    ANSWERS,
    CHANNELS,
    OPINION_CHANNELS,
    OPINIONS,
    WAYS,
    Telling,
    Way,
)
from deploy.local.divisions import Division, divisions

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_DAY = date(2026, 9, 1)
DAYS = 30
BOX_DAYS = (4, 11, 18, 25)
"""The days on which the boxes of the posts at work are opened."""
MEETING_DAY = 15
TOP_CASES = {Way.MAYOR: 0, Way.EXTENDED: 1, Way.CONFLICT: 2, Way.SUPERVISED: 3}
"""What happens once in the county, and in which town, counted in the order of the codes."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit whose post is at work in the demo."""

    code: str
    prefix: str
    """Begins the ids of its people: `{prefix}-secretary`, `{prefix}-officer`, …"""


@dataclass(frozen=True, slots=True)
class Town:
    """A town and those of its units whose posts are at work."""

    code: str
    name: str
    units: tuple[Unit, ...]
    posts: int
    """How many posts it has in all; the others were opened and nobody is at work there yet."""


@dataclass(frozen=True, slots=True)
class Case:
    """One report and what becomes of it. Days are days of the month; None: it does not happen in this month."""

    town: str
    unit: Unit
    index: int
    way: Way
    channel: str
    mode: str
    telling: Telling
    finding: str
    day: int
    hour: int
    answer_day: int | None
    second_answer_day: int | None = None
    """When the level above answers after the reporter contested."""
    accepted: bool = False
    """Whether the reporter says to be satisfied, the day after the last answer."""

    @property
    def opinion(self) -> bool:
        return self.way is Way.OPINION


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen in the county."""

    seed: int
    towns: tuple[Town, ...]
    cases: tuple[Case, ...]

    def of_town(self, town: str) -> Iterator[Case]:
        return (case for case in self.cases if case.town == town)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of the month; day 31 is the first of October."""
    return datetime(2026, 9, 1, hour, minute, tzinfo=SHANGHAI) + timedelta(days=day - 1)


def plan(seed: int, towns: int | None = None) -> Plan:
    """The month of all towns, or of the first so many of them."""
    everything = divisions()
    counties = [each for each in everything if each.kind in ("town", "subdistrict")][:towns]
    settled = tuple(_town(division, everything) for division in counties)
    cases = [case for number, town in enumerate(settled) for case in _cases(seed, number, town)]
    return Plan(seed, settled, tuple(sorted(cases, key=lambda case: (case.day, case.hour, case.town, case.index))))


def _town(division: Division, everything: list[Division]) -> Town:
    villages = [each for each in everything if each.parent == division.code]
    units = [Unit(village.code, f"v{village.code[-3:]}") for village in villages[:2]]
    units.append(Unit(f"{division.code}.civil-affairs", "civil-affairs"))
    return Town(division.code, division.name, tuple(units), len(villages) + 5)


def _cases(seed: int, number: int, town: Town) -> Iterator[Case]:
    random = Random(f"{seed}/{town.code}")  # noqa: S311 - it is to be the same again
    ways = list(WAYS)
    random.shuffle(ways)
    ways += [way for way, place in TOP_CASES.items() if place == number]
    for index, way in enumerate(ways):
        yield _case(random, town, index, way)


def _case(random: Random, town: Town, index: int, way: Way) -> Case:
    opinion = way is Way.OPINION
    channel = random.choice(OPINION_CHANNELS) if opinion else CHANNELS[index % len(CHANNELS)]
    case = Case(
        town=town.code,
        unit=random.choice(town.units),
        index=index,
        way=way,
        channel=channel,
        mode=_mode(random, channel),
        telling=random.choice(OPINIONS if opinion else ACCUSATIONS),
        finding=random.choice(list(ANSWERS)),
        day=random.choice(BOX_DAYS[:3]) if channel.endswith("_BOX") else random.randint(2, 20),
        hour=10 if channel.endswith("_BOX") else random.randint(9, 17),
        answer_day=None,
    )
    return _with_answers(random, _made_regular(case))


def _made_regular(case: Case) -> Case:
    """What a rare way needs: early enough to be seen to its end, on the web where its reporter must act."""
    if case.way in (Way.MAYOR, Way.EXTENDED, Way.CONFLICT, Way.SUPERVISED, Way.CONTESTED, Way.MAJOR, Way.FORGOTTEN):
        day = 2 + case.index % 4
        web = case.way in (Way.CONTESTED, Way.MAYOR, Way.CONFLICT)
        if web or case.channel.endswith("_BOX"):
            return replace(case, day=day, channel="CHANNEL_WEB", mode="REPORTER_MODE_ANONYMOUS", hour=11)
        return replace(case, day=day)
    return case


def _with_answers(random: Random, case: Case) -> Case:
    first = {
        Way.LATE: case.day + random.randint(9, 12),
        Way.FORGOTTEN: None,
        Way.REFUSED: None,
        Way.MAJOR: case.day + random.randint(10, 20),
        Way.MAYOR: case.day + 6,
        Way.EXTENDED: case.day + 11,
        Way.SUPERVISED: case.day + 12,
    }.get(case.way, case.day + random.randint(3, 7))
    second = first + random.randint(3, 6) if case.way is Way.CONTESTED and first else None
    reached = [day if day and day <= DAYS - 1 else None for day in (first, second)]
    return replace(case, answer_day=reached[0], second_answer_day=reached[1], accepted=random.random() < 0.6)


def _mode(random: Random, channel: str) -> str:
    if channel == "CHANNEL_SUPERVISOR":
        return "REPORTER_MODE_THROUGH_SUPERVISOR"
    named = random.random() < (0.2 if channel.endswith("_BOX") else 0.4)
    return "REPORTER_MODE_NAMED" if named else "REPORTER_MODE_ANONYMOUS"
