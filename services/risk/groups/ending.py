"""The end of a leading group: its members leave it, and its plan ends with it. Who retires leaves it before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.common.organisation.domain import Cadre
from services.risk.acting import Acting
from services.risk.groups import store
from services.risk.groups.domain import Group
from services.risk.groups.use_cases import keep_ended, retire
from services.risk.plans.use_cases import end_plan


async def end(acting: Acting, before: Group) -> Group:
    """`before` is an `own_group`, or one whose unit was retired."""
    await end_plan(acting, before)
    return await retire(acting, before)


async def end_with_unit(acting: Acting, unit: str) -> None:
    """The group of a department that is no more stands above nobody."""
    if group := await store.of_unit(acting.tx, unit):
        await end(acting, await store.ROWS.lock(acting.tx, group.id))


async def end_with_cadres(acting: Acting, cadres: Sequence[Cadre], day: date) -> None:
    """Those who have retired leave the groups that they are in; who moves to another unit stays."""
    members = await store.memberships(acting.tx, {each.id for each in cadres if each.retired})
    groups = {each.id: each for each in await store.lock_those(acting.tx, {each.risk_group for each in members})}
    for before in await store.lock_in_office(acting.tx, {each.id for each in members}):
        keep_ended(acting, groups[before.risk_group], before, before.left(day))
