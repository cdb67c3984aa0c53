"""What follows from the risk service's red warnings: special oversight of the unit until the warning is answered
(domain §4)."""

from __future__ import annotations

from uuid import uuid4

from minshao.risk.v1 import (
    Warning,
    WarningAnswered,
    WarningEscalated,
    WarningJoined,
    WarningRaised,
    WarningRestricted,
)

from services.common.access import is_county
from services.common.errors import NotFound
from services.common.events import Event
from services.common.organisation import store as organisation
from services.common.organisation.domain import Unit
from services.common.periods import overdue_from
from services.common.understanding import day, known, own
from services.watch.oversights import opening, store, texts
from services.watch.oversights.domain import Origin, Oversight, State, Target
from services.watch.oversights.ending import end_by_itself
from services.watch.recused import recused
from services.watch.reports.acting import Acting
from services.watch.reports.domain.terms import Level

Told = WarningRaised | WarningJoined | WarningRestricted | WarningEscalated


async def warning_raised(acting: Acting, event: Event, said: WarningRaised) -> None:
    """A red one puts its unit under special oversight, once. Raises NotFound as long as the unit is unknown here."""
    _check(event, said)
    if await _open_one_follows(acting, event, said) or said.colour != Warning.COLOUR_RED:
        return
    unit = await organisation.lock_unit(acting.tx, said.unit)
    if unit is None:
        raise NotFound("单位", f"tenants/{acting.tx.tenant}/units/{said.unit}", reason="NO_UNIT")
    if not unit.retired:
        oversight = _special(acting, event, said, unit)
        key = await texts.key_of(acting.tx, acting.sealer, oversight)
        opening.open_oversight(acting.tx, key, acting.actor, oversight, None)


async def warning_moved_on(acting: Acting, event: Event, said: WarningJoined | WarningEscalated) -> None:
    """What came to it may be kept from more people; the next level, which owes it, has a new period."""
    _check(event, said)
    await _open_one_follows(acting, event, said)


async def warning_restricted(acting: Acting, event: Event, said: WarningRestricted) -> None:
    """It is kept from more people, and so are the oversights for it, answered ones too. A level that it comes up to has
    a new period."""
    _check(event, said)
    for before in await store.of_warning(acting.tx, said.warning):
        _follow(acting, event, before, said)


async def warning_answered(acting: Acting, event: Event, said: WarningAnswered) -> None:
    """Ends the oversight for it, if there is one."""
    _check(event, said)
    if (before := await store.open_of_warning(acting.tx, said.warning)) is not None:
        await end_by_itself(acting, before, "预警已经处置。")


def _check(event: Event, said: Told | WarningAnswered) -> None:
    """Raises NotUnderstood where it is not known which warning it is, who owes it or of which colour: it may be graver
    than red."""
    own(event.tenant, said.warning, "预警")
    known(said, "colour", "预警颜色")
    known(said, "owner_level", "处置层级")


async def _open_one_follows(acting: Acting, event: Event, said: Told) -> bool:
    """Whether there is an open oversight for the warning; it is as the warning is by now."""
    if (before := await store.open_of_warning(acting.tx, said.warning)) is None:
        return False
    _follow(acting, event, before, said)
    return True


def _follow(acting: Acting, event: Event, before: Oversight, said: Told) -> None:
    """An oversight is kept from whom its warning is kept by now; an open one has its last day, where that is later. One
    that was late when the warning got that day is late, whichever becomes known first."""
    tx, actor, now = acting.tx, acting.actor, acting.now
    oversight = before.kept(Level(said.visible_to), recused(said))
    if oversight != before:
        opening.keep_from_more(tx, actor, before, oversight, now)
    due_time = overdue_from(day(said.last_day, "处置期限"))
    if oversight.state is State.OPEN and due_time > oversight.due_time:
        if event.time >= oversight.due_time and not oversight.late:
            oversight = opening.announce_overdue(tx, actor, oversight, None, now)
        opening.reschedule(tx, actor, oversight, oversight.rescheduled(due_time, Level(said.owner_level)), now)


def _special(acting: Acting, event: Event, said: WarningRaised, unit: Unit) -> Oversight:
    seen_from, owed_by = Level(said.visible_to), Level(said.owner_level)
    return Oversight(
        tenant=acting.tx.tenant,
        id=uuid4().hex,
        origin=Origin.EVENT,
        target=Target.UNIT,
        unit=unit.code,
        note=f"红色预警（{said.number}）：列为重点督办，至预警处置为止。",
        due_time=overdue_from(day(said.last_day, "处置期限")),
        level=Level.COUNTY if is_county(acting.tx.tenant) else max(seen_from, owed_by, Level.TOWN),
        orderer=acting.actor.name,
        create_time=acting.now,
        origin_event=str(event.id),
        warning=said.warning,
        seen_from=seen_from,
        kept_from=recused(said),
    )
