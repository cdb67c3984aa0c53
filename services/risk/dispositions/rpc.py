"""DispositionService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.risk.acting import acting_in, acting_on
from services.risk.dispositions import store, use_cases
from services.risk.dispositions.domain import Disposition, Result, Severity, State
from services.risk.dispositions.encoding import outlines, whole
from services.risk.risk import Risk


class DispositionService:
    """Dispositions of warnings; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def record_disposition(
        self, call: Call, request: pb.RecordDispositionRequest
    ) -> pb.RecordDispositionResponse:
        id = uuid4().hex
        drafted = use_cases.Drafted(
            warning=local_id("warning", request.warning, call.tenant),
            severity=Severity(request.severity),
            note=read_text("note", request.note),
            persons=request.persons.strip(),
            milder_reason=request.milder_reason.strip(),
            last_day=_day(request.last_day),
        )

        async def record(tx: Tx) -> pb.RecordDispositionResponse:
            acting = acting_on(self._risk, tx, call)
            recorded = await use_cases.record(acting, id, drafted)
            return pb.RecordDispositionResponse(disposition=await whole(acting, recorded))

        return await once(call, request, pb.RecordDispositionResponse, record)

    async def get_disposition(self, call: Call, request: pb.GetDispositionRequest) -> pb.GetDispositionResponse:
        async with acting_in(self._risk, call) as acting:
            disposition = await use_cases.seen_disposition(acting, local_id("name", request.name, call.tenant))
            return pb.GetDispositionResponse(disposition=await whole(acting, disposition))

    async def list_dispositions(self, call: Call, request: pb.ListDispositionsRequest) -> pb.ListDispositionsResponse:
        asked = request.filter
        wanted = store.Wanted(
            narrowed(call.actor, local_id("filter.unit", asked.unit, call.tenant)),
            local_id("filter.warning", asked.warning, call.tenant),
            Severity(asked.severity) if asked.severity else None,
            State(asked.state) if asked.state else None,
            asked.open,
            asked.late,
        )
        async with acting_in(self._risk, call) as acting:
            shown, more = await _page(acting.tx, call, request, wanted)
            dispositions = await outlines(acting, shown)
        return pb.ListDispositionsResponse(dispositions=dispositions, next_page_token=more)

    async def check_correction(self, call: Call, request: pb.CheckCorrectionRequest) -> pb.CheckCorrectionResponse:
        note, last_day = read_text("note", request.note), _day(request.last_day)
        async with acting_in(self._risk, call) as acting:
            id = local_id("name", request.name, call.tenant)
            checked = await use_cases.check_correction(acting, id, request.done, note, last_day)
            return pb.CheckCorrectionResponse(disposition=await whole(acting, checked))

    async def accept_investigation(
        self, call: Call, request: pb.AcceptInvestigationRequest
    ) -> pb.AcceptInvestigationResponse:
        async with acting_in(self._risk, call) as acting:
            accepted = await use_cases.accept_investigation(acting, local_id("name", request.name, call.tenant))
            return pb.AcceptInvestigationResponse(disposition=await whole(acting, accepted))

    async def return_investigation_result(
        self, call: Call, request: pb.ReturnInvestigationResultRequest
    ) -> pb.ReturnInvestigationResultResponse:
        note = read_text("note", request.note)
        async with acting_in(self._risk, call) as acting:
            id = local_id("name", request.name, call.tenant)
            returned = await use_cases.return_result(acting, id, Result(request.result), note)
            return pb.ReturnInvestigationResultResponse(disposition=await whole(acting, returned))


def _day(typed: str) -> date | None:
    return read_day("last_day", typed) if typed else None


async def _page(
    tx: Tx, call: Call, request: pb.ListDispositionsRequest, wanted: store.Wanted
) -> tuple[Sequence[Disposition], str]:
    """A page in the order that is asked for, and the token of the next one."""
    if request.order_by == "last_day":
        by_day = paging.page(request, store.ByDay)
        found = await store.page(tx, call.actor, wanted, store.BY_DAY, by_day.after, by_day.limit)
        return by_day.cut(found, lambda each: (each.last_day or date.max, each.id))
    by_time = paging.page(request, store.ByTime)
    found = await store.page(tx, call.actor, wanted, store.BY_TIME, by_time.after, by_time.limit)
    return by_time.cut(found, lambda each: (each.create_time, each.id))
