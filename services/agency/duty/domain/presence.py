"""Who of several officers answers for what comes in: who is there, before who should be, before who could be."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Presence:
    """What is known of the officers of a point on a day; whoever is in none of the sets may be there or not."""

    planned: AbstractSet[str]
    on_duty: AbstractSet[str]
    """Checked in, and not out again."""
    expected: AbstractSet[str]
    """Planned, and not checked in yet."""
    absent: AbstractSet[str]

    def foremost(self, officers: Iterable[str]) -> str | None:
        """Whoever is on duty, else planned, else not absent; the first of them by name. None where all are absent."""
        return min((each for each in officers if each not in self.absent), key=self._place, default=None)

    def _place(self, officer: str) -> tuple[int, str]:
        return 0 if officer in self.on_duty else 1 if officer in self.expected else 2, officer
