"""BoxService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import minshao.watch.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_name, read_past_instant
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.common.sight import narrowed
from services.watch.boxes import store
from services.watch.boxes.domain import Box, BoxOpening
from services.watch.boxes.use_cases import log_opening
from services.watch.supervisors.use_cases import require_in_office


class BoxService:
    """Openings of the boxes of a town; see the contract for what each call does and raises."""

    async def log_box_opening(self, call: Call, request: pb.LogBoxOpeningRequest) -> pb.LogBoxOpeningResponse:
        opening = opening_of(call, request)

        async def log(tx: Tx) -> pb.LogBoxOpeningResponse:
            logged = await log_opening(tx, call.actor, opening, call.now)
            return pb.LogBoxOpeningResponse(box_opening=encode(call.tenant, logged))

        return await once(call, request, pb.LogBoxOpeningResponse, log)

    async def list_box_openings(self, call: Call, request: pb.ListBoxOpeningsRequest) -> pb.ListBoxOpeningsResponse:
        page = paging.page(request, tuple[datetime, str])
        unit = local_id("unit", request.unit, call.tenant)
        async with call.transaction() as tx:
            actor = await require_in_office(tx, call.actor, call.now)
            box = Box(request.box) if request.box else None
            wanted = store.Wanted(narrowed(actor, unit), box, request.letters_left)
            openings = await store.page(tx, wanted, page.after, page.limit)
        shown, more = page.cut(openings, lambda opening: (opening.open_time, opening.id))
        encoded = [encode(call.tenant, opening) for opening in shown]
        return pb.ListBoxOpeningsResponse(box_openings=encoded, next_page_token=more)


def opening_of(call: Call, request: pb.LogBoxOpeningRequest) -> BoxOpening:
    """What the request says of an opening. Raises Invalid."""
    first, second = (read_name(f"openers[{index}]", name) for index, name in enumerate(request.openers))
    opened = request.HasField("open_time")
    return BoxOpening(
        id=uuid4().hex,
        unit=local_id("unit", request.unit, call.tenant),
        box=Box(request.box),
        open_time=read_past_instant("open_time", request.open_time, call.now) if opened else call.now,
        openers=(first, second),
        letter_count=request.letter_count,
        recorder=call.actor.name,
    )


def encode(tenant: str, opening: BoxOpening) -> pb.BoxOpening:
    """An opening as the contract shows it."""
    return pb.BoxOpening(
        name=f"tenants/{tenant}/boxOpenings/{opening.id}",
        unit=f"tenants/{tenant}/units/{opening.unit}",
        box=pb.BoxOpening.Box.ValueType(opening.box),
        open_time=stamp(opening.open_time),
        openers=opening.openers,
        letter_count=opening.letter_count,
        registered_count=opening.registered_count,
        recorder=opening.recorder,
    )
