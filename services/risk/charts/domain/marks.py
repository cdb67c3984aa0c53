"""Where the risk points of a unit are marked in its flow charts (domain §1.3, §1.4). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.risk.charts.domain.chart import Content, Step


@dataclass(frozen=True, slots=True)
class Place:
    """Where a confirmed risk point lies: in a power, as its position exercises it, or in all that a position does."""

    position: str
    power: str | None
    grade: int | None
    """That of the power, or else of the position; None for a position without powers."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is marked at a step."""

    count: int
    grade: int | None
    """The strictest one; None where there is none."""


def marks(content: Content, places: Iterable[Place]) -> Mapping[str, Mark]:
    """By step, for those at which a risk point lies. In a power chart what lies in other powers is left out."""
    shown = [each for each in places if each.power is None or not content.powers or each.power in content.powers]
    found = {step.id: _mark(step, shown) for step in content.steps}
    return {step: mark for step, mark in found.items() if mark.count}


def _mark(step: Step, places: Iterable[Place]) -> Mark:
    grades = [each.grade for each in places if each.position == step.position]
    return Mark(len(grades), min((each for each in grades if each), default=None))
