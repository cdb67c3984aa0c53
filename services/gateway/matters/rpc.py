"""The matter service of the contract."""

from __future__ import annotations

from minshao.gateway import v1 as gateway

from services.common.rpc.call import Call
from services.gateway.feed.domain import Viewer
from services.gateway.feed.town_names import TownNames
from services.gateway.matters.messages import part_message
from services.gateway.matters.use_cases import parts_of
from services.gateway.organisation import use_cases as organisation


class MatterService:
    """Implements `minshao.gateway.v1.MatterService`."""

    def __init__(self, names: TownNames) -> None:
        self._names = names

    async def get_matter(self, call: Call, request: gateway.GetMatterRequest) -> gateway.GetMatterResponse:
        async with call.transaction() as tx:
            await organisation.tenant_in(tx)
            parts = await parts_of(tx, Viewer.of(call.actor, call.tenant), request.resource)
        names = await self._names.of({part.steps[0][0].town for part in parts})
        return gateway.GetMatterResponse(parts=[part_message(part, names) for part in parts])
