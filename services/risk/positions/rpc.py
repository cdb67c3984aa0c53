"""PositionService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.characters import printable
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_past_day, read_title
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.positions import store, use_cases
from services.risk.positions.domain import Holder, Position, Standing
from services.risk.powers import store as powers
from services.risk.powers.use_cases import grade_anew
from services.risk.risk import Risk
from services.risk.risk_points.domain import Gone
from services.risk.risk_points.withdrawing import check_none_ends, ending_with, withdraw_each


class PositionService:
    """The positions of units; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def create_position(self, call: Call, request: pb.CreatePositionRequest) -> pb.CreatePositionResponse:
        new = Position(
            id=uuid4().hex,
            unit=local_id("unit", request.unit, call.tenant),
            section=printable(request.section),
            title=read_title("title", request.title),
            standing=Standing(request.standing),
        )

        async def create(tx: Tx) -> pb.CreatePositionResponse:
            acting = acting_on(self._risk, tx, call)
            [shown] = await _shown(acting, [await use_cases.create(acting, new)])
            return pb.CreatePositionResponse(position=shown)

        return await once(call, request, pb.CreatePositionResponse, create)

    async def update_position(self, call: Call, request: pb.UpdatePositionRequest) -> pb.UpdatePositionResponse:
        section, title = printable(request.section), read_title("title", request.title)
        async with acting_in(self._risk, call) as acting:
            before, _ = await use_cases.own_position(acting, local_id("name", request.name, call.tenant))
            if section != before.section:
                moved = {each.id for each in await powers.of_position(acting.tx, before.id)}
                left = Gone(sections=await use_cases.left_empty(acting, before), moved=moved)
                await check_none_ends(acting, before.unit, left)
            after = await use_cases.update(acting, before, section, title, Standing(request.standing))
            if after.standing is not before.standing:
                await grade_anew(acting, after)
            [shown] = await _shown(acting, [await store.ROWS.load(acting.tx, after.id)])
        return pb.UpdatePositionResponse(position=shown)

    async def retire_position(self, call: Call, request: pb.RetirePositionRequest) -> pb.RetirePositionResponse:
        async with acting_in(self._risk, call) as acting:
            before, _ = await use_cases.own_position(acting, local_id("name", request.name, call.tenant))
            power_count = len(await powers.of_position(acting.tx, before.id))
            await use_cases.check_in_no_chart(acting, before.unit, [before])
            use_cases.retire(acting, before, power_count)
            store.end_holders(acting.tx, [before.id], acting.today)
            gone = Gone(positions={before.id}, sections=await use_cases.left_empty(acting, before))
            await withdraw_each(acting, await ending_with(acting, before.unit, gone))
            [shown] = await _shown(acting, [await store.ROWS.load(acting.tx, before.id)])
        return pb.RetirePositionResponse(position=shown)

    async def appoint_holder(self, call: Call, request: pb.AppointHolderRequest) -> pb.AppointHolderResponse:
        holder = Holder(
            id=uuid4().hex,
            position=local_id("position", request.position, call.tenant),
            cadre=local_id("cadre", request.cadre, call.tenant),
            first_day=read_past_day("first_day", request.first_day, call.now),
        )

        async def appoint(tx: Tx) -> pb.AppointHolderResponse:
            acting = acting_on(self._risk, tx, call)
            [shown] = await _shown(acting, [await use_cases.appoint(acting, holder)])
            return pb.AppointHolderResponse(position=shown)

        return await once(call, request, pb.AppointHolderResponse, appoint)

    async def end_holder(self, call: Call, request: pb.EndHolderRequest) -> pb.EndHolderResponse:
        last_day = read_day("last_day", request.last_day)
        async with acting_in(self._risk, call) as acting:
            position = await use_cases.end_holder(acting, local_id("name", request.name, call.tenant), last_day)
            [shown] = await _shown(acting, [position])
        return pb.EndHolderResponse(position=shown)

    async def get_position(self, call: Call, request: pb.GetPositionRequest) -> pb.GetPositionResponse:
        async with acting_in(self._risk, call) as acting:
            position = await use_cases.seen_position(acting, local_id("name", request.name, call.tenant))
            [shown] = await _shown(acting, [position], past=True)
        return pb.GetPositionResponse(position=shown)

    async def list_positions(self, call: Call, request: pb.ListPositionsRequest) -> pb.ListPositionsResponse:
        units = narrowed(call.actor, local_id("unit", request.unit, call.tenant))
        wanted = store.Wanted(units, request.grade or None, request.show_retired)
        async with acting_in(self._risk, call) as acting:
            shown, more = await _page(acting.tx, request, wanted)
            positions = await _shown(acting, shown)
        return pb.ListPositionsResponse(positions=positions, next_page_token=more)

    async def list_unprotected_positions(
        self, call: Call, request: pb.ListUnprotectedPositionsRequest
    ) -> pb.ListUnprotectedPositionsResponse:
        page = paging.page(request, store.Since)
        units = narrowed(call.actor, local_id("unit", request.unit, call.tenant))
        async with acting_in(self._risk, call) as acting:
            found = await store.unprotected(acting.tx, units, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.unprotected_time or acting.now, each.id))
            positions = await _shown(acting, shown)
        return pb.ListUnprotectedPositionsResponse(positions=positions, next_page_token=more)


async def _page(tx: Tx, request: pb.ListPositionsRequest, wanted: store.Wanted) -> tuple[Sequence[Position], str]:
    """A page in the order that is asked for, and the token of the next one."""
    if request.order_by == "grade":
        by_grade = paging.page(request, store.ByGrade)
        found = await store.page(tx, wanted, store.BY_GRADE, by_grade.after, by_grade.limit)
        return by_grade.cut(found, lambda each: (each.grade or store.LAST, each.unit, each.id))
    by_unit = paging.page(request, store.ByUnit)
    found = await store.page(tx, wanted, store.BY_UNIT, by_unit.after, by_unit.limit)
    return by_unit.cut(found, lambda each: (each.unit, each.section, each.title, each.id))


async def _shown(acting: Acting, positions: Sequence[Position], *, past: bool = False) -> list[pb.Position]:
    """Positions with who holds them today, or ever did, in three queries."""
    ids = [each.id for each in positions]
    held = await store.holders(acting.tx, ids, None if past else acting.today)
    cadres = await organisation.cadres(acting.tx, {each.cadre for each in held})
    of_position = defaultdict(list)
    for each in held:
        holder = pb.Position.Holder(
            name=acting.named("positionHolders", each.id),
            cadre=acting.named("cadres", each.cadre),
            display_name=cadres[each.cadre].name,
            first_day=str(each.first_day),
            last_day=str(each.last_day or ""),
        )
        of_position[each.position].append(holder)
    power_counts = await powers.counts(acting.tx, powers.POWERS.c.position, ids)
    return [
        pb.Position(
            name=acting.named("positions", each.id),
            unit=acting.named("units", each.unit),
            section=each.section,
            title=each.title,
            standing=pb.Position.Standing.ValueType(each.standing),
            holders=of_position[each.id],
            grade=each.grade or 0,
            grade_time=stamp(each.grade_time),
            retired=each.retired,
            power_count=power_counts.get(each.id, 0),
            risk_point_count=each.risk_points,
            unprotected_time=stamp(each.unprotected_time),
            unprotected_days=each.unprotected_days(acting.today),
        )
        for each in positions
    ]
