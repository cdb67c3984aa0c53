"""StandardsService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.standards import store, use_cases
from services.agency.standards.encoding import read_content, standards_message
from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id
from services.common.organisation.lookup import in_county, this_tenant
from services.common.rpc.call import Call

CURRENT = "current"


class StandardsService:
    """The standards of a county's agency points; see the contract."""

    async def publish_standards(self, call: Call, request: pb.PublishStandardsRequest) -> pb.PublishStandardsResponse:
        content = read_content(request.content)

        async def publish(tx: Tx) -> pb.PublishStandardsResponse:
            published = await use_cases.publish(tx, call.actor, content, call.now)
            return pb.PublishStandardsResponse(standards=standards_message(call.tenant, published))

        return await once(call, request, pb.PublishStandardsResponse, publish)

    async def get_standards(self, call: Call, request: pb.GetStandardsRequest) -> pb.GetStandardsResponse:
        named = local_id("name", request.name, call.tenant)
        async with call.transaction() as tx:
            found = await use_cases.read(tx, 0 if named == CURRENT else int(named))
        return pb.GetStandardsResponse(standards=standards_message(call.tenant, found))

    async def list_standards(self, call: Call, request: pb.ListStandardsRequest) -> pb.ListStandardsResponse:
        page = paging.page(request, tuple[int])
        async with call.transaction() as tx:
            await this_tenant(tx)
            async with in_county(tx):
                found = await store.page(tx, request.order_by != "version", page.after, page.limit)
        shown, more = page.cut(found, lambda each: (each.version,))
        standards = [standards_message(call.tenant, each) for each in shown]
        return pb.ListStandardsResponse(standards=standards, next_page_token=more)
