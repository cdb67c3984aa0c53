"""What can be done with an edition, in every state."""

from __future__ import annotations

from itertools import product

import pytest

from services.common.errors import IllegalMove
from services.risk.catalogues.domain import MOVES, Action, State, move


@pytest.mark.parametrize(("state", "action"), [*product(State, Action)])
def test_only_a_draft_can_be_compiled_anew_published_or_withdrawn(state: State, action: Action) -> None:
    if state is State.DRAFT:
        assert move(state, action) is MOVES[state, action]
    else:
        with pytest.raises(IllegalMove):
            move(state, action)
