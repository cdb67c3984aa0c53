"""The states of a report: what is in the table moves, everything else is refused."""

from __future__ import annotations

from itertools import product

import pytest

from services.common.errors import IllegalMove
from services.watch.reports.domain.states import MOVES, Action, State, move

ILLEGAL = [pair for pair in product(State, Action) if pair not in MOVES]


@pytest.mark.parametrize(("state", "action"), ILLEGAL)
def test_a_move_that_is_not_in_the_table_is_refused_and_says_what_is_allowed(state: State, action: Action) -> None:
    with pytest.raises(IllegalMove) as refusal:
        move(state, action)

    assert refusal.value.metadata["state"] == state.name
    allowed = {name for name in refusal.value.metadata["allowed"].split(",") if name}
    assert allowed == {known.name for at, known in MOVES if at is state}


def test_a_report_goes_from_registration_to_its_end_in_five_states() -> None:
    state = State.REGISTERED
    for action in (Action.ASSIGN, Action.START, Action.ANSWER, Action.CLOSE):
        state = move(state, action)

    assert state is State.CLOSED


def test_nothing_leads_out_of_an_end() -> None:
    assert not [state for state, _ in MOVES if state in (State.CLOSED, State.NOT_ACCEPTED)]


def test_a_report_is_open_until_it_is_answered() -> None:
    assert [state for state in State if state.open] == [State.REGISTERED, State.ASSIGNED, State.INVESTIGATING]
