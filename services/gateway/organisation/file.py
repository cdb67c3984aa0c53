"""The file that provisions a tenant, held against what is kept already. Pure.

A file only ever adds. What it names and what is there already stays as it is there; where the two differ it is told,
so that an old file that is sent again undoes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

from services.common.errors import Invalid
from services.gateway.organisation.domain import Cadre, Tenant, Unit, check_tenant, check_unit


@dataclass(frozen=True, slots=True)
class Organisation:
    """A tenant with its units and cadres: as a file says, or as it is kept."""

    tenant: Tenant
    units: Mapping[str, Unit] = field(default_factory=dict)
    """By code."""
    cadres: Mapping[str, Cadre] = field(default_factory=dict)
    """By id."""


@dataclass(frozen=True, slots=True)
class Additions:
    """What a file adds, and what is worth telling about the rest."""

    units: list[Unit]
    cadres: list[Cadre]
    missing_units: list[str]
    """Codes of units that are kept and not in the file."""
    differing_units: list[str]
    differing_cadres: list[str]
    tenant_differs: bool


def check_file(file: Organisation, kept: Organisation | None) -> None:
    """Raises Invalid where the file breaks the rules of codes and kinds, or a new cadre's unit does not exist."""
    check_tenant(file.tenant, "tenant")
    for index, unit in enumerate(file.units.values()):
        check_unit(file.tenant, unit, f"units[{index}]")
    known = existing_units(file, kept)
    for index, cadre in enumerate(file.cadres.values()):
        if not (kept and cadre.id in kept.cadres) and not cadre.units <= known:
            raise Invalid(f"cadres[{index}].unit", "没有这个单位，或者已经撤销。", reason="UNKNOWN_UNIT")


def existing_units(file: Organisation, kept: Organisation | None) -> frozenset[str]:
    """The codes of the units that exist once the file has been added."""
    units = {**file.units, **(kept.units if kept else {})}
    return frozenset(code for code, unit in units.items() if unit.retire_time is None)


def check_each_once(identifiers: Iterable[str], field: str) -> None:
    """Raises Invalid for what a file names twice."""
    if twice := [identifier for identifier, count in Counter(identifiers).items() if count > 1]:
        raise Invalid(field, f"重复：{'、'.join(twice[:5])}。", reason="NAMED_TWICE")


def additions(file: Organisation, kept: Organisation | None) -> Additions:
    """What has to be added so that everything in the file exists."""
    if kept is None:
        return Additions([*file.units.values()], [*file.cadres.values()], [], [], [], tenant_differs=False)
    return Additions(
        units=[unit for code, unit in file.units.items() if code not in kept.units],
        cadres=[cadre for id, cadre in file.cadres.items() if id not in kept.cadres],
        missing_units=sorted(kept.units.keys() - file.units.keys()),
        differing_units=_differing(file.units, kept.units),
        differing_cadres=_differing(file.cadres, kept.cadres),
        tenant_differs=file.tenant.facts != kept.tenant.facts,
    )


class _Factual(Protocol):
    @property
    def facts(self) -> Self: ...


F = TypeVar("F", bound=_Factual)


def _differing(file: Mapping[str, F], kept: Mapping[str, F]) -> list[str]:
    return sorted(key for key in file.keys() & kept.keys() if file[key].facts != kept[key].facts)
