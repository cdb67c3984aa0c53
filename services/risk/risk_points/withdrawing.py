"""Withdrawing risk points: by hand, and with the power or the position that they are about."""

from __future__ import annotations

from collections.abc import Mapping

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
    [after] = await _withdraw(acting, {await own_risk_point(acting, id): reason})
    return after


async def withdraw_about_retired(acting: Acting, unit: str) -> None:
    """What is under way or confirmed in an `own_inventory` ends with the power or the position that it is about. To be
    called by whatever retires some, once for all of them."""
    reasons = dict.fromkeys(await store.lock_about_retired_positions(acting.tx, unit), POSITION_RETIRED)
    reasons |= dict.fromkeys(await store.lock_about_retired_powers(acting.tx, unit), POWER_RETIRED)
    if reasons:
        await _withdraw(acting, reasons)


async def _withdraw(acting: Acting, reasons: Mapping[RiskPoint, str]) -> list[RiskPoint]:
    """Each of them for its reason, which is sealed."""
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
