"""WarningService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Sequence

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.inputs import local_id, read_text
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.risk.acting import acting_in
from services.risk.analysis.domain import Colour, Subject
from services.risk.levels import Level
from services.risk.risk import Risk
from services.risk.warnings import store, use_cases
from services.risk.warnings.domain import State, Warning
from services.risk.warnings.encoding import encoded, whole


class WarningService:
    """Warnings; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def get_warning(self, call: Call, request: pb.GetWarningRequest) -> pb.GetWarningResponse:
        async with acting_in(self._risk, call) as acting:
            warning = await use_cases.seen_warning(acting, local_id("name", request.name, call.tenant))
            return pb.GetWarningResponse(warning=await whole(acting, warning))

    async def list_warnings(self, call: Call, request: pb.ListWarningsRequest) -> pb.ListWarningsResponse:
        asked = request.filter
        wanted = store.Wanted(
            narrowed(call.actor, local_id("filter.unit", asked.unit, call.tenant)),
            local_id("filter.position", asked.position, call.tenant),
            local_id("filter.power", asked.power, call.tenant),
            Subject(asked.subject) if asked.subject else None,
            Colour(asked.colour) if asked.colour else None,
            State(asked.state) if asked.state else None,
            Level(asked.owner_level) if asked.owner_level else None,
            asked.late,
        )
        async with acting_in(self._risk, call) as acting:
            shown, more = await _page(acting.tx, call, request, wanted)
            warnings = await encoded(acting, shown)
        return pb.ListWarningsResponse(warnings=warnings, next_page_token=more)

    async def lower_warning(self, call: Call, request: pb.LowerWarningRequest) -> pb.LowerWarningResponse:
        reason = read_text("reason", request.reason)
        async with acting_in(self._risk, call) as acting:
            id = local_id("name", request.name, call.tenant)
            warning = await use_cases.lower(acting, id, Colour(request.colour), reason)
            return pb.LowerWarningResponse(warning=await whole(acting, warning))

    async def assign_warning_owner(
        self, call: Call, request: pb.AssignWarningOwnerRequest
    ) -> pb.AssignWarningOwnerResponse:
        async with acting_in(self._risk, call) as acting:
            id = local_id("name", request.name, call.tenant)
            warning = await use_cases.assign_owner(acting, id, request.owner)
            return pb.AssignWarningOwnerResponse(warning=await whole(acting, warning))


async def _page(
    tx: Tx, call: Call, request: pb.ListWarningsRequest, wanted: store.Wanted
) -> tuple[Sequence[Warning], str]:
    """A page in the order that is asked for, and the token of the next one."""
    if request.order_by == "last_day":
        by_day = paging.page(request, store.ByDay)
        found = await store.page(tx, call.actor, wanted, store.BY_DAY, by_day.after, by_day.limit)
        return by_day.cut(found, lambda each: (each.last_day, each.id))
    if request.order_by == "colour":
        by_colour = paging.page(request, store.ByColour)
        found = await store.page(tx, call.actor, wanted, store.BY_COLOUR, by_colour.after, by_colour.limit)
        return by_colour.cut(found, lambda each: (int(each.colour), each.id))
    by_time = paging.page(request, store.ByTime)
    found = await store.page(tx, call.actor, wanted, store.BY_TIME, by_time.after, by_time.limit)
    return by_time.cut(found, lambda each: (each.raise_time, each.id))
