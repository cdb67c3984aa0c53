"""What may become of a decision of a leading group."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.groups.domain import MOVES, Action, Decision, State, move
from services.common.errors import IllegalMove
from services.common.periods import overdue_from, start_of_day

DUE = date(2026, 9, 10)


def a_decision() -> Decision:
    return Decision(id="d", meeting="m", number=1, member="w", due_date=DUE)


@pytest.mark.parametrize(("state", "action"), [each for each in product(State, Action) if each not in MOVES])
def test_what_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    with pytest.raises(IllegalMove):
        move(state, action)


@given(st.lists(st.tuples(st.sampled_from(Action), st.integers(0, 40)), max_size=4))
def test_late_is_never_taken_back_and_done_is_done(steps: list[tuple[Action, int]]) -> None:
    decision, now = a_decision(), start_of_day(date(2026, 9, 1))
    for action, days in steps:
        before, now = decision, now + timedelta(days=days)
        try:
            decision = decision.settled(action, now)
        except IllegalMove:
            assert (before.state, action) not in MOVES
            continue
        assert decision.version == before.version + 1
        assert decision.late == (before.late or now >= overdue_from(DUE))
