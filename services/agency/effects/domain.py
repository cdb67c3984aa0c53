"""What cases brought about: dispositions of the risk service, told to applicants in words without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.effects.domain import Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that was done because of a case."""

    case: str
    disposition: str
    """Resource name."""
    deed: Deed
    day: date
    time: datetime
    """When it was done: in the order of these they are told."""

    @property
    def words_by_code(self) -> str:
        return self.deed.told_by_code("因您办理的事项", self.day)
