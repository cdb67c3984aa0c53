"""Tenants, units and cadres, and the rules that their codes and kinds obey. Pure: no database, no messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Self

from services.common.access import county_of, tenant_of_unit
from services.common.errors import Invalid, Refused


class TenantKind(Enum):
    """What a tenant is; numbers are those of `Tenant.Kind`."""

    COUNTY = 1
    TOWN = 2
    SUBDISTRICT = 3


class UnitKind(Enum):
    """What a unit is; numbers are those of `Unit.Kind`."""

    PARTY_COMMITTEE = 1
    DISCIPLINE = 2
    TOWN_ORGAN = 3
    TOWN_UNIT = 4
    VILLAGE = 5
    COMMUNITY = 6
    COUNTY_DEPARTMENT = 7


DIVISIONS = frozenset({UnitKind.VILLAGE, UnitKind.COMMUNITY})
"""The kinds that have a national division code of their own."""

OF_TOWNS_ONLY = DIVISIONS | {UnitKind.TOWN_ORGAN, UnitKind.TOWN_UNIT}


@dataclass(frozen=True, slots=True)
class Tenant:
    """A town, a sub-district, or a county."""

    code: str
    display_name: str
    short_name: str
    kind: TenantKind
    revision: int = 0
    create_time: datetime | None = None
    """None while it is only in a file."""

    @property
    def county(self) -> str:
        """The code of its county; its own for a county. By the national division codes, their first six digits."""
        return county_of(self.code)

    @property
    def is_county(self) -> bool:
        return self.kind is TenantKind.COUNTY

    @property
    def facts(self) -> Self:
        """What a file says of it, and nothing else."""
        return replace(self, revision=0, create_time=None)


@dataclass(frozen=True, slots=True)
class Unit:
    """An organ, station, village or community of a town, or a department of the county."""

    code: str
    display_name: str
    kind: UnitKind
    window: bool = False
    retire_time: datetime | None = None
    revision: int = 0

    @property
    def facts(self) -> Self:
        """What a file says of it, and whether it has been retired since."""
        return replace(self, revision=0)


@dataclass(frozen=True, slots=True)
class Cadre:
    """A person who works in a unit. Units and accounts are named by code and login."""

    id: str
    display_name: str
    unit: str
    position: str
    leads_unit: str | None = None
    leads_town: bool = False
    party_committee: bool = False
    discipline_committee: bool = False
    account: str | None = None
    retire_time: datetime | None = None
    revision: int = 0

    @property
    def units(self) -> frozenset[str]:
        """The codes of the units that it names."""
        return frozenset({self.unit, self.leads_unit or self.unit})

    @property
    def facts(self) -> Self:
        """What a file says of the cadre, and whether the cadre has been retired since."""
        return replace(self, revision=0, account=None)


def check_tenant(tenant: Tenant, field: str) -> None:
    """Raises Invalid where kind and length of the code contradict each other."""
    if tenant.is_county != (len(tenant.code) == len(tenant.county)):
        raise Invalid(f"{field}.kind", "县的代码为 6 位，镇、街道的代码为 9 位。", reason="KIND_OF_TENANT")


def check_unit(tenant: Tenant, unit: Unit, field: str) -> None:
    """Raises Invalid for a code of another tenant, and for a kind or window that the code or the tenant forbids."""
    if tenant_of_unit(unit.code) != tenant.code:
        raise Invalid(f"{field}.name", f"单位代码应当以 {tenant.code} 开头。", reason="OTHER_TENANT")
    if (unit.kind in DIVISIONS) != unit.code.isdigit():
        raise Invalid(f"{field}.kind", "村、社区用 12 位区划代码，其他单位用“代码.简称”。", reason="KIND_OF_UNIT")
    if unit.kind is UnitKind.COUNTY_DEPARTMENT and not tenant.is_county:
        raise Invalid(f"{field}.kind", "县直部门只能设在县。", reason="KIND_OF_UNIT")
    if unit.kind in OF_TOWNS_ONLY and tenant.is_county:
        raise Invalid(f"{field}.kind", "这类单位只能设在镇、街道。", reason="KIND_OF_UNIT")
    if unit.window and unit.kind is not UnitKind.COUNTY_DEPARTMENT:
        raise Invalid(f"{field}.window", "只有县直部门在政务大厅设窗口。", reason="WINDOW")


def check_in_office(cadre: Cadre) -> None:
    """Raises Refused for a cadre who has been retired."""
    if cadre.retire_time is not None:
        raise Refused("CADRE_RETIRED", "这名干部已经离任。")


def check_existing(unit: Unit) -> None:
    """Raises Refused for a unit that has been retired."""
    if unit.retire_time is not None:
        raise Refused("UNIT_RETIRED", "这个单位已经撤销。", unit=unit.code)
