"""CatalogueService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.errors import Invalid
from services.common.idempotency import once
from services.common.inputs import local_id
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.common.spreadsheets import XLSX
from services.common.typesetting import PDF
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.catalogues import store, use_cases
from services.risk.catalogues.comparing import differences
from services.risk.catalogues.content import read
from services.risk.catalogues.document import catalogue_pdf, pictures
from services.risk.catalogues.domain import Draft, Edition
from services.risk.catalogues.encoding import approval, approvals, difference_message, message, whole
from services.risk.catalogues.printed import Printed
from services.risk.catalogues.spreadsheet import catalogue_xlsx
from services.risk.circles import shown_to
from services.risk.risk import Risk
from services.risk.scopes import Scope

JSON = "application/json"


class CatalogueService:
    """The catalogues of units; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def compile_catalogue_edition(
        self, call: Call, request: pb.CompileCatalogueEditionRequest
    ) -> pb.CompileCatalogueEditionResponse:
        id, unit = uuid4().hex, local_id("unit", request.unit, call.tenant)

        async def work(tx: Tx) -> pb.CompileCatalogueEditionResponse:
            acting = acting_on(self._risk, tx, call)
            draft = await use_cases.compile_draft(acting, id, unit)
            return pb.CompileCatalogueEditionResponse(catalogue_edition=await whole(acting, draft))

        return await once(call, request, pb.CompileCatalogueEditionResponse, work)

    async def recompile_catalogue_edition(
        self, call: Call, request: pb.RecompileCatalogueEditionRequest
    ) -> pb.RecompileCatalogueEditionResponse:
        async with acting_in(self._risk, call) as acting:
            draft = await use_cases.recompile(acting, _id(call, request.name))
            return pb.RecompileCatalogueEditionResponse(catalogue_edition=await whole(acting, draft))

    async def withdraw_catalogue_edition(
        self, call: Call, request: pb.WithdrawCatalogueEditionRequest
    ) -> pb.WithdrawCatalogueEditionResponse:
        async with acting_in(self._risk, call) as acting:
            draft = await use_cases.withdraw(acting, _id(call, request.name))
            return pb.WithdrawCatalogueEditionResponse(catalogue_edition=message(acting, draft))

    async def publish_catalogue_edition(
        self, call: Call, request: pb.PublishCatalogueEditionRequest
    ) -> pb.PublishCatalogueEditionResponse:
        meeting = local_id("leadership_meeting", request.leadership_meeting, call.tenant)
        async with acting_in(self._risk, call) as acting:
            edition = await use_cases.publish(acting, _id(call, request.name), meeting, Scope(request.scope))
            shown = message(acting, edition, await approval(acting, edition))
        return pb.PublishCatalogueEditionResponse(catalogue_edition=shown)

    async def get_catalogue_edition(
        self, call: Call, request: pb.GetCatalogueEditionRequest
    ) -> pb.GetCatalogueEditionResponse:
        async with acting_in(self._risk, call) as acting:
            found = await use_cases.seen(acting, _id(call, request.name))
            return pb.GetCatalogueEditionResponse(catalogue_edition=await whole(acting, found))

    async def list_catalogue_editions(
        self, call: Call, request: pb.ListCatalogueEditionsRequest
    ) -> pb.ListCatalogueEditionsResponse:
        page, unit = paging.page(request, store.Place), local_id("unit", request.unit, call.tenant)
        descending = request.order_by != "publish_time"
        async with acting_in(self._risk, call) as acting:
            circle = shown_to(call.actor, call.tenant)
            found = await store.page(acting.tx, circle, unit, descending, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.publish_time, each.id))
            how = await approvals(acting, shown)
            editions = [message(acting, each, how[each.id]) for each in shown]
        return pb.ListCatalogueEditionsResponse(catalogue_editions=editions, next_page_token=more)

    async def list_catalogue_drafts(
        self, call: Call, request: pb.ListCatalogueDraftsRequest
    ) -> pb.ListCatalogueDraftsResponse:
        page = paging.page(request, store.Place)
        units = narrowed(call.actor, local_id("unit", request.unit, call.tenant))
        async with acting_in(self._risk, call) as acting:
            found = await store.draft_page(acting.tx, units, request.show_ended, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.compile_time, each.id))
            drafts = [message(acting, each) for each in shown]
        return pb.ListCatalogueDraftsResponse(catalogue_editions=drafts, next_page_token=more)

    async def compare_catalogue_editions(
        self, call: Call, request: pb.CompareCatalogueEditionsRequest
    ) -> pb.CompareCatalogueEditionsResponse:
        base_id = local_id("base", request.base, call.tenant)
        async with acting_in(self._risk, call) as acting:
            other = await use_cases.seen(acting, _id(call, request.name))
            base = await use_cases.seen(acting, base_id)
            if base.unit != other.unit:
                raise Invalid("base", "只能比较同一单位的目录。", reason="OTHER_UNIT")
            said = [read(await store.content(acting.tx, each)) for each in (base, other)]
            found = [difference_message(acting, each) for each in differences(*said)]
        return pb.CompareCatalogueEditionsResponse(differences=found)

    async def export_catalogue_edition(
        self, call: Call, request: pb.ExportCatalogueEditionRequest
    ) -> pb.ExportCatalogueEditionResponse:
        async with acting_in(self._risk, call) as acting:
            found = await use_cases.seen(acting, _id(call, request.name))
            stored = await store.content(acting.tx, found)
            printed = await _printed(acting, found, stored)
            drawn = []
            if request.format == pb.ExportCatalogueEditionRequest.FORMAT_PDF:
                drawn = await pictures(acting.tx, printed.content)
        answer = pb.ExportCatalogueEditionResponse(power_count=found.power_count)
        # What takes long is done in a thread or another process, so that other calls go on meanwhile.
        match request.format:
            case pb.ExportCatalogueEditionRequest.FORMAT_PDF:
                kind, content = PDF, await catalogue_pdf(printed, drawn, self._risk.typesetter)
            case pb.ExportCatalogueEditionRequest.FORMAT_XLSX:
                kind, content = XLSX, await asyncio.to_thread(catalogue_xlsx, printed)
            case _:
                kind, content = JSON, stored
        answer.content, answer.content_type = content, kind
        answer.file_name = f"{printed.file_name}.{ENDINGS[kind]}"
        return answer


ENDINGS = {PDF: "pdf", XLSX: "xlsx", JSON: "json"}


async def _printed(acting: Acting, found: Draft | Edition, stored: bytes) -> Printed:
    how = await approval(acting, found) if isinstance(found, Edition) else None
    return Printed(found, read(stored), how, acting.today)


def _id(call: Call, name: str) -> str:
    return local_id("name", name, call.tenant)
