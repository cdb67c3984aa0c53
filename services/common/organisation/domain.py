"""The copy of the organisation that a service keeps: tenants, units, cadres and accounts are the gateway's.

Ids are bare inside the tenant (`611021101.finance`, `wang-lei`); accounts go by their resource name, because an
account of the county acts in the tenants of its towns.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.common.access import Grant, Role, units_of
from services.common.words import Word


class TenantKind(Word):
    """What a tenant is, numbered as in `minshao.gateway.v1.Tenant.Kind`."""

    COUNTY = 1, "县"
    TOWN = 2, "镇"
    SUBDISTRICT = 3, "街道"


class UnitKind(Word):
    """What a unit is, numbered as in `minshao.gateway.v1.Unit.Kind`."""

    PARTY_COMMITTEE = 1, "党委"
    DISCIPLINE = 2, "纪委"
    TOWN_ORGAN = 3, "镇机关"
    TOWN_UNIT = 4, "镇属单位"
    VILLAGE = 5, "村"
    COMMUNITY = 6, "社区"
    COUNTY_DEPARTMENT = 7, "县直部门"


DISCIPLINE = "discipline"
LEADING_ORGANS = frozenset({DISCIPLINE, "party-committee"})
"""Slugs of the units of a town whose people are of the town's own level: where nobody is named, town leaders or the
committee itself could be meant."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A town, a sub-district, or the county."""

    code: str
    name: str
    """Such as `景村镇`."""
    short_name: str
    """Begins the numbers that people cite, such as `景村`."""
    kind: TenantKind
    county: str
    """Code of its county; its own for a county."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An organ, station, village or community of a town, or a department of the county."""

    code: str
    name: str
    kind: UnitKind
    retired: bool
    has_window: bool = False
    """Whether it is a department of the county with a window in the service hall."""


def full_name(tenant: Tenant, unit: Unit) -> str:
    """What a unit is called elsewhere, such as `景村镇民政办`; its name may begin with the tenant's already."""
    return unit.name if unit.name.startswith(tenant.name) else tenant.name + unit.name


def point_title(tenant: Tenant, unit: Unit) -> str:
    """What people call the agency point in a unit, such as `景村镇八一村便民服务代理室`."""
    match unit.kind:
        case UnitKind.VILLAGE | UnitKind.COMMUNITY:
            return f"{full_name(tenant, unit)}便民服务代理室"
        case UnitKind.COUNTY_DEPARTMENT:
            return f"{tenant.name}便民服务大厅{unit.name}窗口"
        case _:
            return f"{tenant.name}便民服务中心"


@dataclass(frozen=True, slots=True)
class Cadre:
    """A person who works in a unit."""

    id: str
    name: str
    unit: str
    """Code of the unit that the cadre works in."""
    position: str
    leads_unit: str | None
    """Code of the unit that the cadre leads."""
    leads_town: bool
    in_discipline: bool
    """In the discipline committee of the town, or the commission of the county."""
    in_party_committee: bool
    account: str | None
    """`tenants/{tenant}/accounts/{login}`."""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """What a person signs in with."""

    name: str
    """`tenants/{tenant}/accounts/{login}`."""
    cadre: str | None
    """Id of the cadre whose account it is."""
    disabled: bool
    grants: tuple[Grant, ...]

    @property
    def belongs_to(self) -> frozenset[str]:
        """Codes of the units in which the account has any role at all."""
        return units_of(self.grants)

    def holds(self, role: Role, scope: str) -> bool:
        """Whether the account can act in this role at this unit, town or county."""
        return not self.disabled and Grant(role, scope) in self.grants


def slug_of(unit: str | None) -> str:
    """What names a unit within its tenant: what stands behind the dot of its code; empty for a village."""
    return (unit or "").partition(".")[2]
