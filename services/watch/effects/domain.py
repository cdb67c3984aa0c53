"""What reports brought about: dispositions of the risk service, told to reporters in words without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.effects.domain import Deed
from services.watch.reports.domain.terms import Level

BECAUSE, BECAUSE_DELAYED = "因您的反映", "因您的反映未按期办理"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that was done because of a report. It is kept from nobody who reported."""

    report: str
    disposition: str
    """Resource name."""
    deed: Deed
    delayed: bool
    """Whether it was done because the report was handled late, and not because of what it says."""
    day: date
    time: datetime
    """When it was done: in the order of these they are told."""
    level: Level
    """The level at and above which those who handle the report see it: an investigation is kept from the unit."""
    accounts: tuple[str, ...] = ()
    """From whom it is kept: accounts, and cadres, whichever account is theirs, by their resource names; units, whose
    people it is kept from, by their codes."""

    @property
    def words(self) -> str:
        return self.deed.told(self._because, self.day)

    @property
    def words_by_code(self) -> str:
        return self.deed.told_by_code(self._because, self.day)

    @property
    def _because(self) -> str:
        return BECAUSE_DELAYED if self.delayed else BECAUSE
