"""InventorySheetService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import asyncio

import minshao.risk.v1 as pb

from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id
from services.common.rpc.call import Call
from services.common.sheet_reading import read_table
from services.common.sight import check_in_sight
from services.common.spreadsheets import XLSX
from services.risk.acting import acting_in, acting_on
from services.risk.inventories import store as inventories
from services.risk.inventories.use_cases import full_title
from services.risk.inventory_sheets import use_cases
from services.risk.inventory_sheets.columns import MOST_ROWS, OF_POSITION, OF_POWER, READ
from services.risk.inventory_sheets.domain import Act, Change
from services.risk.inventory_sheets.writing import InventoryTable, inventory_xlsx, ordered
from services.risk.positions import store as positions
from services.risk.powers import store as powers
from services.risk.risk import Risk


class InventorySheetService:
    """Inventories as spreadsheets; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def export_inventory(self, call: Call, request: pb.ExportInventoryRequest) -> pb.ExportInventoryResponse:
        unit = local_id("name", request.name, call.tenant)
        check_in_sight(call.actor, unit, inventories.ROWS.called)
        async with acting_in(self._risk, call) as acting:
            await inventories.ROWS.load(acting.tx, unit)
            there, exercised = await positions.of_unit(acting.tx, unit), await powers.of_unit(acting.tx, unit)
            table = InventoryTable(
                place=await full_title(acting, unit), printed=acting.today, rows=[*ordered(there, exercised)]
            )
        # In a thread, so that other calls go on meanwhile; reading likewise.
        content = await asyncio.to_thread(inventory_xlsx, table)
        return pb.ExportInventoryResponse(
            content=content, content_type=XLSX, file_name=f"{table.file_name}.xlsx", row_count=len(table.rows)
        )

    async def import_inventory(self, call: Call, request: pb.ImportInventoryRequest) -> pb.ImportInventoryResponse:
        unit = local_id("name", request.name, call.tenant)
        check_in_sight(call.actor, unit, inventories.ROWS.called)
        rows = await asyncio.to_thread(read_table, "content", request.content, READ, MOST_ROWS)

        async def take(tx: Tx) -> pb.ImportInventoryResponse:
            acting = acting_on(self._risk, tx, call)
            planned, ending = await use_cases.take_in(
                acting, unit, rows, retire_missing=request.retire_missing, dry_run=request.dry_run
            )
            return pb.ImportInventoryResponse(
                changes=[_change(each) for each in planned],
                withdrawn_risk_points=[acting.named("riskPoints", each.id) for each in ending],
            )

        return await once(call, request, pb.ImportInventoryResponse, take)


def _change(change: Change) -> pb.InventoryChange:
    title = change.content.title if change.content else change.power.title if change.power else ""
    return pb.InventoryChange(
        kind=pb.InventoryChange.Kind.ValueType(change.act),
        row=change.row,
        section=change.position.section,
        position_title=change.position.title,
        power_title=title,
        columns=_columns(change),
    )


def _columns(change: Change) -> list[str]:
    """The headings of what is said otherwise than before."""
    if change.act is not Act.CHANGE:
        return []
    before, after = change.power, change.content
    if before is None or after is None:
        return [OF_POSITION[2].heading]
    return [column.heading for column in OF_POWER if column.value(before) != column.value(after)]
