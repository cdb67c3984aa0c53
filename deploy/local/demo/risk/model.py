"""What must come of risk information by the rules of the domain, said a second time and more simply than the product
says it: every day and every unit is added up anew.

It reads nothing of the product: the figures of the months that were lived are held against these.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
"""Days in which each is owed."""


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


@dataclass(eq=False, slots=True)
class Piece:
    """What is told of a unit."""

    day: int
    unit: str
    """Its slug or its code."""
    kind: Kind
    level: int
    """The one from which on it is seen."""
    report: Report | None = None
    answered: list[int] = field(default_factory=list)
    """Levels at which a warning was answered that it stood behind: there and above it counts no more, wherever it has
    moved since."""


@dataclass(eq=False, slots=True)
class Open:
    """A warning that is not answered."""

    level: int
    colour: int = 0
    """1 yellow, 2 orange, 3 red."""
    since: int = 0
    last_day: int = 0
    behind: set[Piece] = field(default_factory=set)

    @property
    def owner(self) -> int:
        """The level that owes the disposition."""
        return max(self.level, 2 if self.colour == RED else 1)

    def coloured(self, colour: int, day: int) -> None:
        """A more severe colour leaves no more time than the one before."""
        last_day = day + TERMS[colour]
        self.last_day = min(last_day, self.last_day) if self.colour else last_day
        self.colour, self.since = colour, day

    def moved(self, day: int) -> None:
        """It is seen as long as anything behind it is; a level to which it comes up has its own time."""
        lowest = min(piece.level for piece in self.behind)
        if lowest > self.owner:
            self.last_day = day + TERMS[self.colour]
        self.level = max(self.level, lowest)


@dataclass
class Watched:
    """A unit, as the analysis knows it."""

    pieces: list[Piece] = field(default_factory=list)
    warnings: list[Open] = field(default_factory=list)
    settled: Counter[int] = field(default_factory=Counter)
    """By level the day until whose end what was behind a warning of it counts no more there and above."""

    def foremost(self, level: int) -> Open | None:
        """The most severe open warning of a level: two may have come together there."""
        return max((each for each in self.warnings if each.level == level), key=lambda each: each.colour, default=None)


def figures_of(reports: Sequence[Report], cases: Iterable[Case], off: frozenset[int]) -> Counter[str]:
    """What the gateway's daily figures must add up to, by their names."""
    figures: Counter[str] = Counter()
    units: dict[str, Watched] = defaultdict(Watched)
    by_day: dict[int, list[Piece]] = defaultdict(list)
    for piece in (*_of_reports(reports), *_of_cases(cases, off)):
        by_day[piece.day].append(piece)
    for day in range(1, DAYS + 2):
        for piece in by_day[day]:
            figures["informationCollected"] += 1
            figures.update(_come(units[piece.unit], piece))
        if day <= DAYS:
            for report in reports:
                if report.way is Way.CONTESTED and report.answer_day == day - 1:
                    _go_up(units.values(), report, day)
            figures.update(_disposed(units.values(), day))
    return figures


def _come(unit: Watched, piece: Piece) -> Iterator[str]:
    """One more piece: at each level all counts that is seen there, and above is warned of only what is worse than
    below. The strictest colour of all rules counts, and none falls by itself."""
    unit.pieces.append(piece)
    below, day = 0, piece.day
    for level in LEVELS:
        colour, counted = max((_colour(unit, rule, day, level) for rule in RULES), key=lambda found: found[0])
        if colour > max([below, *(each.colour for each in unit.warnings if each.level <= level)]):
            warning = unit.foremost(level)
            if warning is None:
                unit.warnings.append(warning := Open(level))
            warning.coloured(colour, day)
            warning.behind |= counted
            yield COLOURS[colour - 1]
            if colour == RED:
                yield "oversights"
        below = max(below, colour)
    for level in LEVELS:
        if level >= piece.level and (warning := unit.foremost(level)):
            warning.behind.add(piece)


def _colour(unit: Watched, rule: Rule, today: int, level: int) -> tuple[int, set[Piece]]:
    """The colour by a rule, and what counts for it."""
    counted = {
        each: rule.points.get(each.kind, 0) * max(0, 1000 - rule.lost * (today - each.day))
        for each in unit.pieces
        if each.level <= level and today - each.day < rule.window
        if not any(each.day <= unit.settled[between] for between in range(each.level, level + 1))
        if not any(at <= level for at in each.answered)
    }
    colour = sum(sum(counted.values()) >= 1000 * least for least in rule.colours)
    return colour, {each for each, points in counted.items() if points}


def _go_up(units: Iterable[Watched], report: Report, day: int) -> None:
    """A report that is contested goes one level up, and with it what came of it."""
    for unit in units:
        moved = {each for each in unit.pieces if each.report is report}
        for piece in moved:
            piece.level = max(piece.level, min(LEVELS[-1], level_of(report) + 1))
        for warning in unit.warnings:
            if warning.behind & moved:
                warning.moved(day)


def _disposed(units: Iterable[Watched], day: int) -> Iterator[str]:
    for unit in units:
        for each in [*unit.warnings]:
            if each.since <= day - PATIENCE[each.colour] or each.last_day <= day:
                unit.warnings.remove(each)
                unit.settled[each.level] = day
                for piece in each.behind:
                    piece.answered.append(each.level)
                yield from ("dispositions", "warningsAnswered")


def _of_reports(reports: Iterable[Report]) -> Iterator[Piece]:
    """What the county handles itself is information of the county, where it is late."""
    for report in reports:
        for day, organ in overdue_at(report):
            if organ:
                by_unit = organ == "unit"
                about, level = (report.unit.code, 1) if by_unit else (organ, 2)
                yield Piece(day, about, Kind.OVERDUE, level, report)
        if report.way is not Way.REFUSED and (answered := report.answer_day) and report.finding in SUBSTANTIATED:
            unit = "government-office" if report.way is Way.MAYOR else report.unit.code
            kind = Kind.SUBSTANTIATED if report.finding == SUBSTANTIATED[0] else Kind.PARTLY
            yield Piece(answered, unit, kind, level_of(report), report)


def _of_cases(cases: Iterable[Case], off: frozenset[int]) -> Iterator[Piece]:
    """What is late at a window of the county is information of the county."""
    for case in cases:
        lived = live(case, off)
        yield from (Piece(day, point, Kind.LATE_CASE, 1) for point, day in late_at(lived).items())
        notices = [step.day for step in case.steps if step.do is Do.NOTIFY]
        if len(notices) > 1:
            yield Piece(notices[1], case.village.code, Kind.TWICE, 1)
