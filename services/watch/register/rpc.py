"""RegisterService: the register as a document."""

from __future__ import annotations

import asyncio

import minshao.watch.v1 as pb

from services.common.access import Actor
from services.common.errors import Invalid, NotFound
from services.common.inputs import local_id
from services.common.organisation import store as organisation
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.common.sight import check_in_sight, units_in_sight
from services.common.spreadsheets import XLSX
from services.common.typesetting import PDF
from services.watch.register.documents import register_pdf
from services.watch.register.page import RegisterPage
from services.watch.register.rows import register_rows
from services.watch.register.spreadsheet import register_xlsx
from services.watch.reports.acting import Acting
from services.watch.reports.entrance import acting_in
from services.watch.watch import Watch


class RegisterService:
    """The register 投诉备案登记表 of a town or a post; see the contract."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def export_register(self, call: Call, request: pb.ExportRegisterRequest) -> pb.ExportRegisterResponse:
        async with acting_in(self._watch, call) as acting:
            unit = _unit(acting.actor, call.tenant, request)
            page = await _page(acting, request.year, unit)
        count = len(page.rows)
        if request.format == pb.ExportRegisterRequest.FORMAT_PDF:
            content = await register_pdf(page, self._watch.typesetter)
            name = f"{page.file_name}.pdf"
            return pb.ExportRegisterResponse(content=content, content_type=PDF, file_name=name, row_count=count)
        # A long register takes its time: in a thread, so that other calls go on meanwhile.
        content = await asyncio.to_thread(register_xlsx, page)
        name = f"{page.file_name}.xlsx"
        return pb.ExportRegisterResponse(content=content, content_type=XLSX, file_name=name, row_count=count)


def _unit(actor: Actor, tenant: str, request: pb.ExportRegisterRequest) -> str:
    """The unit whose extract is wanted; people of one unit mean their own when they name none."""
    if unit := local_id("unit", request.unit, tenant):
        check_in_sight(actor, unit, "单位")
        return unit
    own = units_in_sight(actor)
    if own is None:
        return ""
    if len(own) != 1:
        raise Invalid("unit", "请注明单位。")
    return next(iter(own))


async def _page(acting: Acting, year: int, unit: str) -> RegisterPage:
    tenant = await organisation.tenant(acting.tx)
    post = await organisation.unit(acting.tx, unit) if unit else None
    if tenant is None or (unit and post is None):
        raise NotFound("单位", reason="NO_UNIT")
    return RegisterPage(
        town=tenant.name,
        year=year,
        rows=await register_rows(acting, year, unit),
        printed=local_date(acting.now),
        post=post.name if post else None,
    )
