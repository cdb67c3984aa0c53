"""Whatever people do with a risk point, in any order: it stands where a simple model does, and refuses what that
refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.common.errors import DomainError
from services.common.periods import start_of_day
from services.risk.opinions.domain import Objection, Objections, Source
from services.risk.risk_points.domain import Action, Publicity, RiskPoint, State
from services.risk.scopes import Scope
from tests.unit.risk.risk_points.builders import NOW, a_risk_point, ruled


@dataclass
class Life:
    """What a risk point has come to, told without a table of moves."""

    today: date
    stage: str = "draft"
    opens: date = date.min
    closes: date = date.min
    answered: list[date | None] = field(default_factory=list)
    """Of each objection, when it was answered."""
    ever_confirmed: bool = False

    @property
    def ended(self) -> bool:
        return self.stage in ("rejected", "withdrawn", "replaced")

    def write(self) -> bool:
        return self.stage in ("draft", "consultation")

    def consult(self) -> bool:
        return self._go("consultation", self.stage == "draft")

    def publicize(self, opens: date, closes: date) -> bool:
        fits = self.today <= opens < closes <= self.today + timedelta(days=366)
        if done := self._go("publicity", self.stage == "consultation" and fits):
            self.opens, self.closes = opens, closes
        return done

    def object(self) -> bool:
        if heard := self.stage == "publicity" and self.opens <= self.today <= self.closes:
            self.answered.append(None)
        return heard

    def answer(self, which: int) -> bool:
        if done := self.stage in ("publicity", "publicized") and not self.answered[which]:
            self.answered[which] = self.today
        return done

    def close(self) -> bool:
        return self._go("publicized", self.stage == "publicity" and self.today > self.closes)

    def decide(self, held: date, passed: bool, wanted: bool) -> bool:
        known = all(answered and answered <= held for answered in self.answered)
        ready = self.stage == "publicized" and known and held > self.closes
        return self._go("confirmed" if wanted else "rejected", ready and passed is wanted)

    def replace(self) -> bool:
        return self._go("replaced", self.stage == "confirmed")

    def withdraw(self) -> bool:
        return self._go("withdrawn", not self.ended)

    def _go(self, stage: str, possible: bool) -> bool:
        if possible:
            self.stage = stage
        return possible


days = st.integers(-3, 20)


class RiskPointLife(RuleBasedStateMachine):
    """The risk point, as the use cases move it, beside the model."""

    @initialize()
    def somebody_drafts(self) -> None:
        self.point = a_risk_point()
        self.objections: list[Objection] = []
        self.life = Life(date(2026, 9, 1))

    @rule(passing=st.integers(1, 9))
    def time_passes(self, passing: int) -> None:
        self.life.today += timedelta(days=passing)

    @rule(text=st.sampled_from(["拖延。", "索要。"]))
    def write(self, text: str) -> None:
        self._move(lambda: self.point.written(a_risk_point(manifestation=text), self._now), self.life.write())

    @rule(scope=st.sampled_from(Scope))
    def consult(self, scope: Scope) -> None:
        self._move(lambda: self.point.consulted(scope, self._now), self.life.consult())

    @rule(opens=days, long=days, scope=st.sampled_from(Scope))
    def publicize(self, opens: int, long: int, scope: Scope) -> None:
        first_day = self.life.today + timedelta(days=opens)
        publicity = Publicity(scope, first_day, first_day + timedelta(days=long))
        expected = self.life.publicize(publicity.first_day, publicity.last_day)
        self._move(lambda: self.point.publicized(publicity, self._now), expected)

    @rule()
    def publicize_at_once_for_three_days(self) -> None:
        self.publicize(0, 2, Scope.EVERYBODY)

    @rule()
    def raise_objection(self) -> None:
        today = self.life.today
        if self._both(lambda: self.point.check_hears_objections(today), self.life.object()):
            number = len(self.objections)
            self.objections.append(
                Objection(id=str(number), risk_point="point", source=Source.SERVED, raise_time=self._now)
            )

    @rule(which=st.integers(0, 5))
    def answer(self, which: int) -> None:
        if not self.objections:
            return
        which %= len(self.objections)

        def answered() -> None:
            self.point.check(Action.ANSWER)
            self.objections[which] = self.objections[which].answered("officer", self._now)

        self._both(answered, self.life.answer(which))

    @rule()
    def answer_all(self) -> None:
        for which in range(len(self.objections)):
            self.answer(which)

    @rule()
    def close(self) -> None:
        self._move(lambda: self.point.closed(self._now), self.life.close())

    @rule(before=st.integers(0, 4), passed=st.booleans(), confirm=st.booleans())
    def decide(self, before: int, passed: bool, confirm: bool) -> None:
        held = self.life.today - timedelta(days=before)
        ruling, objections = ruled(held, passed=passed), self._objections

        def decided() -> RiskPoint:
            if confirm:
                return self.point.confirmed(ruling, objections, self._now)
            return self.point.rejected(ruling, objections, self._now)

        self._move(decided, self.life.decide(held, passed, confirm))

    @rule()
    def replace(self) -> None:
        self._move(lambda: self.point.replaced(self._now), self.life.replace())

    @rule(rarely=st.integers(0, 5))
    def withdraw(self, rarely: int) -> None:
        if rarely == 0 or self.life.ended:
            self._move(lambda: self.point.withdrawn(self._now), self.life.withdraw())

    @invariant()
    def stands_where_the_model_does(self) -> None:
        if hasattr(self, "life"):
            assert self.point.state.name.lower() == self.life.stage

    @invariant()
    def nothing_is_confirmed_past_an_objection_or_a_day_of_publicity(self) -> None:
        if hasattr(self, "life") and self.point.state is State.CONFIRMED:
            assert self._objections.unanswered == 0
            assert self.point.last_day is not None
            assert self.life.today > self.point.last_day

    @property
    def _now(self) -> datetime:
        return max(NOW, start_of_day(self.life.today))

    @property
    def _objections(self) -> Objections:
        answers = [each.answer_time for each in self.objections if each.answer_time]
        return Objections(len(self.objections), len(self.objections) - len(answers), max(answers, default=None))

    def _move(self, real: Callable[[], RiskPoint], expected: bool) -> None:
        def kept() -> None:
            after = real()
            assert after.version == self.point.version + 1
            self.point = after

        self._both(kept, expected)

    def _both(self, real: Callable[[], object], expected: bool) -> bool:
        try:
            real()
        except DomainError:
            assert not expected
            return False
        assert expected
        return True


TestRiskPointLife = RiskPointLife.TestCase
TestRiskPointLife.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
