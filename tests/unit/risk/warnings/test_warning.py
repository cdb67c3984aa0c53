"""Warnings as their states and colours move."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import IllegalMove, Refused
from services.common.moves import moved
from services.risk.analysis.domain import DEFAULT, SCALE, Assessment, Colour, Subject
from services.risk.levels import Level
from services.risk.warnings.domain import DAYS, MOVES, Action, State, Warning, owed_by

TODAY, NOON = date(2026, 9, 1), datetime(2026, 9, 1, 4, tzinfo=UTC)
TOWN, COUNTY = "611021101", "611021"
FINANCE = f"{TOWN}.finance"


def a_warning(colour: Colour = Colour.YELLOW, last_day: date = TODAY) -> Warning:
    return Warning(
        id="w",
        number="景村警〔2026〕1号",
        subject=Subject.UNIT,
        subject_id=FINANCE,
        unit=FINANCE,
        level=Level.UNIT,
        colour=colour,
        highest_colour=colour,
        points=0,
        rules=0,
        rule="",
        owner_level=owed_by(colour, Level.UNIT, FINANCE),
        last_day=last_day,
        raise_time=NOON,
        colour_time=NOON,
    )


def found(colour: Colour) -> Assessment:
    return Assessment(colour, 100 * SCALE, DEFAULT.rules[0])


@pytest.mark.parametrize(("state", "action"), [pair for pair in product(State, Action) if pair not in MOVES])
def test_what_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    with pytest.raises(IllegalMove):
        moved(MOVES, state, action)


def test_only_an_answer_ends_a_warning() -> None:
    assert [action for (state, action), target in MOVES.items() if target is State.ANSWERED] == [Action.ANSWER]


@pytest.mark.parametrize(("before", "after"), list(product(list(Colour)[1:], Colour)))
def test_only_a_milder_colour_lowers(before: Colour, after: Colour) -> None:
    if Colour.NONE < after < before:
        assert a_warning(before).lowered(after, NOON).colour is after
    else:
        with pytest.raises(Refused):
            a_warning(before).lowered(after, NOON)


@given(st.sampled_from((Colour.ORANGE, Colour.RED)), st.integers(-30, 30))
def test_a_more_severe_colour_is_due_no_later_than_a_new_warning_of_it(colour: Colour, days: int) -> None:
    before = a_warning(last_day=TODAY + timedelta(days=days))

    after = before.raised(found(colour), DEFAULT, NOON, TODAY)

    assert TODAY <= after.last_day <= TODAY + timedelta(days=DAYS[colour])
    assert after.last_day <= max(before.last_day, TODAY + timedelta(days=DAYS[colour]))
    assert (after.colour, after.highest_colour) == (colour, colour)


@pytest.mark.parametrize(
    ("colour", "level", "unit", "owner"),
    [
        (Colour.YELLOW, Level.UNIT, FINANCE, Level.UNIT),
        (Colour.ORANGE, Level.UNIT, FINANCE, Level.UNIT),
        (Colour.RED, Level.UNIT, FINANCE, Level.TOWN),
        (Colour.RED, Level.UNIT, f"{TOWN}203", Level.TOWN),
        (Colour.YELLOW, Level.TOWN, FINANCE, Level.TOWN),
        (Colour.YELLOW, Level.COUNTY, FINANCE, Level.COUNTY),
        (Colour.YELLOW, Level.UNIT, f"{COUNTY}.finance", Level.UNIT),
        (Colour.RED, Level.UNIT, f"{COUNTY}.finance", Level.COUNTY),
        (Colour.YELLOW, Level.UNIT, f"{TOWN}.party-committee", Level.UNIT),
        (Colour.RED, Level.UNIT, f"{TOWN}.party-committee", Level.TOWN),
        (Colour.YELLOW, Level.UNIT, f"{TOWN}.discipline", Level.COUNTY),
        (Colour.YELLOW, Level.UNIT, f"{COUNTY}.discipline", Level.UNIT),
    ],
)
def test_who_owes_the_disposition_of_what_is_about_a_unit(
    colour: Colour, level: Level, unit: str, owner: Level
) -> None:
    """A town's discipline committee does not answer what is about itself."""
    assert owed_by(colour, level, unit) is owner


def test_a_warning_goes_up_level_by_level_and_no_further() -> None:
    unit = a_warning()

    town = unit.escalated(TODAY, TOWN)
    county = town.escalated(TODAY, TOWN)

    assert (town.owner_level, county.owner_level) == (Level.TOWN, Level.COUNTY)
    assert unit.escalated(TODAY, COUNTY).owner_level is Level.COUNTY
    with pytest.raises(Refused):
        county.escalated(TODAY, TOWN)
