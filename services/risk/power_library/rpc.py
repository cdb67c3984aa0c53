"""PowerLibraryService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.idempotency import once
from services.common.inputs import local_id
from services.common.rpc.call import Call
from services.risk.acting import acting_on
from services.risk.power_library.domain import LibraryPower
from services.risk.power_library.shelf import library
from services.risk.power_library.use_cases import adopt
from services.risk.powers.encoding import content_message, power_message
from services.risk.risk import Risk


class PowerLibraryService:
    """The library of typical powers; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def list_library_powers(
        self, call: Call, request: pb.ListLibraryPowersRequest
    ) -> pb.ListLibraryPowersResponse:
        page = paging.page(request, tuple[int])
        first = page.after[0] if page.after else 0
        wanted = [each for each in library().values() if request.organ in (0, each.organ)]
        following = list(enumerate(wanted, start=1))[first : first + page.limit]
        shown, more = page.cut(following, lambda each: (each[0],))
        return pb.ListLibraryPowersResponse(library_powers=[_shown(each) for _, each in shown], next_page_token=more)

    async def adopt_library_powers(
        self, call: Call, request: pb.AdoptLibraryPowersRequest
    ) -> pb.AdoptLibraryPowersResponse:
        unit = local_id("name", request.name, call.tenant)
        if any(code not in library() for code in request.codes):
            raise NotFound("权力事项样例")
        chosen = [library()[code] for code in request.codes]

        async def take(tx: Tx) -> pb.AdoptLibraryPowersResponse:
            added, present = await adopt(acting_on(self._risk, tx, call), unit, chosen)
            shown = [power_message(tx.tenant, power, position.standing) for power, position in added]
            return pb.AdoptLibraryPowersResponse(powers=shown, present_codes=present)

        return await once(call, request, pb.AdoptLibraryPowersResponse, take)


def _shown(each: LibraryPower) -> pb.LibraryPower:
    return pb.LibraryPower(
        code=each.code,
        organ=pb.LibraryPower.Organ.ValueType(each.organ),
        position_title=each.position,
        standing=pb.Position.Standing.ValueType(each.standing),
        content=content_message(each.content),
    )
