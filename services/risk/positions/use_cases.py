"""Adding, changing and retiring positions, and who holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk import v1 as pb

from services.common import deadlines
from services.common.errors import AlreadyExists, NotFound, Refused
from services.common.organisation import store as organisation
from services.common.periods import local_date
from services.common.sight import check_in_sight
from services.risk.acting import Acting
from services.risk.charts import store as charts
from services.risk.inventories import store as inventories
from services.risk.inventories.domain import Inventory
from services.risk.inventories.use_cases import own_inventory
from services.risk.positions import store
from services.risk.positions.domain import UNPROTECTED_DAYS, Holder, Position, Standing

UNPROTECTED = "position.unprotected"


async def create(acting: Acting, new: Position) -> Position:
    """Raises NotFound, Refused, AlreadyExists."""
    await own_inventory(acting, new.unit)
    await _check_title_free(acting, new)
    return add(acting, new)


def add(acting: Acting, new: Position) -> Position:
    """PENDING: a position of an `own_inventory`, whose title is free."""
    store.ROWS.insert(acting.tx, new)
    acting.tell(
        "position",
        new.id,
        new.version,
        pb.PositionCreated(
            position=acting.named("positions", new.id),
            unit=new.unit,
            standing=pb.Position.Standing.ValueType(new.standing),
            visible_to=LEVEL_UNIT,
        ),
    )
    return new


async def own_position(acting: Acting, id: str) -> tuple[Position, Inventory]:
    """A position in use of a unit in which the actor writes, locked with the inventory that it is in. Raises NotFound,
    Refused."""
    inventory = await own_inventory(acting, (await store.ROWS.load(acting.tx, id)).unit)
    return await locked_position(acting, id), inventory


async def locked_position(acting: Acting, id: str) -> Position:
    """A position in use of an `own_inventory`. Raises NotFound, Refused."""
    position = await store.ROWS.lock(acting.tx, id)
    position.check_in_use()
    return position


async def seen_position(acting: Acting, id: str) -> Position:
    """A position of a unit in sight. Raises NotFound."""
    position = await store.ROWS.load(acting.tx, id)
    check_in_sight(acting.actor, position.unit, store.ROWS.called)
    return position


async def update(acting: Acting, before: Position, section: str, title: str, standing: Standing) -> Position:
    """`before` is an `own_position`. The same again changes nothing. Raises AlreadyExists."""
    after = replace(before, section=section, title=title, standing=standing)
    if after == before:
        return before
    after = replace(after, version=before.version + 1)
    if (after.section, after.title) != (before.section, before.title):
        await _check_title_free(acting, after)
    store.ROWS.save(acting.tx, before, after)
    acting.tell(
        "position",
        after.id,
        after.version,
        pb.PositionChanged(
            position=acting.named("positions", after.id),
            unit=after.unit,
            standing=pb.Position.Standing.ValueType(standing),
            visible_to=LEVEL_UNIT,
        ),
    )
    return after


async def check_in_no_chart(acting: Acting, unit: str, going: Iterable[Position]) -> None:
    """Raises Refused where one of the positions of a unit does a step of a flow chart in force."""
    going = list(going)
    for chart in await charts.of_unit(acting.tx, unit) if going else ():
        if doing := next((each for each in going if each.id in chart.positions), None):
            told = f"岗位“{doing.title}”还承担流程图“{chart.title}”中的步骤，请先修订流程图。"
            raise Refused("POSITION_IN_FLOW_CHART", told)


async def left_empty(acting: Acting, going: Position) -> set[str]:
    """The section of a position that goes, where no other position of its unit is in it."""
    there = await store.of_unit(acting.tx, going.unit)
    return {going.section} - {each.section for each in there if each.id != going.id}


def retire(acting: Acting, before: Position, power_count: int) -> Position:
    """`before` is an `own_position` that is `in_no_chart`. Raises Refused where it still exercises powers."""
    if power_count:
        raise Refused("POSITION_HAS_POWERS", "该岗位还有权力事项，请先停用或者调整。")
    after = replace(before, version=before.version + 1, retired=True)
    store.ROWS.save(acting.tx, before, after)
    told = pb.PositionRetired(position=acting.named("positions", after.id), unit=after.unit, visible_to=LEVEL_UNIT)
    acting.tell("position", after.id, after.version, told)
    return after


async def appoint(acting: Acting, holder: Holder) -> Position:
    """Raises NotFound, Refused."""
    # Before the inventory: so does the event by which a cadre leaves.
    cadre = await organisation.hold_cadre(acting.tx, holder.cadre)
    position, _ = await own_position(acting, holder.position)
    if cadre is None:
        raise NotFound("干部", acting.named("cadres", holder.cadre))
    if cadre.retired:
        raise Refused("CADRE_RETIRED", "该干部已离任。")
    if cadre.unit != position.unit:
        raise Refused("OTHER_UNIT", "该干部不在本单位工作。")
    if any(each.cadre == holder.cadre for each in await store.holders(acting.tx, [position.id], holder.first_day)):
        raise Refused("HOLDS_ALREADY", "该干部当日已经在这个岗位，或者以后又在这个岗位。")
    store.HOLDER_ROWS.insert(acting.tx, holder)
    after = replace(position, version=position.version + 1)
    store.ROWS.save(acting.tx, position, after)
    acting.tell(
        "position",
        after.id,
        after.version,
        pb.PositionHolderAppointed(
            position=acting.named("positions", after.id),
            unit=after.unit,
            cadre=acting.named("cadres", holder.cadre),
            first_day=str(holder.first_day),
            visible_to=LEVEL_UNIT,
        ),
    )
    return after


async def end_holder(acting: Acting, id: str, last_day: date) -> Position:
    """Raises NotFound, Refused, Invalid."""
    holder = await store.HOLDER_ROWS.load(acting.tx, id)
    position, _ = await own_position(acting, holder.position)
    holder = await store.HOLDER_ROWS.lock(acting.tx, id)
    return keep_ended(acting, position, holder, holder.ended(last_day, acting.today))


def keep_ended(acting: Acting, position: Position, before: Holder, ended: Holder) -> Position:
    """PENDING: somebody holds a locked position no longer."""
    store.HOLDER_ROWS.save(acting.tx, before, ended)
    after = replace(position, version=position.version + 1)
    store.ROWS.save(acting.tx, position, after)
    acting.tell(
        "position",
        after.id,
        after.version,
        pb.PositionHolderEnded(
            position=acting.named("positions", after.id),
            unit=after.unit,
            cadre=acting.named("cadres", ended.cadre),
            last_day=str(ended.last_day),
            visible_to=LEVEL_UNIT,
        ),
    )
    return after


def keep_looked_at(acting: Acting, before: Position, after: Position) -> None:
    """PENDING: the position with another grade or other risk points, and when the county is told that it has none."""
    store.ROWS.save(acting.tx, before, after)
    if after.told_unprotected == before.told_unprotected:
        return
    if after.told_unprotected is None:
        deadlines.cancel(acting.tx, after.id, UNPROTECTED)
    else:
        deadlines.schedule(acting.tx, UNPROTECTED, after.id, after.told_unprotected)


async def tell_unprotected(acting: Acting, id: str) -> None:
    """The 90 days of a position are over: told once, where it still has no confirmed risk point, and its unit is there
    still."""
    inventory = await inventories.ROWS.lock(acting.tx, (await store.ROWS.load(acting.tx, id)).unit)
    before = await store.ROWS.lock(acting.tx, id)
    if before.unprotected_time is None or before.told_unprotected is None or before.told_unprotected > acting.now:
        return
    if inventory.retired:
        return
    after = replace(before, version=before.version + 1)
    store.ROWS.save(acting.tx, before, after)
    told = pb.PositionUnprotected(
        position=acting.named("positions", id),
        unit=after.unit,
        since=str(local_date(before.unprotected_time)),
        days=UNPROTECTED_DAYS,
        visible_to=LEVEL_UNIT,
    )
    acting.tell("position", id, after.version, told)


async def _check_title_free(acting: Acting, position: Position) -> None:
    if await store.titled(acting.tx, position.unit, position.section, position.title):
        raise AlreadyExists("POSITION_EXISTS", "该股室已有同名岗位。")
