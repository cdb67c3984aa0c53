"""A life of warnings at random: whatever happens, none falls silently."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import TypeVar

import pytest
from minshao.risk import v1 as pb

from tests.integration.risk.house import House

T = TypeVar("T")


class Life:
    """What people, other services and time do to the warnings of a town."""

    def __init__(self, house: House, chance: Random) -> None:
        self.house, self.chance = house, chance
        self.positions = [""]
        self.lowered: list[str] = []
        """Names of the warnings that somebody lowered, as often as that was done."""
        self.answered: set[str] = set()

    async def step(self) -> None:
        """One thing happens, and everything that is due by then."""
        acts: list[Callable[[], Awaitable[None]]] = [self.record, self.told, self.correct, self.set_rules]
        self.house.clock.set(self.house.clock.now() + timedelta(hours=self.chance.randint(1, 200)))
        await self.chance.choice([*acts, self.record, self.told, self.lower, self.answer])()
        await self.house.sweep_at(self.house.clock.now())

    async def record(self) -> None:
        await self.house.record("discipline", position=self.chance.choice(self.positions))

    async def told(self) -> None:
        report = f"r{self.chance.randrange(10**9)}"
        await self.house.substantiated(report, self.chance.choice(["finance", "village"]))

    async def correct(self) -> None:
        for piece in self._one_of(await self.house.information("discipline")):
            unit = self.house.unit(self.chance.choice(["finance", "village"]))
            correction = pb.CorrectRiskInformationRequest(
                name=piece.name,
                unit=f"tenants/{self.house.town}/units/{unit}",
                kind=piece.current.kind if piece.origin else pb.RiskInformation.KIND_OTHER,
                day=piece.current.day,
                withdrawn=self.chance.random() < 0.5,
                text="有误。",
            )
            await self.house("discipline", correction)

    async def set_rules(self) -> None:
        shipped = pb.GetAnalysisRulesRequest(name=f"tenants/{self.house.town}/analysisRules/0")
        rules = (await self.house("officer", shipped)).analysis_rules.rules
        factor = self.chance.choice((1, 3, 10))
        for rule in rules:
            rule.yellow, rule.orange, rule.red = rule.yellow * factor, rule.orange * factor, rule.red * factor
        await self.house("commission", pb.SetAnalysisRulesRequest(parent=f"tenants/{self.house.county}", rules=rules))

    async def lower(self) -> None:
        may_be = [each for each in await self._open() if each.colour > 1 and each.owner_level < 3]
        for warning in self._one_of(may_be):
            milder = pb.LowerWarningRequest(name=warning.name, colour=warning.colour - 1, reason="核实后减轻。")
            await self.house("discipline", milder)
            self.lowered.append(warning.name)

    async def answer(self) -> None:
        for warning in self._one_of(await self._open()):
            await self.house.answer(warning)
            self.answered.add(warning.name)

    async def _open(self) -> list[pb.Warning]:
        return await self.house.warnings("discipline", state=pb.Warning.STATE_OPEN)

    def _one_of(self, those: list[T]) -> list[T]:
        return [self.chance.choice(those)] if those else []


@pytest.mark.parametrize("seed", range(6))
async def test_a_warning_never_falls_silently(house: House, seed: int) -> None:
    """Whatever comes, is corrected, decays, is analysed by other rules or lowered: a colour is milder than before only
    where somebody lowered it with a reason, and an open warning is gone only where a disposition answered it."""
    life, colours = Life(house, Random(seed)), dict[str, int]()
    life.positions += [(await house.position(title)).name for title in ("会计", "出纳")]

    for _ in range(40):
        before = len(life.lowered)
        await life.step()

        for warning in await house.warnings("discipline"):
            assert warning.colour >= colours.get(warning.name, 0) or warning.name in life.lowered[before:]
            assert (warning.state == pb.Warning.STATE_ANSWERED) == (warning.name in life.answered)
            colours[warning.name] = warning.colour
        assert colours.keys() == {warning.name for warning in await house.warnings("discipline")}
    assert sorted(each.warning for each in await house.events(pb.WarningLowered)) == sorted(life.lowered)
    assert colours
