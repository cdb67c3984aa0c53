"""Agency points 代理点: where people are acted for, in three tiers (domain §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.common.access import CENTRE
from services.common.organisation.domain import Tenant, Unit, UnitKind, full_name
from services.common.words import Word


class Tier(Word):
    """The three tiers, from below."""

    VILLAGE = 1, "村（社区）代理室"
    TOWN = 2, "镇（街道）便民服务中心"
    COUNTY = 3, "县直部门窗口"


@dataclass(frozen=True, slots=True)
class Point:
    """A room of a village, the centre of a town, or a department's window in the county's hall."""

    unit: str
    """Code of the unit in which it is; it is called by that too."""
    tier: Tier
    open_time: datetime
    retired: bool
    version: int


def tier_of(unit: Unit) -> Tier | None:
    """The tier of the point that belongs in a unit; None where there is none."""
    if unit.kind in (UnitKind.VILLAGE, UnitKind.COMMUNITY):
        return Tier.VILLAGE
    if unit.code.endswith(f".{CENTRE}") and unit.kind is UnitKind.TOWN_UNIT:
        return Tier.TOWN
    return Tier.COUNTY if unit.has_window else None


def cited(tenant: Tenant, unit: Unit, tier: Tier) -> str:
    """How numbers of a point begin, such as `景村镇八一村`."""
    return f"{tenant.short_name}{unit.name}" if tier is Tier.COUNTY else full_name(tenant, unit)
