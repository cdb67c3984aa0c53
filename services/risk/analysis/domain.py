"""The analysis of risk information over sliding windows, by rules that are data (domain §1.7). Pure.

Points are whole numbers throughout, in units of which `SCALE` make one point: what a piece contributes and what a
subject has is exact, whoever adds it up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Protocol

from services.common.errors import Invalid, InvalidFields, Violation
from services.common.words import Word
from services.risk.information.domain import Kind
from services.risk.levels import Level

PERCENT = 100
PER_MILLE = 1000
SCALE = PERCENT**3 * PER_MILLE


class Subject(Word):
    """What is analysed, one by one."""

    UNIT = 1, "单位"
    POSITION = 2, "岗位"
    POWER = 3, "权力事项"


class Colour(Word):
    NONE = 0, "无"
    YELLOW = 1, "黄色"
    ORANGE = 2, "橙色"
    RED = 3, "红色"


class Piece(Protocol):
    """What the analysis looks at of a piece of risk information."""

    @property
    def unit(self) -> str: ...
    @property
    def position(self) -> str | None: ...
    @property
    def power(self) -> str | None: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def day(self) -> date: ...
    @property
    def grade(self) -> int | None: ...
    @property
    def key_area(self) -> bool: ...
    @property
    def key_link(self) -> bool: ...
    @property
    def withdrawn(self) -> bool: ...
    @property
    def known_time(self) -> datetime: ...
    @property
    def level(self) -> Level: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Adds up what the pieces about a subject count within a window that ends today."""

    title: str
    subject: Subject
    weights: dict[Kind, int]
    """Points by kind; what is not named counts nothing."""
    window_days: int
    decay_per_mille: int
    """Of its points, what a piece loses with each day."""
    key_area_percent: int = 100
    key_link_percent: int = 100
    grade_percents: tuple[int, int, int] = (100, 100, 100)
    yellow: int
    orange: int
    red: int

    def colour(self, score: int) -> Colour:
        """The colour of so many points, in units of SCALE."""
        if score >= self.red * SCALE:
            return Colour.RED
        if score >= self.orange * SCALE:
            return Colour.ORANGE
        return Colour.YELLOW if score >= self.yellow * SCALE else Colour.NONE

    def contribution(self, piece: Piece, today: date) -> int:
        """What a piece counts on a day, in units of SCALE."""
        age = (today - piece.day).days
        if piece.withdrawn or not 0 <= age < self.window_days:
            return 0
        points, area, link, grade = self._factors(piece)
        return points * area * link * grade * self._left(age)

    def total(self, counts: Mapping[date, int], today: date) -> int:
        """What the pieces of many days count on one, in units of SCALE; `counts` is without decay."""
        ages = ((base, (today - day).days) for day, base in counts.items())
        return sum(base * self._left(age) for base, age in ages if 0 <= age < self.window_days)

    def in_words(self, piece: Piece, today: date) -> str:
        """How the contribution follows from the rule."""
        points, area, link, grade = self._factors(piece)
        age = (today - piece.day).days
        factors = [f"{piece.kind.label}{points}分"]
        if area != PERCENT:
            factors.append(f"重点领域{area}%")
        if link != PERCENT:
            factors.append(f"关键环节{link}%")
        if grade != PERCENT:
            factors.append(f"{'一二三'[(piece.grade or 1) - 1]}级风险{grade}%")
        if (left := self._left(age)) != PER_MILLE:
            factors.append(f"距今{age}天按{left / 10:g}%计")
        return f"{'×'.join(factors)}＝{hundredths(self.contribution(piece, today)) / 100:.2f}分"

    def _factors(self, piece: Piece) -> tuple[int, int, int, int]:
        area = self.key_area_percent if piece.key_area else PERCENT
        link = self.key_link_percent if piece.key_link else PERCENT
        grade = self.grade_percents[piece.grade - 1] if piece.grade else PERCENT
        return self.weights.get(piece.kind, 0), area, link, grade

    def _left(self, age: int) -> int:
        """Of its points, how many thousandths are left at this age in days."""
        return max(0, PER_MILLE - self.decay_per_mille * age)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """An edition of the rules of a county: never changed."""

    id: str
    """The number of the edition, as text."""
    rules: tuple[Rule, ...]
    author: str
    create_time: datetime | None

    @property
    def number(self) -> int:
        return int(self.id)

    @property
    def longest_window(self) -> int:
        return max(each.window_days for each in self.rules)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say of a subject on a day."""

    colour: Colour
    score: int
    """Under the rule that counts, in units of SCALE."""
    rule: Rule


def hundredths(score: int) -> int:
    """Points as people are told them: of units of SCALE hundredths, rounded half up."""
    hundredth = SCALE // 100
    return (score + hundredth // 2) // hundredth


def check(rules: Sequence[Rule], field: str) -> None:
    """Raises InvalidFields for what is no set of rules, with each field that is wrong."""
    wrong = [*_thresholds(rules, field)]
    titles = [each.title for each in rules]
    wrong += [
        Violation(f"{field}[{index}].title", "同名规则只能有一条。", "TWICE")
        for index, title in enumerate(titles)
        if title in titles[:index]
    ]
    if wrong:
        raise InvalidFields(wrong)


LONGEST_SPAN = 1096


def check_span(first: date, last: date) -> None:
    """Raises Invalid for days of a dry run that cannot be."""
    if last < first:
        raise Invalid("last_day", "不能早于第一天。")
    if (last - first).days >= LONGEST_SPAN:
        raise Invalid("last_day", f"最多试算{LONGEST_SPAN}天。")


def _thresholds(rules: Sequence[Rule], field: str) -> Iterable[Violation]:
    for index, each in enumerate(rules):
        if each.orange <= each.yellow:
            yield Violation(f"{field}[{index}].orange", "橙色的分值应高于黄色。", "NOT_RISING")
        if each.red <= each.orange:
            yield Violation(f"{field}[{index}].red", "红色的分值应高于橙色。", "NOT_RISING")


SubjectId = tuple[Subject, str]

Matter = tuple[Subject, str, Level]
"""What is warned of, and the level that sees it: there everything counts that is seen there. So what moved up to a
higher level is warned of above, and below all goes on as if it were not there."""


def subjects_of(piece: Piece) -> list[SubjectId]:
    """What a piece is about: its unit, and its position and power where they are known."""
    found = ((Subject.UNIT, piece.unit), (Subject.POSITION, piece.position), (Subject.POWER, piece.power))
    return [(subject, id) for subject, id in found if id]


def strictest(rules: Sequence[Rule], scores: Mapping[int, int]) -> Assessment | None:
    """Of the scores of one subject, by the place of the rule: the most severe colour, of the first rule that has it."""
    found = [Assessment(rules[place].colour(score), score, rules[place]) for place, score in sorted(scores.items())]
    return max(found, key=lambda each: each.colour, default=None)


def analysed(
    pieces: Iterable[Piece], rules: Sequence[Rule], today: date, since: Mapping[Matter, datetime] | None = None
) -> dict[Matter, Assessment]:
    """Every matter that deserves a warning. What was known of a matter at `since` counts no more, there and above."""
    scores: defaultdict[Matter, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    settled = since or {}
    for piece in pieces:
        for (subject, id), level in product(subjects_of(piece), Level):
            if level >= piece.level and not is_settled(piece, level, _levels(settled, subject, id)):
                for place, rule in enumerate(rules):
                    if rule.subject is subject:
                        scores[subject, id, level][place] += rule.contribution(piece, today)
    return worth_telling({matter: strictest(rules, by_rule) for matter, by_rule in scores.items()})


def is_settled(piece: Piece, level: Level, settled: Mapping[Level, datetime]) -> bool:
    """Whether a warning about the subject that was answered or lowered then, at this level or below, had it behind."""
    return any(piece.level <= each <= level and piece.known_time <= time for each, time in settled.items())


def worth_telling(found: Mapping[Matter, Assessment | None]) -> dict[Matter, Assessment]:
    """Those that deserve a warning: of a subject at a higher level only what is more severe than below it."""
    worth: dict[Matter, Assessment] = {}
    colours: dict[SubjectId, Colour] = {}
    for (subject, id, level), assessment in sorted(found.items(), key=lambda each: each[0][2]):
        if assessment and assessment.colour > colours.get((subject, id), Colour.NONE):
            worth[subject, id, level] = assessment
            colours[subject, id] = assessment.colour
    return worth


def _levels(settled: Mapping[Matter, datetime], subject: Subject, id: str) -> dict[Level, datetime]:
    times = {level: settled.get((subject, id, level)) for level in Level}
    return {level: time for level, time in times.items() if time is not None}


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which rules would have raised a warning, to its first colour or to a more severe one."""

    day: date
    found: Assessment


def replayed(rules: Sequence[Rule], counts: Mapping[int, Mapping[date, int]], first: date, last: date) -> list[Step]:
    """What rules would have raised of one subject over days of the past, as if no warning had been there or answered.

    `counts` is what the pieces of each day count, without decay, by the place of the rule. Points rise only when a
    piece comes: so the first day and those on which one came are looked at, and no other.
    """
    days = {first, *(day for by_day in counts.values() for day in by_day if first <= day <= last)}
    steps: list[Step] = []
    for day in sorted(days):
        scores = {place: rules[place].total(by_day, day) for place, by_day in counts.items()}
        found = strictest(rules, scores)
        if found and found.colour > (steps[-1].found.colour if steps else Colour.NONE):
            steps.append(Step(day, found))
    return steps


def first_day(rules: Rules, today: date) -> date:
    """The first day of the longest window that ends today."""
    return today - timedelta(days=rules.longest_window - 1)


def _of_conduct(title: str, subject: Subject, thresholds: tuple[int, int, int]) -> Rule:
    yellow, orange, red = thresholds
    return Rule(
        title=title,
        subject=subject,
        weights={
            Kind.REPORT_SUBSTANTIATED: 40,
            Kind.REPORT_PARTLY_SUBSTANTIATED: 20,
            Kind.INSPECTION: 20,
            Kind.AUDIT: 30,
            Kind.PETITION: 10,
            Kind.MEDIA: 15,
            Kind.SELF_FOUND: 10,
            Kind.OTHER: 5,
        },
        window_days=365,
        decay_per_mille=2,
        key_area_percent=150,
        key_link_percent=125,
        grade_percents=(150, 120, 100),
        yellow=yellow,
        orange=orange,
        red=red,
    )


DEFAULT = Rules(
    id="0",
    rules=(
        _of_conduct("单位廉政风险", Subject.UNIT, (40, 80, 160)),
        Rule(
            title="单位办事拖延",
            subject=Subject.UNIT,
            weights={Kind.REPORT_OVERDUE: 10, Kind.CASE_OVERDUE: 5, Kind.NOTICE_REPEATED: 5},
            window_days=90,
            decay_per_mille=10,
            yellow=15,
            orange=30,
            red=60,
        ),
        _of_conduct("同一岗位反复出现", Subject.POSITION, (100, 160, 240)),
        _of_conduct("同一权力反复出现", Subject.POWER, (100, 160, 240)),
    ),
    author="",
    create_time=None,
)
"""What counts as long as a county has set nothing. Ours: no published rule says how much anything weighs. One
substantiated report warns its unit; a position or a power is warned of where it comes up again and again."""
