"""Findings against a simple model, and results against the checks of the standards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.inspections.domain.finding import (
    DUE_SOON,
    MEND_DAYS,
    MOVES,
    OVERDUE,
    Action,
    Finding,
    State,
    check_mend_by,
    move,
)
from services.agency.inspections.domain.inspection import Result, Verdict, check_results
from services.common.errors import IllegalMove, Invalid, InvalidFields
from services.common.periods import overdue_from, start_of_day
from services.common.workdays import calendar_of

CHINA = calendar_of()
TODAY = date(2026, 9, 1)
ACTIONS = st.sampled_from([*Action, None])
STEPS = st.lists(st.tuples(ACTIONS, st.integers(0, 9), st.integers(0, MEND_DAYS)), max_size=12)
CODES = st.sampled_from(["LY-01", "LY-02", "SY-01", "SY-02", "SY-03"])


@dataclass
class Model:
    """What is known of a finding when one looks at each day."""

    state: State = State.OPEN
    mend_by: date = TODAY + timedelta(days=5)
    late: bool = False
    changes: list[Action] = field(default_factory=list)

    def day(self, today: date) -> None:
        self.late = self.late or (self.state is State.OPEN and today > self.mend_by)


def done(finding: Finding, action: Action, today: date, mend_by: date) -> Finding:
    """What an action makes of a finding at noon."""
    noon = start_of_day(today) + timedelta(hours=12)
    match action:
        case Action.MEND:
            return finding.mended("agent", noon)
        case Action.CONFIRM:
            return finding.confirmed("officer", noon)
        case Action.SEND_BACK:
            return finding.sent_back(mend_by)
        case Action.END:
            return finding.ended(today)


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_only_the_moves_of_the_table_are_made(state: State, action: Action) -> None:
    if target := MOVES.get((state, action)):
        assert move(state, action) is target
    else:
        with pytest.raises(IllegalMove):
            move(state, action)


@given(STEPS)
def test_a_finding_is_what_a_simple_model_says(steps: list[tuple[Action | None, int, int]]) -> None:
    model, today = Model(), TODAY
    finding = Finding(id="f", inspection="i", point="p", mend_by=model.mend_by)

    for action, days, further in steps:
        for _ in range(days):
            today += timedelta(days=1)
            model.day(today)
        assert finding.overdue(today) == (model.state is State.OPEN and today > model.mend_by)
        before, new_date = finding, today + timedelta(days=further)
        if action is not None and (target := MOVES.get((model.state, action))):
            finding, model.state = done(before, action, today, new_date), target
            model.mend_by = new_date if action is Action.SEND_BACK else model.mend_by
            model.changes.append(action)
        elif action is not None:
            with pytest.raises(IllegalMove):
                done(before, action, today, new_date)

        assert (finding.state, finding.mend_by) == (model.state, model.mend_by)
        assert finding.late or not before.late
        assert finding.late == model.late or finding.state is State.OPEN
        assert finding.version == 1 + len(model.changes)
        assert (OVERDUE in finding.deadlines(CHINA)) == (finding.state is State.OPEN)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_the_reminder_is_on_the_last_working_day_before_and_overdue_the_midnight_after(mend_by: date) -> None:
    deadlines = Finding(id="f", inspection="i", point="p", mend_by=mend_by).deadlines(CHINA)

    day = mend_by - timedelta(days=1)
    while not CHINA.is_working(day.toordinal()):
        day -= timedelta(days=1)
    assert deadlines == {DUE_SOON: start_of_day(day), OVERDUE: overdue_from(mend_by)}


def test_who_was_reminded_of_a_date_is_reminded_again_only_of_a_new_one() -> None:
    reminded = Finding(id="f", inspection="i", point="p", mend_by=TODAY).due_soon()

    assert DUE_SOON not in reminded.deadlines(CHINA)
    noon = start_of_day(TODAY) + timedelta(hours=12)
    assert DUE_SOON in reminded.mended("agent", noon).sent_back(TODAY + timedelta(days=9)).deadlines(CHINA)


@given(st.integers(-400, 400))
def test_a_date_to_mend_is_neither_over_nor_further_than_ninety_days(days: int) -> None:
    mend_by = TODAY + timedelta(days=days)
    if 0 <= days <= 90:
        check_mend_by("mend_by", mend_by, TODAY)
    else:
        with pytest.raises(Invalid, match="mend_by"):
            check_mend_by("mend_by", mend_by, TODAY)


@given(st.lists(CODES, max_size=7), st.sets(CODES))
def test_results_fit_where_each_check_has_just_one(given: list[str], checks: set[str]) -> None:
    results = [Result(code, Verdict.MET) for code in given]

    if sorted(given) == sorted(checks):
        check_results(results, checks)
    else:
        with pytest.raises(InvalidFields):
            check_results(results, checks)
