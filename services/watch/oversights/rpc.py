"""OversightService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import minshao.watch.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.watch.oversights import late_cases, texts
from services.watch.oversights.domain import Origin, Oversight, Target
from services.watch.oversights.lateness import LateCase
from services.watch.oversights.listing import list_oversights
from services.watch.oversights.use_cases import Order, answer_oversight, order_oversight, seen_oversight
from services.watch.reports.acting import Acting
from services.watch.reports.domain.clocks import last_day_before
from services.watch.reports.entrance import acting_in, acting_of
from services.watch.watch import Watch


class OversightService:
    """Oversights of a town; see the contract for what each call does and raises."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def order_oversight(self, call: Call, request: pb.OrderOversightRequest) -> pb.OrderOversightResponse:
        order = Order(
            report=local_id("report", request.report, call.tenant) or None,
            unit=local_id("unit", request.unit, call.tenant) or None,
            post=local_id("post", request.post, call.tenant) or None,
            note=read_text("note", request.note),
            last_day=read_day("last_day", request.last_day),
        )

        async def open_it(tx: Tx) -> pb.OrderOversightResponse:
            oversight = await order_oversight(await acting_of(self._watch, tx, call), order)
            return pb.OrderOversightResponse(oversight=encode(oversight))

        return await once(call, request, pb.OrderOversightResponse, open_it)

    async def answer_oversight(self, call: Call, request: pb.AnswerOversightRequest) -> pb.AnswerOversightResponse:
        answer = read_text("answer", request.answer)
        async with acting_in(self._watch, call) as acting:
            oversight = await answer_oversight(acting, local_id("name", request.name, call.tenant), answer)
            (shown,) = await _shown(acting, [oversight])
        return pb.AnswerOversightResponse(oversight=shown)

    async def get_oversight(self, call: Call, request: pb.GetOversightRequest) -> pb.GetOversightResponse:
        async with acting_in(self._watch, call) as acting:
            oversight, _ = await seen_oversight(acting, local_id("name", request.name, call.tenant))
            (shown,) = await _shown(acting, [oversight])
        return pb.GetOversightResponse(oversight=shown)

    async def list_oversights(self, call: Call, request: pb.ListOversightsRequest) -> pb.ListOversightsResponse:
        page = paging.page(request, tuple[datetime, str])
        report = local_id("report", request.report, call.tenant)
        unit = local_id("unit", request.unit, call.tenant)
        async with acting_in(self._watch, call) as acting:
            found = await list_oversights(acting, request.open, report, unit, page.after, page.limit)
            page_of_them, more = page.cut(found, lambda oversight: (oversight.due_time, oversight.id))
            shown = await _shown(acting, page_of_them)
        return pb.ListOversightsResponse(oversights=shown, next_page_token=more)


async def _shown(acting: Acting, oversights: Sequence[Oversight]) -> list[pb.Oversight]:
    """The oversights with their texts and the late cases behind them."""
    opened = await texts.opened(acting.tx, acting.sealer, oversights)
    caused = {each.id for each in oversights if each.origin is Origin.EVENT}
    behind = await late_cases.behind(acting.tx, caused)
    return [encode(each, [late for late in behind if late.oversight == each.id]) for each in opened]


def encode(oversight: Oversight, behind: Sequence[LateCase] = ()) -> pb.Oversight:
    """The oversight as the contract shows it."""
    tenant = f"tenants/{oversight.tenant}"
    home = f"tenants/{oversight.unit.partition('.')[0][:9]}"
    return pb.Oversight(
        name=f"{tenant}/oversights/{oversight.id}",
        origin=int(oversight.origin),
        report=f"{tenant}/reports/{oversight.report}" if oversight.report else "",
        unit=f"{home}/units/{oversight.unit}" if oversight.target is Target.UNIT else "",
        post=f"{home}/posts/{oversight.unit}" if oversight.target is Target.POST else "",
        note=oversight.note,
        last_day=last_day_before(oversight.due_time).isoformat(),
        due_time=stamp(oversight.due_time),
        state=int(oversight.state),
        level=int(oversight.level),
        orderer=oversight.orderer,
        create_time=stamp(oversight.create_time),
        answer=oversight.answer,
        answerer=oversight.answerer or "",
        answer_time=stamp(oversight.answer_time),
        late=oversight.late,
        origin_event=oversight.origin_event or "",
        warning=oversight.warning or "",
        late_cases=[
            pb.LateCase(case=each.case, number=each.number, overdue_time=stamp(each.time), lifted=each.lifted)
            for each in behind
        ],
    )
