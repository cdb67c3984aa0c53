"""Writing powers down, and grading them (domain §1.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk import v1 as pb

from services.common.errors import AlreadyExists, Conflict, Invalid
from services.common.sight import check_in_sight
from services.risk.acting import Acting, content_hash
from services.risk.gradings.domain import Grading
from services.risk.inventories.domain import Inventory
from services.risk.inventories.use_cases import own_inventory
from services.risk.positions.domain import Position
from services.risk.positions.use_cases import keep_looked_at, locked_position
from services.risk.powers import store
from services.risk.powers.domain import Content, Power, new_power
from services.risk.powers.encoding import content_message


async def create(acting: Acting, id: str, position: Position, inventory: Inventory, content: Content) -> Power:
    """A power of an `own_position`. Raises Invalid, AlreadyExists."""
    _check_key_area(inventory, content)
    others = await store.of_position(acting.tx, position.id)
    _check_title_free(others, content)
    return add(acting, id, position, others, content)[0]


async def update(acting: Acting, id: str, content: Content, version: int) -> Power:
    """Raises NotFound, Refused, Invalid, AlreadyExists, Conflict. The same again changes nothing."""
    before, position, inventory = await own_power(acting, id)
    if version not in (0, before.version):
        raise Conflict
    if before.says(content):
        return before
    _check_key_area(inventory, content)
    others = [each for each in await store.of_position(acting.tx, position.id) if each.id != id]
    _check_title_free(others, content)
    return rewrite(acting, before, position, others, content)[0]


async def retire(acting: Acting, id: str) -> Power:
    """Raises NotFound, Refused."""
    before, position, _ = await own_power(acting, id)
    others = [each for each in await store.of_position(acting.tx, position.id) if each.id != id]
    return end(acting, before, position, others)[0]


async def grade_anew(acting: Acting, position: Position) -> None:
    """Grades all powers of an `own_position`, whose standing is another now."""
    regrade(acting, position, await store.of_position(acting.tx, position.id))


def add(
    acting: Acting, id: str, position: Position, others: Iterable[Power], content: Content
) -> tuple[Power, Position]:
    """PENDING: a new power beside the others of an `own_position`, and the position as it is graded then."""
    power = new_power(id, position.unit, position.id, content, position.standing, acting.now)
    store.ROWS.insert(acting.tx, power)
    graded = _regraded(acting, position, [*others, power])
    _tell_written(acting, pb.PowerCreated, power, graded)
    return power, graded


def rewrite(
    acting: Acting, before: Power, position: Position, others: Iterable[Power], content: Content
) -> tuple[Power, Position]:
    """PENDING: the power says something else, and the position as it is graded then."""
    after = before.rewritten(content, position.standing, acting.now)
    store.ROWS.save(acting.tx, before, after)
    graded = _regraded(acting, position, [*others, after])
    _tell_written(acting, pb.PowerChanged, after, graded)
    return after, graded


def end(acting: Acting, before: Power, position: Position, others: Iterable[Power]) -> tuple[Power, Position]:
    """PENDING: the power is exercised no more, and the position as it is graded then."""
    after = replace(before, version=before.version + 1, retired=True)
    store.ROWS.save(acting.tx, before, after)
    graded = _regraded(acting, position, others)
    told = pb.PowerRetired(
        power=acting.named("powers", after.id),
        position=acting.named("positions", position.id),
        unit=after.unit,
        position_grade=graded.grade or 0,
        visible_to=LEVEL_UNIT,
    )
    acting.tell("power", after.id, after.version, told)
    return after, graded


def regrade(acting: Acting, position: Position, before: Sequence[Power]) -> tuple[list[Power], Position]:
    """PENDING: all powers of a position, whose standing is another now, and the position, as they are graded then."""
    after = [each.graded_anew(position.standing, acting.now) for each in before]
    graded = _regraded(acting, position, after)
    for place, (old, new) in enumerate(zip(before, after, strict=True)):
        if new != old:
            after[place] = changed = replace(new, version=old.version + 1)
            store.ROWS.save(acting.tx, old, changed)
            tell_grade(acting, changed, graded)
    return after, graded


async def decide(acting: Acting, before: Power, position: Position, grading: Grading) -> Power:
    """Gives an `own_power` the grade that a meeting set."""
    after = before.decided(grading.grade, grading.meeting, acting.now)
    store.ROWS.save(acting.tx, before, after)
    powers = await store.of_position(acting.tx, position.id)
    tell_grade(acting, after, _regraded(acting, position, powers), grading.reason)
    return after


def tell_grade(acting: Acting, power: Power, position: Position, reason: str = "") -> None:
    """PENDING: the power was graded, and its position with it; by a meeting with its reason."""
    told = pb.PowerGraded(
        power=acting.named("powers", power.id),
        position=acting.named("positions", power.position),
        unit=power.unit,
        grade=power.grade,
        proposed_grade=power.proposed_grade,
        flagged=power.flagged,
        position_grade=position.grade or 0,
        leadership_meeting=acting.named("leadershipMeetings", power.decision or ""),
        reason_hash=sha256(reason.encode()).digest() if reason else b"",
        visible_to=LEVEL_UNIT,
    )
    acting.tell("power", power.id, power.version, told)


async def own_power(acting: Acting, id: str) -> tuple[Power, Position, Inventory]:
    """A power in use of a unit in which the actor writes, locked, with its position and inventory. Raises NotFound,
    Refused."""
    unit = (await store.ROWS.load(acting.tx, id)).unit
    inventory = await own_inventory(acting, unit)
    power = await store.ROWS.lock(acting.tx, id)
    power.check_in_use()
    return power, await locked_position(acting, power.position), inventory


async def seen_power(acting: Acting, id: str) -> Power:
    """A power of a unit in sight. Raises NotFound."""
    power = await store.ROWS.load(acting.tx, id)
    check_in_sight(acting.actor, power.unit, store.ROWS.called)
    return power


def _regraded(acting: Acting, position: Position, powers: Iterable[Power]) -> Position:
    """The position with the strictest grade of these powers."""
    after = position.graded((each.grade for each in powers), acting.now)
    if after != position:
        keep_looked_at(acting, position, after)
    return after


def _tell_written(
    acting: Acting, kind: type[pb.PowerCreated | pb.PowerChanged], power: Power, position: Position
) -> None:
    told = kind(
        power=acting.named("powers", power.id),
        position=acting.named("positions", power.position),
        unit=power.unit,
        kind=pb.Power.Kind.ValueType(power.kind),
        extent=pb.Power.Extent.ValueType(power.extent),
        content_hash=content_hash(content_message(power)),
        grade=power.grade,
        proposed_grade=power.proposed_grade,
        flagged=power.flagged,
        position_grade=position.grade or 0,
        visible_to=LEVEL_UNIT,
    )
    acting.tell("power", power.id, power.version, told)


def _check_key_area(inventory: Inventory, content: Content) -> None:
    if content.key_area and content.key_area not in inventory.key_areas:
        raise Invalid("content.key_area", "本单位没有设定这个重点领域。")


def _check_title_free(others: Iterable[Power], content: Content) -> None:
    if any(each.title == content.title for each in others):
        raise AlreadyExists("POWER_EXISTS", "该岗位已有同名权力事项。")
