"""The supervision post 监督哨 of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.common.organisation.domain import Tenant, Unit, UnitKind, full_name

KINDS_WITH_POST = frozenset({UnitKind.TOWN_ORGAN, UnitKind.TOWN_UNIT, UnitKind.VILLAGE, UnitKind.COMMUNITY})
"""A post stands in each town organ, town unit, village and community (domain §2); not in the committees that lead
the posts' business, nor in the departments of the county."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it is stored; what else a post shows is counted from its supervisors, boxes, meetings and reports."""

    unit: str
    registrar: str | None
    """Resource name of the registrar's account."""
    open_time: datetime
    retired: bool
    version: int


def title(tenant: Tenant, unit: Unit) -> str:
    """What the post is called, such as `景村镇民政办监督哨`."""
    return f"{full_name(tenant, unit)}监督哨"
