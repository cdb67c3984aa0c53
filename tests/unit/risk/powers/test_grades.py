"""The grade of a power, by the clauses of domain §1.5."""

from __future__ import annotations

from itertools import product

import pytest

from services.risk.positions.domain import Standing
from services.risk.powers.domain import Content, Extent, Frequency, Kind, proposed

DECIDING = (Kind.DECISION, Kind.JUDICIAL, Kind.ENFORCEMENT, Kind.LICENSING, Kind.MANAGEMENT)


def a_power(kind: Kind, extent: Extent, importance: int = 2, frequency: Frequency = Frequency.MONTHLY) -> Content:
    return Content(
        title="审批",
        kind=kind,
        extent=extent,
        basis="依据",
        boundary="界限",
        responsibility="责任",
        importance=importance,
        frequency=frequency,
    )


@pytest.mark.parametrize("kind", DECIDING)
def test_a_leading_position_that_decides_is_of_grade_1(kind: Kind) -> None:
    assert proposed(Standing.LEADING, a_power(kind, Extent.DECISIVE)).grade == 1


@pytest.mark.parametrize(("standing", "kind"), [*product((Standing.LEADING, Standing.HANDLING), DECIDING)])
def test_who_decides_in_part_is_of_grade_2(standing: Standing, kind: Kind) -> None:
    proposal = proposed(standing, a_power(kind, Extent.PARTIAL))

    assert (proposal.grade, proposal.flagged) == (2, False)


@pytest.mark.parametrize(
    ("standing", "extent"), [*product((Standing.LEADING, Standing.HANDLING), (Extent.DECISIVE, Extent.PARTIAL))]
)
def test_who_executes_is_of_grade_2(standing: Standing, extent: Extent) -> None:
    assert proposed(standing, a_power(Kind.EXECUTION, extent)).grade == 2


@pytest.mark.parametrize("standing", [Standing.LEADING, Standing.OTHER])
def test_who_coordinates_is_of_grade_3(standing: Standing) -> None:
    assert proposed(standing, a_power(Kind.COORDINATION, Extent.PARTIAL)).grade == 3


@pytest.mark.parametrize(
    ("standing", "kind", "extent"),
    [
        (Standing.HANDLING, Kind.LICENSING, Extent.DECISIVE),
        (Standing.HANDLING, Kind.COORDINATION, Extent.PARTIAL),
        (Standing.OTHER, Kind.EXECUTION, Extent.PARTIAL),
    ],
)
def test_what_no_clause_names_is_of_grade_2_and_goes_to_the_meeting(
    standing: Standing, kind: Kind, extent: Extent
) -> None:
    proposal = proposed(standing, a_power(kind, extent))

    assert (proposal.grade, proposal.flagged) == (2, True)


@pytest.mark.parametrize(
    ("importance", "frequency", "grade"),
    [
        (3, Frequency.DAILY, 2),
        (3, Frequency.WEEKLY, 2),
        (3, Frequency.MONTHLY, 3),
        (2, Frequency.DAILY, 3),
    ],
)
def test_only_the_greatest_importance_with_use_every_day_or_week_raises_a_grade(
    importance: int, frequency: Frequency, grade: int
) -> None:
    power = a_power(Kind.COORDINATION, Extent.PARTIAL, importance, frequency)

    assert proposed(Standing.OTHER, power).grade == grade


def test_the_most_important_power_that_is_exercised_every_day_is_raised_by_one() -> None:
    plain = proposed(Standing.HANDLING, a_power(Kind.LICENSING, Extent.PARTIAL, 3, Frequency.SELDOM))
    raised = proposed(Standing.HANDLING, a_power(Kind.LICENSING, Extent.PARTIAL, 3, Frequency.DAILY))
    top = proposed(Standing.LEADING, a_power(Kind.LICENSING, Extent.DECISIVE, 3, Frequency.DAILY))

    assert (plain.grade, raised.grade, top.grade) == (2, 1, 1)
    assert "提高一级" in raised.reason
