"""PowerService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from uuid import uuid4

import minshao.risk.v1 as pb

from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.risk.acting import acting_in, acting_on
from services.risk.positions.use_cases import own_position
from services.risk.powers import store, use_cases
from services.risk.powers.encoding import power_message, read_content, shown_powers
from services.risk.powers.listing import listed
from services.risk.risk import Risk
from services.risk.risk_points.domain import Gone
from services.risk.risk_points.withdrawing import ending_with, withdraw_each


class PowerService:
    """The powers of positions; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def create_power(self, call: Call, request: pb.CreatePowerRequest) -> pb.CreatePowerResponse:
        id, content = uuid4().hex, read_content(request.content)

        async def create(tx: Tx) -> pb.CreatePowerResponse:
            acting = acting_on(self._risk, tx, call)
            position, inventory = await own_position(acting, local_id("position", request.position, call.tenant))
            power = await use_cases.create(acting, id, position, inventory, content)
            return pb.CreatePowerResponse(power=power_message(call.tenant, power, position.standing))

        return await once(call, request, pb.CreatePowerResponse, create)

    async def update_power(self, call: Call, request: pb.UpdatePowerRequest) -> pb.UpdatePowerResponse:
        content = read_content(request.content)
        async with acting_in(self._risk, call) as acting:
            power = await use_cases.update(
                acting, local_id("name", request.name, call.tenant), content, request.version
            )
            [shown] = await shown_powers(acting, [power])
        return pb.UpdatePowerResponse(power=shown)

    async def retire_power(self, call: Call, request: pb.RetirePowerRequest) -> pb.RetirePowerResponse:
        async with acting_in(self._risk, call) as acting:
            power = await use_cases.retire(acting, local_id("name", request.name, call.tenant))
            await withdraw_each(acting, await ending_with(acting, power.unit, Gone(powers={power.id})))
            [shown] = await shown_powers(acting, [power])
        return pb.RetirePowerResponse(power=shown)

    async def get_power(self, call: Call, request: pb.GetPowerRequest) -> pb.GetPowerResponse:
        async with acting_in(self._risk, call) as acting:
            power = await use_cases.seen_power(acting, local_id("name", request.name, call.tenant))
            [shown] = await shown_powers(acting, [power])
        return pb.GetPowerResponse(power=shown)

    async def list_powers(self, call: Call, request: pb.ListPowersRequest) -> pb.ListPowersResponse:
        wanted = store.Wanted(
            narrowed(call.actor, local_id("unit", request.unit, call.tenant)),
            local_id("position", request.position, call.tenant),
            request.grade or None,
            request.show_flagged,
            request.show_retired,
        )
        async with acting_in(self._risk, call) as acting:
            shown, more = await listed(acting.tx, request, wanted)
            powers = await shown_powers(acting, shown)
        return pb.ListPowersResponse(powers=powers, next_page_token=more)
