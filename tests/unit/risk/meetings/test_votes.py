"""How a meeting votes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.risk.meetings.domain import Vote, agenda_item


@given(st.lists(st.sampled_from(Vote), min_size=2, max_size=9))
def test_a_matter_passes_with_more_than_half_of_those_who_were_there(cast: list[Vote]) -> None:
    there = [f"cadre-{number}" for number in range(len(cast))]
    votes = dict(zip(there, cast, strict=True))

    item = agenda_item("item", "meeting", 1, "point", there, votes)

    assert item.passed is (sum(vote is Vote.FOR for vote in cast) > len(cast) / 2)
    assert item.votes() == votes
