"""RiskPointService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.aspects import Aspect
from services.risk.circles import heard_from
from services.risk.opinions import texts
from services.risk.risk import Risk
from services.risk.risk_points import store, use_cases
from services.risk.risk_points.domain import Level, Publicity, RiskPoint, State
from services.risk.risk_points.encoding import notices, read_content, read_controls, shown
from services.risk.risk_points.withdrawing import withdraw
from services.risk.scopes import Scope


class RiskPointService:
    """The risk points of units; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def create_risk_point(self, call: Call, request: pb.CreateRiskPointRequest) -> pb.CreateRiskPointResponse:
        id, unit = uuid4().hex, local_id("unit", request.unit, call.tenant)
        content = read_content(request.content, call.tenant)
        controls = read_controls(request.content, id, call.tenant)
        replaces = local_id("replaces", request.replaces, call.tenant)

        async def create(tx: Tx) -> pb.CreateRiskPointResponse:
            acting = acting_on(self._risk, tx, call)
            [made] = await shown(acting, [await use_cases.draft(acting, id, unit, content, controls, replaces)])
            return pb.CreateRiskPointResponse(risk_point=made)

        return await once(call, request, pb.CreateRiskPointResponse, create)

    async def update_risk_point(self, call: Call, request: pb.UpdateRiskPointRequest) -> pb.UpdateRiskPointResponse:
        id, content = _id(call, request.name), read_content(request.content, call.tenant)
        controls = read_controls(request.content, id, call.tenant)
        done = await self._done(call, lambda acting: use_cases.write(acting, id, content, controls, request.version))
        return pb.UpdateRiskPointResponse(risk_point=done)

    async def consult_on_risk_point(
        self, call: Call, request: pb.ConsultOnRiskPointRequest
    ) -> pb.ConsultOnRiskPointResponse:
        id, scope = _id(call, request.name), Scope(request.scope)
        done = await self._done(call, lambda acting: use_cases.consult(acting, id, scope))
        return pb.ConsultOnRiskPointResponse(risk_point=done)

    async def publicize_risk_point(
        self, call: Call, request: pb.PublicizeRiskPointRequest
    ) -> pb.PublicizeRiskPointResponse:
        id, first_day = _id(call, request.name), read_day("first_day", request.first_day)
        publicity = Publicity(Scope(request.scope), first_day, read_day("last_day", request.last_day))
        done = await self._done(call, lambda acting: use_cases.publicize(acting, id, publicity))
        return pb.PublicizeRiskPointResponse(risk_point=done)

    async def confirm_risk_point(self, call: Call, request: pb.ConfirmRiskPointRequest) -> pb.ConfirmRiskPointResponse:
        id, meeting = _id(call, request.name), local_id("leadership_meeting", request.leadership_meeting, call.tenant)
        done = await self._done(call, lambda acting: use_cases.confirm(acting, id, meeting))
        return pb.ConfirmRiskPointResponse(risk_point=done)

    async def reject_risk_point(self, call: Call, request: pb.RejectRiskPointRequest) -> pb.RejectRiskPointResponse:
        id, meeting = _id(call, request.name), local_id("leadership_meeting", request.leadership_meeting, call.tenant)
        done = await self._done(call, lambda acting: use_cases.reject(acting, id, meeting))
        return pb.RejectRiskPointResponse(risk_point=done)

    async def withdraw_risk_point(
        self, call: Call, request: pb.WithdrawRiskPointRequest
    ) -> pb.WithdrawRiskPointResponse:
        id, reason = _id(call, request.name), read_text("reason", request.reason)
        done = await self._done(call, lambda acting: withdraw(acting, id, reason))
        return pb.WithdrawRiskPointResponse(risk_point=done)

    async def get_risk_point(self, call: Call, request: pb.GetRiskPointRequest) -> pb.GetRiskPointResponse:
        id = _id(call, request.name)
        return pb.GetRiskPointResponse(
            risk_point=await self._done(call, lambda acting: use_cases.seen_risk_point(acting, id))
        )

    async def list_risk_points(self, call: Call, request: pb.ListRiskPointsRequest) -> pb.ListRiskPointsResponse:
        wanted = store.Wanted(
            units=narrowed(call.actor, local_id("unit", request.unit, call.tenant)),
            state=State(request.state) if request.state else None,
            level=Level(request.level) if request.level else None,
            aspect=Aspect(request.aspect) if request.aspect else None,
            position=local_id("position", request.position, call.tenant),
            power=local_id("power", request.power, call.tenant),
        )
        async with acting_in(self._risk, call) as acting:
            found, more = await _page(acting.tx, request, wanted)
            risk_points = await shown(acting, found)
        return pb.ListRiskPointsResponse(risk_points=risk_points, next_page_token=more)

    async def list_open_risk_points(
        self, call: Call, request: pb.ListOpenRiskPointsRequest
    ) -> pb.ListOpenRiskPointsResponse:
        page = paging.page(request, store.ByUnit)
        unit = local_id("unit", request.unit, call.tenant)
        async with acting_in(self._risk, call) as acting:
            circle = heard_from(call.actor, call.tenant)
            found = await store.open_page(acting.tx, circle, unit, acting.today, page.after, page.limit)
            open_ones, more = page.cut(found, lambda each: (each.unit, each.id))
            risk_points = await notices(acting, open_ones)
        return pb.ListOpenRiskPointsResponse(risk_points=risk_points, next_page_token=more)

    async def _done(self, call: Call, work: Callable[[Acting], Awaitable[RiskPoint]]) -> pb.RiskPoint:
        """What becomes of a risk point in the one transaction of the call, as the contract shows it."""
        async with acting_in(self._risk, call) as acting:
            risk_point = await work(acting)
            [done] = await shown(acting, [risk_point])
            if risk_point.state is State.WITHDRAWN and acting.reads_sealed:
                said = await texts.opened(acting, risk_point.id, {texts.WITHDRAWAL})
                done.withdrawal_reason = said.get(texts.WITHDRAWAL, "")
        return done


async def _page(tx: Tx, request: pb.ListRiskPointsRequest, wanted: store.Wanted) -> tuple[Sequence[RiskPoint], str]:
    """A page in the order that is asked for, and the token of the next one."""
    if request.order_by == "state_time desc":
        by_time = paging.page(request, store.ByTime)
        found = await store.page(tx, wanted, store.BY_TIME, by_time.after, by_time.limit)
        return by_time.cut(found, lambda each: (each.state_time, each.id))
    by_unit = paging.page(request, store.ByUnit)
    found = await store.page(tx, wanted, store.BY_UNIT, by_unit.after, by_unit.limit)
    return by_unit.cut(found, lambda each: (each.unit, each.id))


def _id(call: Call, name: str) -> str:
    return local_id("name", name, call.tenant)
