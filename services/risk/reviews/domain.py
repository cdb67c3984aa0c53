"""Risk reviews 廉政风险防控管理报告: what their figures are frozen as, and what is shown of them (domain §1.7). Pure.

A published review outlives whatever is recused later, and is read by people of several levels. So it holds its figures
in parts, each kept from the same people: everybody is shown the sum of the parts that they may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.common.access import tenant_of_unit
from services.risk.figures.domain import Figures
from services.risk.levels import Level


@dataclass(frozen=True, slots=True)
class Part:
    """What lies in one unit and one month, and is kept from the same people."""

    unit: str
    month: str
    """As `2026-09`; empty for how things stood."""
    level: Level
    cadres: tuple[str, ...]
    accounts: tuple[str, ...]
    units: tuple[str, ...]
    figures: Figures

    @property
    def tenant(self) -> str:
        """The tenant of the unit."""
        return tenant_of_unit(self.unit) or ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader is shown."""

    tenant: str
    """Whose review it is."""
    parts: Sequence[Part]

    @property
    def total(self) -> Figures:
        return Figures.together(each.figures for each in self.parts)

    @property
    def units(self) -> dict[str, Figures]:
        """The sums of the tenant's own units, by code."""
        return _sums((each.unit, each.figures) for each in self.parts if each.tenant == self.tenant)

    @property
    def towns(self) -> dict[str, Figures]:
        """In a review of the county, the sums of its towns, by code."""
        return _sums((each.tenant, each.figures) for each in self.parts if each.tenant != self.tenant)

    def month(self, written: str) -> Figures:
        """What was collected, found and done in a month."""
        return Figures.together(each.figures for each in self.parts if each.month == written)


def _sums(parts: Iterable[tuple[str, Figures]]) -> dict[str, Figures]:
    found: defaultdict[str, list[Figures]] = defaultdict(list)
    for code, figures in parts:
        found[code].append(figures)
    return {code: Figures.together(found[code]) for code in sorted(found)}


@dataclass(frozen=True, slots=True)
class Texts:
    """What a person writes to a review; empty once it was shredded, and for whom it is not meant."""

    overview: str = ""
    problems: str = ""
    improvements: str = ""
