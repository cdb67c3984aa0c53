"""What will happen in the county, decided beforehand: the same for the same seed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.local.demo.agency.cases import Case, cases_of
from deploy.local.demo.month import Town
from deploy.local.demo.month import towns as all_towns
from deploy.local.demo.watch.reports import Report, reports_of


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    towns: tuple[Town, ...]
    reports: tuple[Report, ...]
    cases: tuple[Case, ...]
    snowed_in: str
    """Code of the town that snow cuts off."""

    def reports_in(self, town: str) -> Iterator[Report]:
        return (report for report in self.reports if report.town == town)

    def cases_in(self, town: str) -> Iterator[Case]:
        return (case for case in self.cases if case.town == town)


def plan(seed: int, towns: int | None = None) -> Plan:
    """The months of all towns, or of the first so many of them."""
    chosen = all_towns(towns)
    return Plan(seed, chosen, reports_of(seed, chosen), cases_of(seed, chosen), chosen[-1].code)
