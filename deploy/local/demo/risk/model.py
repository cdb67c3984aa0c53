"""What must come of risk information by the rules of the domain, said a second time and more simply than the product
says it: every day and every unit is added up anew.

It reads nothing of the product: the figures of the months that were lived are held against these.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from deploy.local.demo.agency.cases import Case, Do
from deploy.local.demo.agency.model import late_at, live
from deploy.local.demo.month import DAYS
from deploy.local.demo.watch.model import SUBSTANTIATED, level_of, overdue_at
from deploy.local.demo.watch.reports import Report
from deploy.local.demo.watch.tellings import Way

PATIENCE = (0, 12, 8, 3)
"""Days after which a discipline officer disposes of a yellow, an orange, a red warning, counted from its colour; or on
its last day, which comes before where it was yellow for long."""
TERMS = (0, 15, 10, 5)
"""Days in which each is owed. A more severe colour leaves no more time than the one before."""


class Kind(Enum):
    """What is told of a unit."""

    SUBSTANTIATED = "a report that was substantiated"
    PARTLY = "one that was in part"
    OVERDUE = "a report that it did not answer in time"
    LATE_CASE = "a case that was late there"
    TWICE = "a second notice for one case"


@dataclass(frozen=True, slots=True)
class Rule:
    """Points by kind, what of them is lost a day, and from how many on which colour."""

    points: dict[Kind, int]
    lost: int
    """Thousandths."""
    window: int
    colours: tuple[int, int, int]


RULES = (
    Rule({Kind.SUBSTANTIATED: 40, Kind.PARTLY: 20}, 2, 365, (40, 80, 160)),
    Rule({Kind.OVERDUE: 10, Kind.LATE_CASE: 5, Kind.TWICE: 5}, 10, 90, (15, 30, 60)),
)
"""Those with which a county begins, of units: its positions are not written down in this story."""
COLOURS = ("warningsYellow", "warningsOrange", "warningsRed")
RED = 3

LEVELS = (1, 2, 3)
"""The unit, the town, the county."""

Piece = tuple[int, str, Kind, int]
"""A day, the slug or the code of a unit, what is told of it, and the level from which on that is seen."""


@dataclass
class Watched:
    """A unit, as the analysis knows it."""

    pieces: list[tuple[int, Kind, int]] = field(default_factory=list)
    """Each with its day and its level."""
    colours: Counter[int] = field(default_factory=Counter)
    """Of the open warning of each level: 1 yellow, 2 orange, 3 red; 0 where none is open."""
    since: Counter[int] = field(default_factory=Counter)
    last_day: Counter[int] = field(default_factory=Counter)
    settled: Counter[int] = field(default_factory=Counter)
    """By level the day until whose end what was behind a warning of it counts no more there and above."""


def figures_of(reports: Iterable[Report], cases: Iterable[Case], off: frozenset[int]) -> Counter[str]:
    """What the gateway's daily figures must add up to, by their names."""
    figures: Counter[str] = Counter()
    units: dict[str, Watched] = defaultdict(Watched)
    by_day: dict[int, list[Piece]] = defaultdict(list)
    for piece in (*_of_reports(reports), *_of_cases(cases, off)):
        by_day[piece[0]].append(piece)
    for day in range(1, DAYS + 2):
        for _, unit, kind, level in by_day[day]:
            figures["informationCollected"] += 1
            figures.update(_come(units[unit], day, kind, level))
        if day <= DAYS:
            figures.update(_disposed(units.values(), day))
    return figures


def _come(unit: Watched, day: int, kind: Kind, seen_from: int) -> Iterator[str]:
    """One more piece: at each level all counts that is seen there, and above is warned of only what is worse than
    below. The strictest colour of all rules counts, and none falls by itself."""
    unit.pieces.append((day, kind, seen_from))
    below = 0
    for level in LEVELS:
        colour = max(_colour(unit, rule, day, level) for rule in RULES)
        if colour > max(below, *(unit.colours[each] for each in LEVELS if each <= level)):
            last_day = day + TERMS[colour]
            unit.last_day[level] = min(last_day, unit.last_day[level]) if unit.colours[level] else last_day
            unit.colours[level], unit.since[level] = colour, day
            yield COLOURS[colour - 1]
            if colour == RED:
                yield "oversights"
        below = max(below, colour)


def _colour(unit: Watched, rule: Rule, today: int, level: int) -> int:
    thousandths = sum(
        rule.points.get(kind, 0) * max(0, 1000 - rule.lost * (today - day))
        for day, kind, seen_from in unit.pieces
        if seen_from <= level and today - day < rule.window
        if not any(day <= unit.settled[each] for each in range(seen_from, level + 1))
    )
    return sum(thousandths >= 1000 * least for least in rule.colours)


def _disposed(units: Iterable[Watched], day: int) -> Iterator[str]:
    for unit in units:
        for level in LEVELS:
            colour = unit.colours[level]
            if colour and (unit.since[level] <= day - PATIENCE[colour] or unit.last_day[level] <= day):
                unit.colours[level], unit.settled[level] = 0, day
                yield from ("dispositions", "warningsAnswered")


def _of_reports(reports: Iterable[Report]) -> Iterator[Piece]:
    """What the county handles itself is information of the county, where it is late."""
    for report in reports:
        for day, organ in overdue_at(report):
            if organ:
                by_unit = organ == "unit"
                yield day, report.unit.code if by_unit else organ, Kind.OVERDUE, 1 if by_unit else 2
        if report.way is not Way.REFUSED and (answered := report.answer_day) and report.finding in SUBSTANTIATED:
            unit = "government-office" if report.way is Way.MAYOR else report.unit.code
            kind = Kind.SUBSTANTIATED if report.finding == SUBSTANTIATED[0] else Kind.PARTLY
            yield answered, unit, kind, level_of(report)


def _of_cases(cases: Iterable[Case], off: frozenset[int]) -> Iterator[Piece]:
    """What is late at a window of the county is information of the county."""
    for case in cases:
        lived = live(case, off)
        yield from ((day, point, Kind.LATE_CASE, 1) for point, day in late_at(lived).items())
        notices = [step.day for step in case.steps if step.do is Do.NOTIFY]
        if len(notices) > 1:
            yield notices[1], case.village.code, Kind.TWICE, 1
