"""Terms of office: how long one is, where it stands on a day, and when two meet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.access import Actor, Grant, Role
from services.common.terms import Term, TermState, years_from
from tests.unit.watch.reports.builders import local

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))
TERMS = st.tuples(DAYS, st.integers(0, 40)).map(lambda each: Term(each[0], each[0] + timedelta(days=each[1])))


@pytest.mark.parametrize(
    ("first_day", "years", "last_day"),
    [
        (date(2026, 9, 1), 3, date(2029, 8, 31)),
        (date(2028, 2, 29), 3, date(2031, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 28)),
    ],
)
def test_a_term_of_years_ends_the_day_before_the_same_day(first_day: date, years: int, last_day: date) -> None:
    assert years_from(first_day, years) == Term(first_day, last_day)


@given(TERMS, DAYS)
def test_in_office_is_who_the_term_covers_and_was_not_ended(term: Term, day: date) -> None:
    assert (term.state(None, day) is TermState.IN_OFFICE) == term.covers(day)
    assert term.state(None, day).over == (day > term.last_day)
    assert term.state(local(2026, 1, 1), day) is TermState.ENDED


@given(TERMS, TERMS)
def test_terms_overlap_where_they_share_a_day(term: Term, other: Term) -> None:
    days = {term.first_day + timedelta(days=n) for n in range((term.last_day - term.first_day).days + 1)}

    assert term.overlaps(other) == other.overlaps(term) == any(map(other.covers, days))


def test_a_role_is_kept_in_some_scopes_alone_and_others_as_they_are() -> None:
    clerk = Grant(Role.TOWN_CLERK, "611021101")
    volunteer = [Grant(Role.VOLUNTEER, f"61102110120{n}") for n in (1, 2)]
    actor = Actor("tenants/611021101/accounts/somebody", (clerk, *volunteer))

    assert actor.only_at(Role.VOLUNTEER, {"611021101202"}).grants == (clerk, volunteer[1])
    assert actor.only_at(Role.VOLUNTEER, ()).grants == (clerk,)
