"""What is otherwise in one version of a flow chart than in another."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from typing import Generic, TypeVar

from services.risk.charts.domain.chart import Content, Edge, Step

T = TypeVar("T", Step, Edge)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """What became of a step or an edge: new without a before, gone without an after."""

    before: T | None
    after: T | None

    @property
    def fields(self) -> tuple[str, ...]:
        """Those that are otherwise, of one that was there before and is still."""
        if self.before is None or self.after is None:
            return ()
        names = (each.name for each in fields(self.before))
        return tuple(name for name in names if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True, slots=True)
class Difference:
    """Falsy where both versions show the same, in whatever order."""

    fields: tuple[str, ...]
    """Of the chart itself."""
    steps: tuple[Change[Step], ...]
    edges: tuple[Change[Edge], ...]

    def __bool__(self) -> bool:
        return bool(self.fields or self.steps or self.edges)


def difference(before: Content, after: Content) -> Difference:
    """What is otherwise after than before. A step goes by its id, an edge by the steps that it connects."""
    otherwise = {
        "title": before.title != after.title,
        "powers": frozenset(before.powers) != frozenset(after.powers),
        "business_chart": before.business_chart != after.business_chart,
    }
    return Difference(
        tuple(name for name, changed in otherwise.items() if changed),
        _changes(before.step_of, after.step_of),
        _changes(_by_ends(before), _by_ends(after)),
    )


def _by_ends(content: Content) -> Mapping[tuple[str, str], Edge]:
    return {(each.source, each.target): each for each in content.edges}


def _changes(before: Mapping[Key, T], after: Mapping[Key, T]) -> tuple[Change[T], ...]:
    """In the order of the later version, those that are gone last."""
    there = tuple(Change(before.get(key), now) for key, now in after.items() if before.get(key) != now)
    return there + tuple(Change(was, None) for key, was in before.items() if key not in after)
