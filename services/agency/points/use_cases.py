"""What other features ask of points."""

from __future__ import annotations

from collections.abc import Collection

from services.agency.points import store
from services.agency.points.domain import Point
from services.agency.points.opening import point_name
from services.common.database import Tx
from services.common.errors import NotFound, Refused


async def lock_open_points(tx: Tx, units: Collection[str]) -> dict[str, Point]:
    """The points in these units, which stay open until the transaction ends. Raises NotFound, and Refused for a retired
    one."""
    points = await store.lock_those(tx, units)
    for unit in sorted(units):
        if unit not in points:
            raise NotFound("代理点", point_name(tx, unit), reason="NO_POINT")
        if points[unit].retired:
            raise Refused("POINT_RETIRED", "该代理点已撤销。", point=point_name(tx, unit))
    return points
