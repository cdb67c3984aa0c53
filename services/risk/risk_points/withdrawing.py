"""Withdrawing risk points: by hand, and with the power, position or section that they are about."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk.v1 import RiskPointWithdrawn

from services.common import deadlines
from services.common.errors import Refused
from services.risk.acting import Acting
from services.risk.opinions import texts
from services.risk.risk_points import store
from services.risk.risk_points.domain import Gone, RiskPoint
from services.risk.risk_points.keeping import keep_decided
from services.risk.risk_points.use_cases import PUBLICITY_ENDS, kept, look_at, own_risk_point


async def withdraw(acting: Acting, id: str, reason: str) -> RiskPoint:
    """Raises NotFound, Refused."""
    [after] = await withdraw_each(acting, {await own_risk_point(acting, id): reason})
    return after


async def ending_with(acting: Acting, unit: str, gone: Gone) -> dict[RiskPoint, str]:
    """What is under way or confirmed in an `own_inventory` and ends with what is gone, each with the reason. To be
    withdrawn by whatever retires it, once for all of it."""
    return {each: gone.reason(each) for each in await store.lock_about(acting.tx, unit, gone)}


async def check_none_ends(acting: Acting, unit: str, gone: Gone) -> None:
    """Raises Refused where a risk point of a section would be about what is not there any more."""
    if ending := await store.lock_about(acting.tx, unit, gone):
        told = f"股室“{ending[0].section}”的风险点离不开该岗位或其权力事项，请先撤回或者修订这些风险点。"
        raise Refused("SECTION_HAS_RISK_POINTS", told)


async def end_with_unit(acting: Acting, units: Collection[str]) -> None:
    """Nobody can go on with what is under way in units that were retired; what is confirmed stays as it is."""
    under_way = await store.lock_under_way(acting.tx, units)
    await withdraw_each(acting, dict.fromkeys(under_way, "该单位已撤销。"))


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
