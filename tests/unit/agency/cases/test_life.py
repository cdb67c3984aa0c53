"""Whatever people do with a case, in any order: it stands where a simple model does, and refuses what that refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.agency.cases.domain.case import APPLICANTS, Case, Outcome
from services.agency.cases.domain.deadlines import DEEMED, deadlines_of
from services.agency.cases.domain.debts import check_term
from services.agency.cases.domain.lapsing import check_lapse
from services.agency.cases.domain.recording import check_day, check_desk_in_time
from services.agency.cases.sight import decides, handles, receives, works_at
from services.agency.items.domain import Material
from services.common.access import Actor, Grant, Role
from services.common.errors import Denied, DomainError
from services.common.periods import start_of_day
from services.common.workdays import Ground
from tests.unit.agency.cases.builders import (
    ADVICE,
    ALLOWANCE,
    CENTRE,
    CIVIL,
    FINANCE,
    LI,
    MONDAY,
    TOWN,
    VILLAGE,
    received,
)
from tests.unit.agency.cases.life import Life
from tests.unit.common.workdays import model

CALENDAR = model.calendar({})
ONCE = replace(ADVICE, materials=(Material("申请书"), Material("户口簿", may_follow=True)))
ELSEWHERE = "611021101204"
PEOPLE = {
    VILLAGE: Actor(LI, (Grant(Role.AGENT, VILLAGE),)),
    ELSEWHERE: Actor("another agent", (Grant(Role.AGENT, ELSEWHERE),)),
    CENTRE: Actor("clerk", (Grant(Role.TOWN_CLERK, TOWN),)),
    CIVIL: Actor("window", (Grant(Role.WINDOW_CLERK, CIVIL),)),
    FINANCE: Actor("finance", (Grant(Role.WINDOW_CLERK, FINANCE),)),
}
MATERIALS = ("申请书", "收入证明", "户口簿", "残疾证")

somebody = st.sampled_from(sorted(PEOPLE))
materials = st.lists(st.sampled_from(MATERIALS), min_size=1, max_size=4, unique=True)
desks = st.sampled_from([VILLAGE, CENTRE, CIVIL, FINANCE])
outcomes = st.sampled_from(Outcome)
days = st.integers(-1, 5)
"""Before today."""
lately = st.sampled_from([0, 0, 1, 3])
"""Before today, on a Monday back to the Friday."""


class CaseLife(RuleBasedStateMachine):
    """The case, as the use cases move it, beside the model."""

    @initialize(
        item=st.sampled_from([ALLOWANCE, ALLOWANCE, ONCE]),
        brought=st.sets(st.sampled_from(MATERIALS[:3])) | st.just(set(MATERIALS[:2])),
    )
    def somebody_applies(self, item: object, brought: set[str]) -> None:
        known = ALLOWANCE if item is ALLOWANCE else ONCE
        names = tuple(each.name for each in known.materials if each.name in brought)
        self.case = received(known, names)
        self.life = Life(known, MONDAY, list(self.case.lacking), list(self.case.owed))

    @property
    def today(self) -> date:
        return self.life.today

    @rule(passing=st.integers(1, 6))
    def time_passes(self, passing: int) -> None:
        self.life.today += timedelta(days=passing)

    @rule(at=somebody, more=st.lists(st.sampled_from(MATERIALS), max_size=2), forgets=st.booleans())
    def notify(self, at: str, more: list[str], forgets: bool) -> None:
        missing = list(dict.fromkeys([*([] if forgets else self.life.lacking), *more]))

        def real() -> Case:
            return self._if(handles, at).notified(missing, self.today)

        self._both(real, self.life.notify(at, missing))

    @rule(named=materials)
    def hand_in(self, named: list[str]) -> None:
        self._both(lambda: self.case.says_handed_in(named, self.today), self.life.hand_in(named))

    @precondition(lambda self: self.life.missing)
    @rule(data=st.data(), at=somebody, came_today=st.booleans())
    def hand_in_what_is_missing_and_confirm_it(self, data: st.DataObject, at: str, came_today: bool) -> None:
        named = data.draw(st.lists(st.sampled_from(self.life.missing), min_size=1, unique=True))
        self.hand_in(named)
        self.life.today += timedelta(days=data.draw(st.integers(0, 5)))
        self.supply(at, named, came_today)

    @rule(at=somebody, brought=materials, came_today=st.booleans())
    def supply(self, at: str, brought: list[str], came_today: bool) -> None:
        def real() -> Case:
            return self._if(handles, at).supplied(brought, self.today, came_today=came_today)

        self._both(real, self.life.supply(at, brought, came_today))

    @rule(at=st.just(VILLAGE) | somebody, within=st.none() | st.integers(-2, 30))
    def accept(self, at: str, within: int | None) -> None:
        until = None if within is None else self.today + timedelta(days=within)

        def real() -> Case:
            accepted = self._if(receives, at).accepted(until)
            check_term(accepted, self.today, _promised(accepted))
            return accepted

        self._both(real, self.life.accept(at, until))

    @precondition(lambda self: self.life.state == "RECEIVED" and self.life.complete)
    @rule(within=st.integers(0, 3))
    def whoever_may_accepts_and_names_a_day(self, within: int) -> None:
        self.accept(VILLAGE, within)

    @rule()
    def silence(self) -> None:
        due = deadlines_of(self.case, CALENDAR).get((DEEMED, self.case.id))
        fires = due is not None and due <= start_of_day(self.today)
        assert fires == self.life.silence()
        if fires:
            self.case = self.case.deemed_accepted(CALENDAR)

    @rule(at=somebody, desk=desks)
    def finish(self, at: str, desk: str) -> None:
        self._both(lambda: self._at(at, desk).part_done(desk, self.today), self.life.finish(at, desk))

    @precondition(lambda self: self.case.state.open)
    @rule(data=st.data())
    def a_desk_at_work_finishes(self, data: st.DataObject) -> None:
        running = [part.desk for part in self.case.parts if part.running]
        if running:
            desk = data.draw(st.sampled_from(running))
            self.finish(desk, desk)

    @precondition(lambda self: self.life.state == "HANDLING")
    @rule(at=st.just(VILLAGE) | somebody)
    def it_goes_through_all_desks_and_is_granted(self, at: str) -> None:
        while any(part.running and not part.paused for part in self.case.parts) and self.case.state.open:
            desk = next(part.desk for part in self.case.parts if part.running and not part.paused)
            self.finish(desk, desk)
        self.decide(at, Outcome.GRANTED, 0)

    @rule(data=st.data(), desk=desks, before=days)
    def stop(self, data: st.DataObject, desk: str, before: int) -> None:
        self.stop_at(data.draw(st.just(desk) | somebody), desk, before)

    def stop_at(self, at: str, desk: str, before: int) -> None:
        day = self.today - timedelta(days=before)

        def real() -> Case:
            stopped = self._at(at, desk).stopped(desk, Ground.HEARING, day)
            check_day("start_date", day, self.today, CALENDAR)
            check_desk_in_time(self.case, desk, day, self.today, CALENDAR)
            return stopped

        self._both(real, self.life.stop(at, desk, day))

    @rule(data=st.data(), desk=desks, before=days)
    def resume(self, data: st.DataObject, desk: str, before: int) -> None:
        self.resume_at(data.draw(st.just(desk) | somebody), desk, before)

    def resume_at(self, at: str, desk: str, before: int) -> None:
        day = self.today - timedelta(days=before)

        def real() -> Case:
            resumed = self._at(at, desk).resumed(desk, day)
            check_day("end_date", day, self.today, CALENDAR)
            return resumed

        self._both(real, self.life.resume(at, desk, day))

    @precondition(lambda self: any(desk.works and not desk.stands for desk in self.life.desks))
    @rule(data=st.data(), begun=lately, lasts=st.integers(0, 9) | st.just(0), ended=lately)
    def a_desk_stops_and_goes_on(self, data: st.DataObject, begun: int, lasts: int, ended: int) -> None:
        running = [desk.place for desk in self.life.desks if desk.works and not desk.stands]
        desk = data.draw(st.sampled_from(running))
        self.stop_at(desk, desk, begun)
        self.life.today += timedelta(days=lasts)
        self.resume_at(desk, desk, ended)

    @rule(at=st.just(VILLAGE) | somebody, outcome=outcomes, rarely=st.integers(0, 7))
    def decide(self, at: str, outcome: Outcome, rarely: int) -> None:
        if rarely and outcome in (Outcome.REFUSED, Outcome.WITHDRAWN):
            return

        def real() -> Case:
            case = self._if(lambda actor, case: decides(actor, case, outcome), at)
            if outcome is Outcome.GRANTED and case.accept_date is None:
                return case.finished_at_once(self.today)
            decided = case.decided(outcome, self.today)
            if outcome is Outcome.LAPSED:
                check_lapse(case, self.today, CALENDAR)
            return decided

        self._both(real, self.life.decide(at, outcome.name))

    @rule(rarely=st.integers(0, 9))
    def withdraw(self, rarely: int) -> None:
        if not rarely:
            self._both(lambda: self.case.withdrawn(self.today), self.life.withdraw())

    @rule(at=somebody)
    def tell(self, at: str) -> None:
        self._both(lambda: self._if(receives, at).told(self.today), self.life.tell(at))

    @invariant()
    def the_case_stands_where_the_model_stands(self) -> None:
        case, life = self.case, self.life
        assert (case.state.name, case.outcome and case.outcome.name) == (life.state, life.outcome)
        assert (set(case.lacking), set(case.owed)) == (set(life.lacking), set(life.owed))
        assert (case.owed_until, case.notices, case.notify_date) == (life.owed_until, life.notices, life.notified)
        assert (case.complete_date, case.accept_date) == (life.complete, life.accepted)
        assert (case.decide_date, case.tell_date) == (life.decided, life.told)
        assert [[pause.start, pause.end] for pause in case.pauses] == life.asked
        assert all(pause.ground is APPLICANTS for pause in case.pauses)
        for part, desk in zip(case.parts, life.desks, strict=True):
            assert (part.desk, part.start, part.end) == (desk.place, desk.came, desk.done)
            assert [[pause.start, pause.end] for pause in part.pauses] == desk.stops
            due = case.due_of(part, CALENDAR)
            assert (due.last_day if due else None) == life.last_day(desk)
        assert _promised(case) == life.promise()

    def _both(self, real: Callable[[], Case], allowed: bool) -> None:
        """The case refuses what the model has refused, and nothing else."""
        try:
            self.case, refused = real(), None
        except DomainError as error:
            refused = error
        assert (refused is None) == allowed, refused

    def _if(self, may: Callable[[Actor, Case], bool], at: str) -> Case:
        if not may(PEOPLE[at], self.case):
            raise Denied
        return self.case

    def _at(self, at: str, desk: str) -> Case:
        return self._if(lambda actor, case: handles(actor, case) and works_at(actor, case.tenant, desk), at)


def _promised(case: Case) -> date | None:
    due = case.clock.due(CALENDAR) if case.clock else None
    return due.last_day if due else None


TestCaseLife = CaseLife.TestCase
TestCaseLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
