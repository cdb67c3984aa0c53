"""The follow-up of a bad rating against a simple model of it, and its table of moves."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.agency.ratings.domain.figures import Figures
from services.agency.ratings.domain.follow_up import (
    CHECK_DAYS,
    MOVES,
    Action,
    Ending,
    FollowUp,
    Organ,
    State,
    move,
    organs,
)
from services.agency.ratings.domain.rating import TAGS, Satisfaction, Tag, check_tags
from services.common.errors import IllegalMove, Invalid
from services.common.workdays import calendar_of
from tests.unit.agency.cases.builders import CENTRE, CIVIL, MONDAY, TOWN, VILLAGE

CHINA = calendar_of()
LADDERS = {
    VILLAGE: [Organ.UNIT, Organ.CENTRE, Organ.TOWN_DISCIPLINE, Organ.COUNTY_DISCIPLINE],
    CENTRE: [Organ.UNIT, Organ.TOWN_DISCIPLINE, Organ.COUNTY_DISCIPLINE],
    CIVIL: [Organ.UNIT, Organ.COUNTY_DISCIPLINE],
}


class Model:
    """The rules in the plainest words: a ladder, who has it since when, and for whom it waits."""

    def __init__(self, unit: str, on: date) -> None:
        self.ladder = LADDERS[unit].copy()
        self.since = on
        self.waits_for = "answer"
        self.late = False
        self.ending: Ending | None = None

    def do(self, act: str, on: date) -> bool:
        """Whether the act is possible; then it is done."""
        wanted = {"answer": "answer", "miss": "answer"}.get(act, "applicant")
        if self.waits_for != wanted:
            return False
        if act == "answer":
            self.waits_for = "applicant"
            self.late |= on > by_hand(self.since)
        elif act == "miss":
            self.late = True
            self.up(on)
        elif act == "reject" and len(self.ladder) > 1:
            self.up(on)
            self.waits_for = "answer"
        else:
            self.waits_for = "nobody"
            ends = {"accept": Ending.ACCEPTED, "silence": Ending.SILENCE, "reject": Ending.LAST_ANSWER}
            self.ending = ends[act]
        return True

    def up(self, on: date) -> None:
        if len(self.ladder) > 1:
            self.ladder.pop(0)
            self.since = on


def done(follow_up: FollowUp, act: str, on: date) -> FollowUp:
    """What the service makes of an act."""
    if act == "answer":
        return follow_up.answer(on)
    if act == "miss":
        missed = follow_up.missed()
        return missed.escalated(on, CHINA) if missed.next_organ else missed
    if act == "silence":
        return follow_up.closed(Ending.SILENCE)
    return follow_up.checked(act == "accept", on, CHINA)


def by_hand(start: date) -> date:
    """The fifth working day after the start, in a month without holidays and shifted weekends."""
    day, left = start, 5
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


@given(
    unit=st.sampled_from(sorted(LADDERS)),
    acts=st.lists(st.sampled_from(["answer", "miss", "accept", "reject", "silence"]), max_size=12),
)
def test_a_follow_up_goes_as_the_model_says(unit: str, acts: list[str]) -> None:
    model, on = Model(unit, MONDAY), MONDAY
    follow_up = FollowUp.opened(TOWN, "r1", unit, on, CHINA)
    for act in acts:
        on += timedelta(days=1)
        before = follow_up
        if not model.do(act, on):
            with pytest.raises(IllegalMove):
                done(follow_up, act, on)
            continue
        follow_up = done(follow_up, act, on)
        if follow_up.state is State.PENDING and follow_up.organ is not before.organ:
            assert follow_up.start_date == on
            assert follow_up.due_date == by_hand(on)
        assert not before.late or follow_up.late
        assert follow_up.organ >= before.organ

    assert follow_up.organ is model.ladder[0]
    assert follow_up.late == model.late
    assert follow_up.ending is model.ending
    waits = {State.PENDING: "answer", State.ANSWERED: "applicant", State.CLOSED: "nobody"}
    assert waits[follow_up.state] == model.waits_for
    assert (follow_up.due_date is None) == (model.waits_for != "answer")
    assert (follow_up.check_date is None) == (model.waits_for != "applicant")


@given(unit=st.sampled_from(sorted(LADDERS)), choices=st.data())
def test_whatever_happens_it_ends_after_as_many_answers_as_there_are_organs(unit: str, choices: st.DataObject) -> None:
    follow_up = FollowUp.opened(TOWN, "r1", unit, MONDAY, CHINA)
    answers = 0
    while follow_up.state is not State.CLOSED:
        acts = ["answer"] if follow_up.state is State.PENDING else ["accept", "reject", "silence"]
        answers += follow_up.state is State.PENDING
        follow_up = done(follow_up, choices.draw(st.sampled_from(acts)), MONDAY)
    assert answers <= len(organs(unit))


@pytest.mark.parametrize(("state", "action"), [pair for pair in product(State, Action) if pair not in MOVES])
def test_what_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    with pytest.raises(IllegalMove):
        move(state, action)


def test_an_answer_after_the_last_day_is_late_also_before_anybody_has_noticed() -> None:
    follow_up = FollowUp.opened(TOWN, "r1", VILLAGE, MONDAY, CHINA)

    assert follow_up.due_date == date(2026, 7, 13)
    assert not follow_up.answer(date(2026, 7, 13)).late
    assert follow_up.answer(date(2026, 7, 14)).late


def test_the_applicant_has_fifteen_days_after_the_answer() -> None:
    follow_up = FollowUp.opened(TOWN, "r1", VILLAGE, MONDAY, CHINA).answer(MONDAY)

    assert follow_up.check_date == MONDAY + timedelta(days=CHECK_DAYS)


def test_a_level_offers_its_own_tags_alone() -> None:
    for level, tag in product(Satisfaction, Tag):
        if tag in TAGS[level]:
            check_tags(level, [tag])
        else:
            with pytest.raises(Invalid, match=r"tags\[0\]"):
                check_tags(level, [tag])
    assert set(Tag) == {tag for tags in TAGS.values() for tag in tags}


@given(stars=st.lists(st.sampled_from(sorted(Satisfaction))))
def test_the_satisfied_are_those_of_three_stars_and_more(stars: list[Satisfaction]) -> None:
    figures = Figures({level: stars.count(level) for level in Satisfaction}, 0, 0, 0)

    assert figures.ratings == len(stars)
    assert figures.bad == sum(level <= 2 for level in stars)
    assert figures.satisfied_share == (sum(level >= 3 for level in stars) / len(stars) if stars else 0)
