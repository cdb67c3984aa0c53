"""The analysis beside a model that counts piece by piece and day by day, in fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import InvalidFields
from services.risk.analysis.domain import (
    DEFAULT,
    SCALE,
    Colour,
    Matter,
    Rule,
    Subject,
    SubjectId,
    analysed,
    check,
    hundredths,
    replayed,
    subjects_of,
)
from services.risk.information.domain import Entry, Kind
from services.risk.levels import Level
from tests.unit.risk.analysis.pieces import NOON, TODAY, pieces, rules

Information = Sequence[Entry]


def points_in_model(rule: Rule, piece: Entry, today: date) -> Fraction:
    """What a piece counts: weight by kind, times the factors, less a share for each day since, within the window."""
    window = [today - timedelta(days=n) for n in range(rule.window_days)]
    if piece.withdrawn or piece.day not in window:
        return Fraction(0)
    points = Fraction(rule.weights.get(piece.kind, 0))
    if piece.key_area:
        points *= Fraction(rule.key_area_percent, 100)
    if piece.key_link:
        points *= Fraction(rule.key_link_percent, 100)
    if piece.grade:
        points *= Fraction(rule.grade_percents[piece.grade - 1], 100)
    left = Fraction(1) - window.index(piece.day) * Fraction(rule.decay_per_mille, 1000)
    return points * max(left, Fraction(0))


def is_about(piece: Entry, subject: SubjectId) -> bool:
    return subject[1] == {1: piece.unit, 2: piece.position, 3: piece.power}[subject[0]]


def colour_in_model(information: Information, rule: Rule, today: date) -> tuple[Colour, Fraction]:
    points = sum((points_in_model(rule, each, today) for each in information), Fraction(0))
    for colour, threshold in ((Colour.RED, rule.red), (Colour.ORANGE, rule.orange), (Colour.YELLOW, rule.yellow)):
        if points >= threshold:
            return colour, points
    return Colour.NONE, points


def counts_in_model(piece: Entry, level: Level, since: Mapping[Level, datetime]) -> bool:
    """Whether a piece is seen at a level and was not settled there, or on the way up to it."""
    between = [time for at, time in since.items() if piece.level <= at <= level]
    return piece.level <= level and all(piece.known_time > time for time in between)


def warned_in_model(
    information: Information, given_rules: Sequence[Rule], since: Mapping[Level, datetime]
) -> dict[Level, tuple[Colour, Fraction]]:
    """What one subject deserves, level by level: above only what is more severe than below."""
    warned: dict[Level, tuple[Colour, Fraction]] = {}
    for level in Level:
        counting = [each for each in information if counts_in_model(each, level, since)]
        by_rule = [colour_in_model(counting, rule, TODAY) for rule in given_rules]
        worst = max((colour for colour, _ in by_rule), default=Colour.NONE)
        if worst > max((colour for colour, _ in warned.values()), default=Colour.NONE):
            warned[level] = next(each for each in by_rule if each[0] is worst)
    return warned


@given(
    st.lists(pieces(), max_size=25),
    st.lists(rules(), min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(Level), st.integers(0, 40), max_size=2),
)
def test_the_analysis_finds_what_the_model_finds(
    information: list[Entry], given_rules: list[Rule], settled: dict[Level, int]
) -> None:
    subjects = {subject for each in information for subject in subjects_of(each)}
    times = {level: NOON - timedelta(days=days) for level, days in settled.items()}
    since = {(*each, level): time for each in subjects for level, time in times.items() if each[0] is Subject.UNIT}

    found = analysed(information, given_rules, TODAY, since)

    expected: dict[Matter, tuple[Colour, Fraction]] = {}
    for subject in subjects:
        about = [each for each in information if is_about(each, subject)]
        of_subject = [rule for rule in given_rules if rule.subject is subject[0]]
        warned = warned_in_model(about, of_subject, times if subject[0] is Subject.UNIT else {})
        expected |= {(*subject, level): each for level, each in warned.items()}
    assert {key: (each.colour, Fraction(each.score, SCALE)) for key, each in found.items()} == expected


@given(st.lists(pieces(), max_size=25), st.lists(rules(), min_size=1, max_size=3), st.integers(0, 40))
def test_a_dry_run_raises_on_the_days_on_which_the_model_raises(
    information: list[Entry], given_rules: list[Rule], span: int
) -> None:
    first = TODAY - timedelta(days=span)
    for subject in {subject for each in information for subject in subjects_of(each)}:
        about = [each for each in information if is_about(each, subject)]
        counts = {
            place: {
                day: sum(rule.contribution(each, day) for each in about if each.day == day) // 1000
                for day in {each.day for each in about}
            }
            for place, rule in enumerate(given_rules)
            if rule.subject is subject[0]
        }

        steps = replayed(given_rules, counts, first, TODAY)

        expected, highest = [], Colour.NONE
        for day in (first + timedelta(days=n) for n in range(span + 1)):
            known = [each for each in about if each.day <= day]
            found = analysed([replace(each, level=Level.UNIT) for each in known], given_rules, day).get(
                (*subject, Level.UNIT)
            )
            if found and found.colour > highest:
                highest = found.colour
                expected.append((day, found))
        assert [(each.day, each.found) for each in steps] == expected


@given(st.lists(pieces(), max_size=15), rules(), st.integers(1, 30))
def test_without_another_piece_points_never_rise(information: list[Entry], rule: Rule, days: int) -> None:
    later = TODAY + timedelta(days=days)

    assert all(rule.contribution(each, later) <= rule.contribution(each, TODAY) for each in information)


def test_each_factor_is_said_in_words_which_end_in_the_points_that_are_shown() -> None:
    rule = DEFAULT.rules[0]
    piece = Entry(
        id="",
        information="",
        level=Level.UNIT,
        unit="finance",
        kind=Kind.AUDIT,
        day=TODAY - timedelta(days=50),
        grade=1,
        key_area=True,
        key_link=True,
        known_time=NOON,
        author="",
        create_time=NOON,
    )

    words = rule.in_words(piece, TODAY)

    assert words == "审计30分×重点领域150%×关键环节125%×一级风险150%×距今50天按90%计＝75.94分"
    assert hundredths(rule.contribution(piece, TODAY)) == 7594


@pytest.mark.parametrize("thresholds", [(10, 10, 20), (10, 20, 20), (20, 10, 30), (1, 2, -3)])
def test_thresholds_that_do_not_rise_are_refused_with_their_field(thresholds: tuple[int, int, int]) -> None:
    yellow, orange, red = thresholds
    rule = Rule(
        title="规则",
        subject=Subject.UNIT,
        weights={Kind.AUDIT: 1},
        window_days=1,
        decay_per_mille=0,
        yellow=yellow,
        orange=orange,
        red=red,
    )

    with pytest.raises(InvalidFields) as refused:
        check([rule], "rules")

    assert {each.field for each in refused.value.violations} <= {"rules[0].orange", "rules[0].red"}


def test_what_is_shipped_is_a_set_of_rules() -> None:
    check(DEFAULT.rules, "rules")
