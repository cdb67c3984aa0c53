"""The states of dispositions, and which is milder."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import IllegalMove
from services.risk.dispositions.domain import (
    FIRST_STATES,
    MOVES,
    Action,
    Disposition,
    Result,
    Severity,
    State,
    is_milder,
    seen_from,
)
from services.risk.levels import Level

NOW, TODAY = datetime(2026, 9, 1, 1, tzinfo=UTC), date(2026, 9, 1)
UNITS = ["611021101.finance", "611021101203", "611021101.party-committee", "611021101.discipline", "611021.finance"]
ACTS: dict[Action, tuple[str, tuple[Any, ...]]] = {
    Action.FIND_DONE: ("found_done", (TODAY,)),
    Action.FIND_NOT_DONE: ("found_not_done", (date(2026, 10, 1), TODAY)),
    Action.HAND_OVER: ("handed_over", ()),
    Action.ACCEPT: ("accepted", ("tenants/611021/accounts/jiwei", NOW)),
    Action.RETURN_RESULT: ("with_result", (Result.VIOLATION, NOW)),
}


def a_disposition(severity: Severity = Severity.CORRECTION, state: State = State.CORRECTING) -> Disposition:
    return Disposition(
        id="d",
        number="景村处〔2026〕1号",
        warning="w",
        subject=1,
        subject_id="611021101.finance",
        unit="611021101.finance",
        severity=severity,
        state=state,
        organ_level=Level.TOWN,
        author="tenants/611021101/accounts/jiwei",
        create_time=NOW,
        level=Level.UNIT,
    )


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_every_move_is_in_the_table_or_refused(state: State, action: Action) -> None:
    name, arguments = ACTS[action]
    act = getattr(a_disposition(state=state), name)

    if (state, action) in MOVES:
        assert act(*arguments).state is MOVES[state, action]
    else:
        with pytest.raises(IllegalMove):
            act(*arguments)


@given(st.lists(st.sampled_from(Severity), min_size=2, max_size=8))
def test_one_is_milder_exactly_where_severity_falls(severities: list[Severity]) -> None:
    falls = [is_milder(later, before) for before, later in pairwise(severities)]

    assert any(falls) is (sorted(severities) != severities)
    assert not is_milder(severities[0], None)


@given(st.sampled_from(Severity), st.sampled_from(Level), st.sampled_from(UNITS))
def test_nobody_below_the_warning_sees_its_disposition_and_no_unit_an_investigation(
    severity: Severity, warning: Level, unit: str
) -> None:
    """The party and the discipline committee of a town are units of the town's own level."""
    level = seen_from(severity, warning, unit)

    assert level >= warning
    if severity is Severity.INVESTIGATION:
        assert level >= (Level.TOWN if unit in UNITS[:2] else Level.COUNTY)


def test_what_is_owed_nothing_more_of_begins_done() -> None:
    assert {severity for severity in Severity if FIRST_STATES.get(severity, State.DONE) is State.DONE} == {
        Severity.REMINDER,
        Severity.CRITICISM,
        Severity.ADMONITION,
    }
