"""ItemService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from dataclasses import replace

import minshao.agency.v1 as pb

from services.agency.items import use_cases
from services.agency.items.domain import Category, Handling, Offering
from services.agency.items.encoding import inside, item_message, read_item, read_terms
from services.agency.items.guide import guide
from services.agency.items.listing import Place, Wanted, order_of
from services.agency.points import store as points
from services.agency.points.domain import Tier
from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id
from services.common.organisation import store as organisation
from services.common.organisation.lookup import in_county
from services.common.rpc.call import Call


class ItemService:
    """The catalogue of a county, and what its towns make of it; see the contract."""

    async def publish_item(self, call: Call, request: pb.PublishItemRequest) -> pb.PublishItemResponse:
        async def publish(tx: Tx) -> pb.PublishItemResponse:
            published = await use_cases.publish(tx, call.actor, item, call.now)
            return pb.PublishItemResponse(item=item_message(call.tenant, Offering(published)))

        with inside("content"):
            item = read_item(call.tenant, _code(call, request.name), request.content)
            return await once(call, request, pb.PublishItemResponse, publish)

    async def retire_item(self, call: Call, request: pb.RetireItemRequest) -> pb.RetireItemResponse:
        async with call.transaction() as tx:
            retired = await use_cases.retire(tx, call.actor, _code(call, request.name), call.now)
        return pb.RetireItemResponse(item=item_message(call.tenant, Offering(retired)))

    async def set_item_terms(self, call: Call, request: pb.SetItemTermsRequest) -> pb.SetItemTermsResponse:
        with inside("terms"):
            terms = read_terms(request.terms)
            async with call.transaction() as tx:
                offer = await use_cases.set_terms(tx, call.actor, _code(call, request.name), terms, call.now)
        return pb.SetItemTermsResponse(item=item_message(call.tenant, offer))

    async def get_item(self, call: Call, request: pb.GetItemRequest) -> pb.GetItemResponse:
        async with call.transaction() as tx:
            offer = await use_cases.offer(tx, _code(call, request.name), request.version)
        return pb.GetItemResponse(item=item_message(call.tenant, offer))

    async def list_items(self, call: Call, request: pb.ListItemsRequest) -> pb.ListItemsResponse:
        page, order = paging.page(request, Place), order_of(request.order_by)
        wanted = Wanted(
            Category(request.category) if request.category else None,
            Handling(request.handling) if request.handling else None,
            Tier(request.tier) if request.tier else None,
            request.show_withdrawn,
            request.show_retired,
        )
        async with call.transaction() as tx:
            if unit := local_id("point", request.point, call.tenant):
                wanted = await _taken_by(tx, unit, wanted)
            found = await use_cases.offers(tx)
        following = order.following(filter(wanted.holds, found), page.after)
        shown, token = page.cut(following[: page.limit], order.place)
        return pb.ListItemsResponse(items=[item_message(call.tenant, each) for each in shown], next_page_token=token)

    async def get_item_guide(self, call: Call, request: pb.GetItemGuideRequest) -> pb.GetItemGuideResponse:
        async with call.transaction() as tx:
            offer = await use_cases.offer(tx, _code(call, request.name))
            offer.check_open()
            desks = [part.department for step in offer.item.route for part in step.parts if part.department]
            async with in_county(tx):
                departments = await organisation.units(tx, desks)
        return pb.GetItemGuideResponse(guide=guide(call.tenant, offer, departments))


async def _taken_by(tx: Tx, unit: str, wanted: Wanted) -> Wanted:
    """What a point takes: by its tier, and a window by its department. Raises NotFound."""
    point = await points.ROWS.load(tx, unit)
    window = unit if point.tier is Tier.COUNTY else ""
    return replace(wanted, point=point.tier, window=window)


def _code(call: Call, name: str) -> str:
    return local_id("name", name, call.tenant)
