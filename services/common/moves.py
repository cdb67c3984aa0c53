"""State machines: a table that says what comes of each action in each state, and is asked on every move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from services.common.errors import IllegalMove
from services.common.words import Word

State = TypeVar("State", bound=Word)
Action = TypeVar("Action", bound=Word)


def moved(table: Mapping[tuple[State, Action], State], state: State, action: Action) -> State:
    """The state after the action. Raises IllegalMove for what is not in the table, with the actions that are there."""
    if (target := table.get((state, action))) is None:
        raise IllegalMove(state, action, [possible for before, possible in table if before is state])
    return target
