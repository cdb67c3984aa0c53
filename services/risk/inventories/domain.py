"""Power inventories 权力清单: what the positions, powers, charts and risk points of a unit belong to (domain §1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.common.errors import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """The inventory of a unit; it goes by the unit's code."""

    id: str
    """Code of the unit."""
    version: int = 1
    key_areas: tuple[str, ...] = ()
    """Key areas 重点领域: money, goods, personnel, approval, and what else the unit names."""
    open_time: datetime
    moment: datetime
    """When something was last done in it that its order depends on."""
    retired: bool = False

    def next_moment(self, now: datetime) -> datetime:
        """Now, or right after what was done last, where that is later."""
        return max(now, self.moment + timedelta(microseconds=1))

    def check_open(self) -> None:
        """Raises Refused for a retired one."""
        if self.retired:
            raise Refused("INVENTORY_RETIRED", "该单位已撤销，其权力清单不再变动。")

    def with_key_areas(self, areas: Sequence[str], in_use: frozenset[str]) -> Inventory:
        """Raises Refused where a power lies in an area that would be gone."""
        self.check_open()
        if gone := sorted(in_use - set(areas)):
            raise Refused("KEY_AREA_IN_USE", f"还有权力事项属于重点领域“{gone[0]}”，不能去掉。")
        return replace(self, version=self.version + 1, key_areas=tuple(areas))
