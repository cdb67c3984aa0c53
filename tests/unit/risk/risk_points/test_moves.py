"""The states of a risk point, by its one table."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from services.common.errors import IllegalMove, Invalid, Refused
from services.common.periods import local_date, overdue_from
from services.risk.opinions.domain import Objections
from services.risk.risk_points.domain import MOVES, Action, Publicity, RiskPoint, State, move
from services.risk.scopes import Scope
from tests.unit.risk.risk_points.builders import NOW, a_risk_point, ruled

TODAY = date(2026, 9, 1)
PUBLICITY = Publicity(Scope.EVERYBODY, TODAY, TODAY + timedelta(days=7))
OVER = overdue_from(PUBLICITY.last_day)
NONE, ONE_OPEN = Objections(), Objections(1, 1)
DURING = {"first_day": PUBLICITY.first_day, "last_day": PUBLICITY.last_day}

ACTS = {
    Action.WRITE: lambda point: point.written(a_risk_point(manifestation="另一种表现。"), OVER),
    Action.CONSULT: lambda point: point.consulted(Scope.TOWN, OVER),
    Action.OPINE: lambda point: point.check(Action.OPINE),
    Action.PUBLICIZE: lambda point: point.publicized(PUBLICITY, NOW),
    Action.OBJECT: lambda point: point.check_hears_objections(TODAY),
    Action.ANSWER: lambda point: point.check(Action.ANSWER),
    Action.CLOSE: lambda point: point.closed(OVER),
    Action.CONFIRM: lambda point: point.confirmed(ruled(OVER.date() + timedelta(days=1), passed=True), NONE, OVER),
    Action.REJECT: lambda point: point.rejected(ruled(OVER.date() + timedelta(days=1), passed=False), NONE, OVER),
    Action.REVISE: lambda point: point.check(Action.REVISE),
    Action.REPLACE: lambda point: point.replaced(OVER),
    Action.WITHDRAW: lambda point: point.withdrawn(OVER),
}


@pytest.mark.parametrize(("state", "action"), [pair for pair in product(State, Action) if pair not in MOVES])
def test_a_move_that_is_not_in_the_table_is_refused(state: State, action: Action) -> None:
    with pytest.raises(IllegalMove):
        move(state, action)
    with pytest.raises(IllegalMove):
        ACTS[action](a_risk_point(state=state, **DURING))


@pytest.mark.parametrize(("state", "action"), list(MOVES))
def test_a_move_of_the_table_leads_where_it_says(state: State, action: Action) -> None:
    after = ACTS[action](a_risk_point(state=state, **DURING))

    if after is not None:
        assert (after.state, after.version) == (MOVES[state, action], 2)


def test_the_way_of_a_risk_point_is_that_of_the_domain() -> None:
    way = [Action.CONSULT, Action.PUBLICIZE, Action.CLOSE]
    states = [State.DRAFT]
    for action in way:
        states.append(move(states[-1], action))

    assert states == [State.DRAFT, State.CONSULTATION, State.PUBLICITY, State.PUBLICIZED]
    assert move(states[-1], Action.CONFIRM) is State.CONFIRMED
    assert move(states[-1], Action.REJECT) is State.REJECTED


@pytest.mark.parametrize(
    ("first_day", "last_day", "field"),
    [
        (TODAY, TODAY, "last_day"),
        (TODAY + timedelta(days=3), TODAY + timedelta(days=2), "last_day"),
        (TODAY - timedelta(days=1), TODAY + timedelta(days=7), "first_day"),
        (TODAY, TODAY + timedelta(days=367), "last_day"),
    ],
)
def test_publicity_that_does_not_close_after_it_opens_or_lies_elsewhere_is_told_with_its_field(
    first_day: date, last_day: date, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        a_risk_point(state=State.CONSULTATION).publicized(Publicity(Scope.UNIT, first_day, last_day), NOW)

    assert refused.value.violations[0].field == field


def publicized() -> RiskPoint:
    return a_risk_point(state=State.PUBLICIZED, **DURING)


def test_an_unanswered_objection_holds_up_the_meeting_whatever_it_decided() -> None:
    after = PUBLICITY.last_day + timedelta(days=1)
    with pytest.raises(Refused):
        publicized().confirmed(ruled(after, passed=True), ONE_OPEN, OVER)
    with pytest.raises(Refused):
        publicized().rejected(ruled(after, passed=False), ONE_OPEN, OVER)


def test_a_meeting_before_the_end_of_publicity_decides_nothing() -> None:
    with pytest.raises(Refused) as refused:
        publicized().confirmed(ruled(PUBLICITY.last_day, passed=True), NONE, OVER)

    assert refused.value.reason == "MEETING_TOO_EARLY"


def test_a_meeting_before_the_last_objection_was_answered_decides_nothing() -> None:
    answered = Objections(1, 0, OVER + timedelta(days=2))
    known = local_date(OVER) + timedelta(days=2)

    with pytest.raises(Refused) as refused:
        publicized().confirmed(ruled(known - timedelta(days=1), passed=True), answered, OVER)

    assert refused.value.reason == "ANSWERED_LATER"
    assert publicized().confirmed(ruled(known, passed=True), answered, OVER).state is State.CONFIRMED


def test_the_vote_decides_between_confirmed_and_rejected() -> None:
    after = PUBLICITY.last_day + timedelta(days=1)
    with pytest.raises(Refused):
        publicized().confirmed(ruled(after, passed=False), NONE, OVER)
    with pytest.raises(Refused):
        publicized().rejected(ruled(after, passed=True), NONE, OVER)


def test_publicity_does_not_close_before_its_last_day_is_over() -> None:
    during = a_risk_point(state=State.PUBLICITY, **DURING)

    with pytest.raises(Refused):
        during.closed(OVER - timedelta(seconds=1))

    assert during.closed(OVER).state is State.PUBLICIZED


@pytest.mark.parametrize("day", [PUBLICITY.first_day - timedelta(days=1), PUBLICITY.last_day + timedelta(days=1)])
def test_objections_are_heard_in_the_days_of_publicity_only(day: date) -> None:
    during = a_risk_point(state=State.PUBLICITY, **DURING)

    with pytest.raises(Refused):
        during.check_hears_objections(day)

    during.check_hears_objections(PUBLICITY.first_day)
    during.check_hears_objections(PUBLICITY.last_day)
