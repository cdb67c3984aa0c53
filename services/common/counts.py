"""Counted figures by what they are called; what is not among them is 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Generic, Self, TypeVar

Called = TypeVar("Called")


@dataclass(frozen=True, slots=True)
class Counts(Generic[Called]):
    """How many there are of each."""

    counts: Mapping[Called, int]

    def __getitem__(self, called: Called) -> int:
        return self.counts.get(called, 0)

    def __add__(self, other: Self) -> Self:
        return type(self)({called: self[called] + other[called] for called in {*self.counts, *other.counts}})

    @classmethod
    def together(cls, those: Iterable[Self]) -> Self:
        """The sum."""
        return reduce(cls.__add__, those, cls({}))
