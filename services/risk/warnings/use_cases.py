"""What people do with a warning, and what its deadlines bring about."""

from __future__ import annotations

from uuid import uuid4

from minshao.common.v1 import Level as LevelMessage
from minshao.risk import v1 as pb

from services.common.access import Role, is_county
from services.common.errors import Denied, NotFound
from services.common.sight import check_in_sight
from services.risk.acting import Acting
from services.risk.analysis.domain import Colour
from services.risk.forgetting import keep
from services.risk.inventories import store as inventories
from services.risk.inventories.use_cases import lock_in_turn
from services.risk.levels import Level, above
from services.risk.sight import sees
from services.risk.warnings import reasons, store
from services.risk.warnings.domain import Lowering, State, Warning
from services.risk.warnings.owners import OWNERS, check_can_own
from services.risk.warnings.telling import set_deadlines, tell


async def seen_warning(acting: Acting, id: str) -> Warning:
    """A warning that exists for the actor. Raises NotFound."""
    return _seen(acting, await store.ROWS.load(acting.tx, id))


async def locked_warning(acting: Acting, id: str) -> Warning:
    """The same, with all that is written about its unit locked until the transaction ends. Raises NotFound."""
    await lock_in_turn(acting, [(await seen_warning(acting, id)).unit])
    return _seen(acting, await store.ROWS.lock(acting.tx, id))


async def owed_warning(acting: Acting, id: str) -> Warning:
    """A warning, locked, whose disposition the actor owes, or stands above who does. Raises NotFound, Denied."""
    warning = await locked_warning(acting, id)
    if not _owes(acting, warning.owner_level):
        raise Denied(f"该预警由{warning.owner_level.label}处置。", "NOT_OWNER")
    return warning


def _owes(acting: Acting, owner: Level) -> bool:
    """Whether the actor acts for the level that owes a disposition, or in a town or the county's own stands above it.
    The county's officers act in a town where it came up to them."""
    if acting.actor.has(Role.COUNTY_DISCIPLINE):
        return owner is Level.COUNTY or is_county(acting.tx.tenant)
    if acting.actor.has(Role.TOWN_DISCIPLINE):
        return owner is not Level.COUNTY
    return owner is Level.UNIT and acting.actor.has(*OWNERS[Level.UNIT])


async def lower(acting: Acting, id: str, colour: Colour, reason: str) -> Warning:
    """Raises NotFound, Denied, IllegalMove, Refused."""
    before = await owed_warning(acting, id)
    after = before.lowered(colour, acting.now)
    store.ROWS.save(acting.tx, before, after)
    lowering = Lowering(
        id=uuid4().hex,
        warning=id,
        from_colour=before.colour,
        to_colour=after.colour,
        author=acting.actor.name,
        create_time=acting.now,
    )
    told = pb.WarningLowered(
        earlier_colour=pb.Warning.Colour.ValueType(before.colour),
        reason=pb.TextEvidence(id=lowering.id, mac=await reasons.put(acting, lowering, reason)),
    )
    tell(acting, after, told)
    return after


async def assign_owner(acting: Acting, id: str, owner: str) -> Warning:
    """Raises NotFound, Denied, Refused, IllegalMove."""
    before = await owed_warning(acting, id)
    after = before.assigned(owner)
    await check_can_own(acting.tx, owner, before)
    if after.owner == before.owner:
        return before
    store.ROWS.save(acting.tx, before, after)
    tell(acting, after, pb.WarningOwnerAssigned(owner=owner))
    return after


async def answer(acting: Acting, before: Warning, disposition: str) -> Warning:
    """A disposition, given by its resource name, answers an `owed_warning`. Raises IllegalMove."""
    after = before.answered(disposition.rpartition("/")[2], acting.now)
    store.ROWS.save(acting.tx, before, after)
    set_deadlines(acting, before, after)
    if before.settle_time:
        await keep(acting.tx, "warnings", after.id, acting.now)
    for each in await store.written_behind(acting.tx, after.id):
        await keep(acting.tx, "riskInformation", each, acting.now)
    tell(acting, after, pb.WarningAnswered(disposition=disposition, late=after.late))
    return after


async def due_soon(acting: Acting, id: str) -> None:
    """The last days have begun: announced once for each period."""
    before = await _locked_for_deadline(acting, id)
    if before.state is State.OPEN and acting.today <= before.last_day:
        after = before.reminded()
        store.ROWS.save(acting.tx, before, after)
        tell(acting, after, pb.WarningDueSoon())


async def overdue(acting: Acting, id: str) -> None:
    """The last day has passed: announced, and owed by the next level from here on, if there is one."""
    before = await _locked_for_deadline(acting, id)
    if before.state is not State.OPEN or acting.today <= before.last_day:
        return
    late = before.overdue()
    tell(acting, late, pb.WarningOverdue())
    after = late
    if above(before.owner_level, acting.tx.tenant) is not before.owner_level:
        after = late.escalated(acting.today, acting.tx.tenant)
        set_deadlines(acting, late, after)
        tell(acting, after, pb.WarningEscalated(to_level=LevelMessage.ValueType(after.owner_level)))
    store.ROWS.save(acting.tx, before, after)


async def _locked_for_deadline(acting: Acting, id: str) -> Warning:
    await inventories.ROWS.lock(acting.tx, (await store.ROWS.load(acting.tx, id)).unit)
    return await store.ROWS.lock(acting.tx, id)


def _seen(acting: Acting, warning: Warning) -> Warning:
    check_in_sight(acting.actor, warning.unit, store.ROWS.called)
    if not sees(acting.actor, acting.tx.tenant, warning):
        raise NotFound(store.ROWS.called)
    return warning
