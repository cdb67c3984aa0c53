"""The matter service of the contract."""

from __future__ import annotations

from minshao.gateway import v1 as gateway

from services.common import paging
from services.common.rpc.call import Call
from services.gateway.feed.domain import Viewer
from services.gateway.feed.town_names import TownNames
from services.gateway.matters.messages import part_message
from services.gateway.matters.store import Place
from services.gateway.matters.use_cases import parts_of
from services.gateway.organisation import use_cases as organisation


class MatterService:
    """Implements `minshao.gateway.v1.MatterService`."""

    def __init__(self, names: TownNames) -> None:
        self._names = names

    async def get_matter(self, call: Call, request: gateway.GetMatterRequest) -> gateway.GetMatterResponse:
        page = paging.page(request, Place)
        async with call.transaction() as tx:
            await organisation.tenant_in(tx)
            viewer = Viewer.of(call.actor, call.tenant)
            found = await parts_of(tx, viewer, request.resource, page.after, page.limit)
        shown, more = page.cut(found, lambda each: each[0])
        names = await self._names.of({part.steps[0][0].town for _, part in shown})
        parts = [part_message(part, names) for _, part in shown]
        return gateway.GetMatterResponse(parts=parts, next_page_token=more)
