"""Withdrawing risk points: by hand, and with the power or the position that they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk.v1 import RiskPointWithdrawn

from services.common import deadlines
from services.risk.acting import Acting
from services.risk.opinions import texts
from services.risk.risk_points import store
from services.risk.risk_points.domain import RiskPoint
from services.risk.risk_points.keeping import keep_decided
from services.risk.risk_points.use_cases import PUBLICITY_ENDS, kept, look_at, own_risk_point

POWER_RETIRED = "所涉权力事项已停用。"
POSITION_RETIRED = "所涉岗位已停用。"


async def withdraw(acting: Acting, id: str, reason: str) -> RiskPoint:
    """Raises NotFound, Refused."""
    [after] = await withdraw_each(acting, {await own_risk_point(acting, id): reason})
    return after


async def ending_with(
    acting: Acting, *, positions: Collection[str] = (), powers: Collection[str] = ()
) -> dict[RiskPoint, str]:
    """What is under way or confirmed in an `own_inventory` and ends with these positions and powers, each with the
    reason. To be withdrawn by whatever retires them, once for all of them."""
    found = await store.lock_about(acting.tx, positions, powers)
    return {each: POWER_RETIRED if each.power in powers else POSITION_RETIRED for each in found}


async def withdraw_each(acting: Acting, reasons: Mapping[RiskPoint, str]) -> list[RiskPoint]:
    """Withdraws each of them for its reason, which is sealed."""
    if not reasons:
        return []
    keys = await acting.risk.sealer.keys(acting.tx, [each.id for each in reasons])
    ended = []
    for before, reason in reasons.items():
        after = before.withdrawn(acting.now)
        told = RiskPointWithdrawn(
            risk_point=acting.named("riskPoints", after.id),
            unit=after.unit,
            position=acting.named("positions", after.position or ""),
            reason=texts.put(acting, keys[after.id], texts.WITHDRAWAL, reason),
            visible_to=LEVEL_UNIT,
        )
        ended.append(kept(acting, before, after, told))
        deadlines.cancel(acting.tx, after.id, PUBLICITY_ENDS)
    await keep_decided(acting, ended)
    await look_at(acting, [each.position for each in ended])
    return ended
