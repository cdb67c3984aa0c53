"""Since when a position of grade 1 has been without a confirmed risk point, whatever its grades and risk points do."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.common.periods import overdue_from
from services.risk.positions.domain import Position, Standing
from tests.unit.watch.reports.builders import local

NOW = local(2026, 9, 1)
A_POSITION = Position(id="head", unit="611021101.finance", section="", title="所长", standing=Standing.LEADING)

grades = st.lists(st.integers(1, 3), max_size=3)
steps = st.lists(st.tuples(st.integers(0, 60), st.one_of(grades, st.integers(0, 2))), max_size=12)


@given(steps)
def test_a_spell_begins_with_grade_1_and_without_risk_points_and_ends_with_either(
    history: list[tuple[int, list[int] | int]],
) -> None:
    position, now, grade, points, since = A_POSITION, NOW, None, 0, None

    for days, change in history:
        now += timedelta(days=days)
        if isinstance(change, int):
            points = change
            position = position.with_risk_points(points, now)
        else:
            grade = min(change, default=None)
            position = position.graded(change, now)
        exposed = grade == 1 and points == 0
        since = (since or now) if exposed else None

        assert position.unprotected_time == since
        assert position.risk_points == points


def test_the_county_is_told_at_the_midnight_that_ends_the_ninetieth_day() -> None:
    exposed = A_POSITION.graded([1], NOW)

    assert exposed.told_unprotected == overdue_from((NOW + timedelta(days=90)).date())
    assert exposed.unprotected_days((NOW + timedelta(days=90)).date()) == 90
    assert A_POSITION.told_unprotected is None
