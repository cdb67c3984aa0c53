"""Where the risk points of a unit are marked in its flow charts (domain §1.3, §1.4). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.risk.charts.domain.chart import Content


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


def marks(content: Content, places: Iterable[Place], linked: Iterable[Content] = ()) -> Mapping[str, Mark]:
    """By step, for those at which a risk point lies. `linked` is what the power charts show that are linked to it, of a
    business chart."""
    charts = {power: each for each in linked for power in each.powers}
    grades: defaultdict[str, list[int | None]] = defaultdict(list)
    for place in places:
        for step in _through(charts[place.power], place) if place.power in charts else _at(content, place):
            grades[step].append(place.grade)
    return {
        step: Mark(len(grades[step]), min((each for each in grades[step] if each), default=None))
        for step in content.step_of
        if step in grades
    }


def _through(chart: Content, place: Place) -> set[str]:
    """The steps of the business chart to which those are linked at which it lies in the chart of its power."""
    there = _at(chart, place)
    return {each.business_step for each in chart.steps if each.id in there}


def _at(content: Content, place: Place) -> Sequence[str]:
    """The steps that its position does; in the chart of its power the key links, where it does none there. In a power
    chart what lies in other powers is left out."""
    if content.powers and place.power not in (None, *content.powers):
        return ()
    done = [each.id for each in content.steps if each.position == place.position]
    if content.powers and place.power and not done:
        return [each.id for each in content.steps if each.key_link]
    return done
