"""Leading groups 领导小组 of integrity-risk control: of the county, of a town, of a department (domain §1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.common import groups
from services.common.errors import Invalid, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group, for the units below it."""

    id: str
    version: int = 1
    unit: str
    """Code of the department whose group it is; empty for the group of the town or the county, above all its units."""
    units: tuple[str, ...] = ()
    """Of a department's: the codes of the units that stand under it, beside its own."""
    create_time: datetime
    retire_time: datetime | None = None

    def check_names_units(self) -> None:
        """Raises Invalid where units are named that need not or cannot be."""
        if not self.unit and self.units:
            raise Invalid("units", "镇、县的领导小组负责本级所有单位，不需要列出单位。")
        if self.unit in self.units:
            raise Invalid("units", "不需要列出部门自身。")

    def check_in_use(self) -> None:
        """Raises Refused for a retired one."""
        if self.retire_time is not None:
            raise Refused("GROUP_RETIRED", "该领导小组已撤销。")

    def above(self, units: Sequence[str]) -> Group:
        """With these units under it. Raises Invalid."""
        after = replace(self, version=self.version + 1, units=tuple(units))
        after.check_names_units()
        return after

    def retired(self, now: datetime) -> Group:
        return replace(self, version=self.version + 1, retire_time=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(groups.Member):
    """Somebody in one of the groups."""

    risk_group: str


def title(whose: str) -> str:
    """What the group of a town, of the county or of a department is called."""
    return f"{whose}廉政风险防控管理工作领导小组"
