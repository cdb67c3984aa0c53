"""What may become of a case of accountability."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.accountability.domain import MOVES, Action, Case, Ground, Level, Measure, State, move
from services.common.errors import DomainError, IllegalMove
from services.common.periods import local_date, start_of_day

OPENED = start_of_day(date(2026, 9, 1))
HEAR_UNTIL = date(2026, 9, 4)


def a_case() -> Case:
    return Case(
        id="c",
        point="p",
        officer="o",
        ground=Ground.OTHER,
        cases=(),
        level=Level.TOWN,
        hear_until=HEAR_UNTIL,
        opener="d",
        open_time=OPENED,
    )


@pytest.mark.parametrize(("state", "action"), [each for each in product(State, Action) if each not in MOVES])
def test_what_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    with pytest.raises(IllegalMove):
        move(state, action)


STEPS = st.lists(st.tuples(st.sampled_from([*Measure, None, "view"]), st.integers(0, 3)), max_size=6)


@given(STEPS)
def test_no_measure_stands_unheard_while_a_view_could_be_stated(steps: list[tuple[Measure | str | None, int]]) -> None:
    case, now = a_case(), OPENED
    for said, days in steps:
        now += timedelta(days=days)
        try:
            if said == "view":
                case = case.heard(now)
            else:
                case = case.decided(said if isinstance(said, Measure) else None, "d", now)
        except DomainError:
            continue
    if case.decide_time is not None and case.measure is not None:
        assert case.hear_time is not None or local_date(case.decide_time) > HEAR_UNTIL
    assert (case.measure is not None) == (case.state is State.DECIDED)
