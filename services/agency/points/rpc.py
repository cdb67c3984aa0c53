"""PointService: decodes, opens the one transaction, encodes. Everybody may look."""

from __future__ import annotations

from collections.abc import Sequence

import minshao.agency.v1 as pb

from services.agency.points import store
from services.agency.points.domain import Point, Tier
from services.agency.points.opening import point_name
from services.common import paging
from services.common.database import Tx
from services.common.inputs import local_id
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.organisation.domain import point_title
from services.common.organisation.lookup import this_tenant
from services.common.rpc.call import Call


class PointService:
    """Points of a town or of the county; see the contract."""

    async def get_point(self, call: Call, request: pb.GetPointRequest) -> pb.GetPointResponse:
        unit = local_id("name", request.name, call.tenant)
        async with call.transaction() as tx:
            [shown] = await encode(tx, [await store.ROWS.load(tx, unit)])
        return pb.GetPointResponse(point=shown)

    async def list_points(self, call: Call, request: pb.ListPointsRequest) -> pb.ListPointsResponse:
        page = paging.page(request, tuple[str])
        tier = Tier(request.tier) if request.tier else None
        async with call.transaction() as tx:
            descending = request.order_by == "unit desc"
            found = await store.page(tx, tier, request.show_retired, descending, page.after, page.limit)
            shown, more = page.cut(found, lambda point: (point.unit,))
            points = await encode(tx, shown)
        return pb.ListPointsResponse(points=points, next_page_token=more)


async def encode(tx: Tx, points: Sequence[Point]) -> list[pb.Point]:
    """Points as the contract shows them, with what people call them; in two queries."""
    tenant = await this_tenant(tx)
    units = await organisation.units(tx, [point.unit for point in points])
    return [
        pb.Point(
            name=point_name(tx, point.unit),
            unit=f"tenants/{tx.tenant}/units/{point.unit}",
            title=point_title(tenant, units[point.unit]),
            tier=pb.Point.Tier.ValueType(point.tier),
            open_time=stamp(point.open_time),
            retired=point.retired,
        )
        for point in points
    ]
