"""Powers page by page, in the order that is asked for."""

from __future__ import annotations

from collections.abc import Sequence

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.risk.powers import store
from services.risk.powers.domain import Power


async def listed(
    tx: Tx, request: pb.ListPowersRequest | pb.ListPowerRiskViewsRequest, wanted: store.Wanted
) -> tuple[Sequence[Power], str]:
    """A page in the order that is asked for, and the token of the next one."""
    if request.order_by == "grade":
        by_grade = paging.page(request, store.ByGrade)
        found = await store.page(tx, wanted, store.BY_GRADE, by_grade.after, by_grade.limit)
        return by_grade.cut(found, lambda each: (each.grade, each.unit, each.id))
    by_unit = paging.page(request, store.ByUnit)
    found = await store.page(tx, wanted, store.BY_UNIT, by_unit.after, by_unit.limit)
    return by_unit.cut(found, lambda each: (each.unit, each.title, each.id))
