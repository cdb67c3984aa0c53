"""Points come and go with their units, by the events of the organisation and never by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from minshao.agency.v1 import PointOpened, PointRetired
from minshao.common.v1 import LEVEL_UNIT

from services.agency.points import store
from services.agency.points.domain import Point, Tier, tier_of
from services.common import ledger
from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.organisation.domain import Unit

AGENCY = SYSTEM("agency")


async def follow_units(tx: Tx, units: Iterable[Unit], now: datetime) -> list[Point]:
    """Opens the points of units that have none, each once; retires those whose unit was retired or has no window any
    more, which are returned, and opens such a one again."""
    belonging = {unit.code: None if unit.retired else tier_of(unit) for unit in units}
    points = await store.lock_those(tx, belonging) if belonging else {}
    changed = []
    for code, tier in belonging.items():
        point = points.get(code)
        if point is None and tier is not None:
            _open(tx, code, tier, now)
        if point is not None and point.retired is not (tier is None):
            changed.append(replace(point, retired=tier is None, version=point.version + 1))
    for point in changed:
        store.ROWS.save(tx, points[point.unit], point)
        _tell(tx, point, now)
    return [point for point in changed if point.retired]


def _open(tx: Tx, unit: str, tier: Tier, now: datetime) -> None:
    point = Point(unit, tier, now, retired=False, version=1)
    store.ROWS.insert(tx, point)
    _tell(tx, point, now)


def _tell(tx: Tx, point: Point, now: datetime) -> None:
    event = (PointRetired if point.retired else PointOpened)(
        point=point_name(tx, point.unit), unit=point.unit, tier=int(point.tier), visible_to=LEVEL_UNIT
    )
    ledger.append(tx, AGENCY, "point", point.unit, point.version, event, now)


def point_name(tx: Tx, unit: str) -> str:
    return f"tenants/{tx.tenant}/points/{unit}"
