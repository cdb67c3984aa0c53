"""The result of a conduct appraisal is that of all of its forms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.agency.appraisals.domain import Count, Forms, Participants, results

COUNTS = st.builds(Count, *[st.integers(0, 100)] * 3).filter(lambda count: count.forms > 0)
FORMS = st.lists(st.builds(Forms, st.sampled_from("abc"), st.sampled_from(Participants), COUNTS))


@given(FORMS)
def test_each_form_counts_once_and_for_its_point(forms: list[Forms]) -> None:
    found = results(forms)

    assert sum(count.forms for count in found.values()) == sum(each.count.forms for each in forms)
    for point, count in found.items():
        assert count.dissatisfied == sum(each.count.dissatisfied for each in forms if each.point == point)


@given(COUNTS)
def test_a_hundred_in_a_hundred_means_that_nobody_is_dissatisfied(count: Count) -> None:
    assert 0 <= count.satisfied_percent <= 100
    assert (count.satisfied_percent == 100) == (count.dissatisfied == 0)
