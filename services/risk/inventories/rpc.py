"""InventoryService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Sequence

import minshao.risk.v1 as pb

from services.common import paging
from services.common.inputs import local_id, read_text
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.rpc.call import Call
from services.common.sight import check_in_sight, units_in_sight
from services.risk.acting import Acting, acting_in
from services.risk.inventories import store, use_cases
from services.risk.inventories.domain import Inventory
from services.risk.inventories.opening import inventory_name
from services.risk.positions import store as positions
from services.risk.powers import store as powers
from services.risk.risk import Risk


class InventoryService:
    """The power inventories of units; see the contract."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def get_inventory(self, call: Call, request: pb.GetInventoryRequest) -> pb.GetInventoryResponse:
        unit = local_id("name", request.name, call.tenant)
        check_in_sight(call.actor, unit, store.ROWS.called)
        async with acting_in(self._risk, call) as acting:
            [shown] = await _shown(acting, [await store.ROWS.load(acting.tx, unit)])
        return pb.GetInventoryResponse(inventory=shown)

    async def list_inventories(self, call: Call, request: pb.ListInventoriesRequest) -> pb.ListInventoriesResponse:
        page = paging.page(request, tuple[str])
        units, descending = units_in_sight(call.actor), request.order_by == "unit desc"
        async with acting_in(self._risk, call) as acting:
            found = await store.page(acting.tx, units, request.show_retired, descending, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.id,))
            inventories = await _shown(acting, shown)
        return pb.ListInventoriesResponse(inventories=inventories, next_page_token=more)

    async def set_key_areas(self, call: Call, request: pb.SetKeyAreasRequest) -> pb.SetKeyAreasResponse:
        unit = local_id("name", request.name, call.tenant)
        areas = [read_text(f"key_areas[{index}]", each) for index, each in enumerate(request.key_areas)]
        async with acting_in(self._risk, call) as acting:
            await use_cases.own_inventory(acting, unit)
            in_use = await powers.key_areas_in_use(acting.tx, unit)
            [shown] = await _shown(acting, [await use_cases.set_key_areas(acting, unit, areas, in_use)])
        return pb.SetKeyAreasResponse(inventory=shown)


async def _shown(acting: Acting, inventories: Sequence[Inventory]) -> list[pb.Inventory]:
    """Inventories with what their units are called and how much is in them, in three queries."""
    codes = [each.id for each in inventories]
    units = await organisation.units(acting.tx, codes)
    position_counts = await positions.counts(acting.tx, codes)
    power_counts = await powers.counts(acting.tx, powers.POWERS.c.unit, codes)
    return [
        pb.Inventory(
            name=inventory_name(acting.tx.tenant, each.id),
            unit=acting.named("units", each.id),
            title=units[each.id].name,
            key_areas=each.key_areas,
            open_time=stamp(each.open_time),
            retired=each.retired,
            position_count=position_counts.get(each.id, 0),
            power_count=power_counts.get(each.id, 0),
        )
        for each in inventories
    ]
