"""What may become of a measure of an implementation plan."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import IllegalMove, Invalid
from services.risk.plans.domain import MOVES, OPEN, Action, Measure, Stage, State, check_stages, move

DUE = date(2026, 9, 20)
TODAY = date(2026, 9, 1)


def a_measure(due: date = DUE, stage: int = 1) -> Measure:
    return Measure(id="m", plan="p", stage=stage, number=1, text="召开动员会。", owner="w", due_date=due)


def a_stage(number: int, first_day: date, last_day: date) -> Stage:
    return Stage(id="s", plan="p", number=number, title="阶段", task="", first_day=first_day, last_day=last_day)


@pytest.mark.parametrize(("state", "action"), [each for each in product(State, Action) if each not in MOVES])
def test_what_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    with pytest.raises(IllegalMove):
        move(state, action)


def test_what_is_not_open_does_not_move() -> None:
    assert {state for state, _ in MOVES} == set(OPEN)


@given(st.lists(st.tuples(st.sampled_from(Action), st.integers(-2, 40), st.integers(0, 100)), max_size=6))
def test_late_is_never_taken_back_and_only_what_is_done_is_at_a_hundred(steps: list[tuple[Action, int, int]]) -> None:
    measure, today = a_measure(), TODAY
    for action, days, percent in steps:
        before, today = measure, today + timedelta(days=days)
        try:
            measure = measure.progressed(action, percent, today)
        except IllegalMove:
            assert (before.state, action) not in MOVES
        except Invalid:
            assert (percent, MOVES[before.state, action]) == (100, State.ONGOING) or action is Action.DROP
        else:
            assert measure.late == (before.late or today > DUE)
            assert (measure.percent == 100) == (measure.state is State.DONE)


@given(st.integers(-40, 80), st.integers(-40, 40), st.integers(0, 40))
def test_a_measure_is_due_within_its_stage_and_not_before_today(due: int, begins: int, lasts: int) -> None:
    first, last = TODAY + timedelta(days=begins), TODAY + timedelta(days=begins + lasts)
    measure = a_measure(TODAY + timedelta(days=due))

    if max(first, TODAY) <= measure.due_date <= last:
        check_stages([a_stage(1, first, last)], [measure], TODAY)
    else:
        with pytest.raises(Invalid):
            check_stages([a_stage(1, first, last)], [measure], TODAY)
