"""Volunteers: their terms, and that out of term, or at another point, there is no right left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.volunteers.domain import Letter, Standing, Volunteer, new_term
from services.common.access import Actor, Grant, Role
from services.common.errors import IllegalMove, Invalid
from services.common.sight import units_in_sight
from services.common.terms import Term, TermState, years_from
from tests.unit.watch.reports.builders import local

TODAY = date(2026, 9, 1)
POINTS = [f"61102110120{n}" for n in range(1, 5)]
DAYS = st.integers(-60, 60).map(lambda days: TODAY + timedelta(days=days))
APPOINTMENTS = st.builds(
    lambda points, first, length, ended: a_volunteer(
        tuple(sorted(points)), Term(first, first + timedelta(days=length)), local(2026, 9, 1) if ended else None
    ),
    st.sets(st.sampled_from(POINTS), min_size=1),
    DAYS,
    st.integers(0, 60),
    st.booleans(),
)


def a_volunteer(points: tuple[str, ...], term: Term, end_time: datetime | None = None) -> Volunteer:
    return Volunteer(
        id="0" * 32,
        letter=Letter.numbered("景村", 2026, 1),
        person="王磊",
        standing=Standing.PEOPLES_DEPUTY,
        account="tenants/611021101/accounts/deputy",
        points=points,
        term=term,
        appoint_time=local(2026, 9, 1),
        end_time=end_time,
    )


@given(st.lists(APPOINTMENTS, max_size=4), st.sets(st.sampled_from(POINTS)), DAYS)
def test_a_volunteer_sees_the_points_of_the_token_that_an_appointment_of_the_day_names(
    appointments: list[Volunteer], granted: set[str], today: date
) -> None:
    """As the use case narrows an actor, by the states of the day."""
    actor = Actor("deputy", tuple(Grant(Role.VOLUNTEER, point) for point in sorted(granted)))
    in_office = [each for each in appointments if each.state(today) is TermState.IN_OFFICE]

    narrowed = actor.only_at(Role.VOLUNTEER, {point for each in in_office for point in each.points})

    for point in POINTS:
        allowed = point in granted and any(
            point in each.points and each.end_time is None and each.term.covers(today) for each in appointments
        )
        assert (point in (units_in_sight(narrowed) or ())) == allowed


@given(DAYS, st.integers(-5, 1200))
def test_a_term_is_accepted_from_today_on_for_at_most_three_years(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    fits = TODAY <= first <= date(2027, 8, 31) and first <= last <= years_from(first, 3).last_day

    if fits:
        assert new_term(first, last, TODAY) == Term(first, last)
    else:
        with pytest.raises(Invalid):
            new_term(first, last, TODAY)


def test_a_term_begins_today_unless_said() -> None:
    assert new_term(None, date(2029, 8, 31), TODAY) == Term(TODAY, date(2029, 8, 31))
    with pytest.raises(Invalid, match="最长3年"):
        new_term(None, date(2029, 9, 1), TODAY)


@pytest.mark.parametrize(
    ("today", "dismissible"), [(date(2026, 8, 1), True), (TODAY, True), (date(2026, 10, 1), False)]
)
def test_only_a_term_that_is_not_over_can_be_ended(today: date, dismissible: bool) -> None:
    volunteer = a_volunteer((POINTS[0],), Term(TODAY, date(2026, 9, 30)))

    if dismissible:
        volunteer.check_dismissible(today)
    else:
        with pytest.raises(IllegalMove):
            volunteer.check_dismissible(today)
