"""The end of a leading group: its members leave it, and its plan ends with it."""

from __future__ import annotations

from services.risk.acting import Acting
from services.risk.groups import store
from services.risk.groups.domain import Group
from services.risk.groups.use_cases import retire
from services.risk.plans.use_cases import end_plan


async def end(acting: Acting, before: Group) -> Group:
    """`before` is an `own_group`, or one whose unit was retired."""
    await end_plan(acting, before)
    return await retire(acting, before)


async def end_with_unit(acting: Acting, unit: str) -> None:
    """The group of a department that is no more stands above nobody."""
    if group := await store.of_unit(acting.tx, unit):
        await end(acting, await store.ROWS.lock(acting.tx, group.id))
