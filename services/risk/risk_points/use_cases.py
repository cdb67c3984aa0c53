"""Drafting risk points, and taking them over consultation and publicity to the meeting (domain §1.4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk import v1 as pb

from services.common import deadlines
from services.common.errors import Conflict, Invalid, NotFound, Refused
from services.common.organisation import store as organisation
from services.common.periods import check_ahead, overdue_from
from services.common.sight import check_in_sight
from services.risk.acting import Acting, content_hash
from services.risk.inventories.use_cases import own_inventory
from services.risk.meetings.use_cases import ruling
from services.risk.opinions import store as opinions
from services.risk.opinions.domain import Objections
from services.risk.positions import store as positions
from services.risk.positions.use_cases import keep_looked_at
from services.risk.powers import store as powers
from services.risk.risk_points import store
from services.risk.risk_points.domain import (
    Action,
    Content,
    Control,
    Level,
    Publicity,
    RiskPoint,
    State,
    written,
)
from services.risk.risk_points.encoding import content_message
from services.risk.risk_points.keeping import keep_decided
from services.risk.scopes import Scope

PUBLICITY_ENDS = "risk_point.publicity_ends"
FURTHEST = 3660
"""So many days ahead a control measure may be due at most."""


async def draft(
    acting: Acting, id: str, unit: str, content: Content, controls: Sequence[Control], replaces: str
) -> RiskPoint:
    """Raises NotFound, Refused, Invalid."""
    await own_inventory(acting, unit)
    if replaces:
        await _check_revisable(acting, replaces, unit)
    await _check_content(acting, unit, content, controls)
    new = RiskPoint(
        id=id,
        unit=unit,
        replaces=replaces or None,
        state_time=acting.now,
        create_time=acting.now,
        **written(content),
    )
    await acting.risk.sealer.new_key(acting.tx, id)
    store.ROWS.insert(acting.tx, new)
    store.write_controls(acting.tx, id, controls)
    told = pb.RiskPointDrafted(
        risk_point=_name(acting, new), unit=unit, replaces=acting.named("riskPoints", replaces), visible_to=LEVEL_UNIT
    )
    _tell_content(acting, new, controls, told)
    return new


async def write(acting: Acting, id: str, content: Content, controls: Sequence[Control], version: int) -> RiskPoint:
    """Raises NotFound, Refused, Invalid, Conflict. The same again changes nothing."""
    before = await own_risk_point(acting, id)
    if version not in (0, before.version):
        raise Conflict
    after = before.written(content, acting.now)
    if written(before) == written(content) and (await store.controls(acting.tx, [id]))[id] == list(controls):
        return before
    await _check_content(acting, before.unit, content, controls)
    store.ROWS.save(acting.tx, before, after)
    store.write_controls(acting.tx, id, controls)
    told = pb.RiskPointChanged(risk_point=_name(acting, after), unit=after.unit, visible_to=LEVEL_UNIT)
    _tell_content(acting, after, controls, told)
    return after


async def consult(acting: Acting, id: str, scope: Scope) -> RiskPoint:
    """Raises NotFound, Refused."""
    before = await own_risk_point(acting, id)
    after = before.consulted(scope, acting.now)
    told = pb.RiskPointConsulted(
        risk_point=_name(acting, after), unit=after.unit, scope=pb.Scope.ValueType(scope), visible_to=LEVEL_UNIT
    )
    return kept(acting, before, after, told)


async def publicize(acting: Acting, id: str, publicity: Publicity) -> RiskPoint:
    """Raises NotFound, Refused, Invalid."""
    before = await own_risk_point(acting, id)
    after = before.publicized(publicity, acting.now)
    deadlines.schedule(acting.tx, PUBLICITY_ENDS, id, overdue_from(publicity.last_day))
    told = pb.RiskPointPublicized(
        risk_point=_name(acting, after),
        unit=after.unit,
        scope=pb.Scope.ValueType(publicity.scope),
        first_day=str(publicity.first_day),
        last_day=str(publicity.last_day),
        visible_to=LEVEL_UNIT,
    )
    return kept(acting, before, after, told)


async def close(acting: Acting, id: str) -> None:
    """The last day of publicity is over: told once, where it was not withdrawn."""
    before = await store.ROWS.lock(acting.tx, id)
    if before.state is not State.PUBLICITY:
        return
    objections = await _objections(acting, id)
    told = pb.RiskPointPublicityClosed(
        risk_point=_name(acting, before),
        unit=before.unit,
        last_day=str(before.last_day),
        objection_count=objections.raised,
        unanswered_count=objections.unanswered,
        visible_to=LEVEL_UNIT,
    )
    kept(acting, before, before.closed(acting.now), told)


async def confirm(acting: Acting, id: str, meeting: str) -> RiskPoint:
    """Raises NotFound, Refused."""
    before = await own_risk_point(acting, id)
    before.check(Action.CONFIRM)
    objections = await _objections(acting, id)
    decided = await ruling(acting, meeting, before.unit, _name(acting, before))
    after = before.confirmed(decided, objections, acting.now)
    told = pb.RiskPointConfirmed(
        risk_point=_name(acting, after),
        unit=after.unit,
        position=acting.named("positions", after.position or ""),
        leadership_meeting=acting.named("leadershipMeetings", meeting),
        replaces=acting.named("riskPoints", after.replaces or ""),
        visible_to=LEVEL_UNIT,
    )
    kept(acting, before, after, told)
    await keep_decided(acting, [after])
    await look_at(acting, [after.position, await _replace(acting, after)])
    return after


async def reject(acting: Acting, id: str, meeting: str) -> RiskPoint:
    """Raises NotFound, Refused."""
    before = await own_risk_point(acting, id)
    before.check(Action.REJECT)
    objections = await _objections(acting, id)
    decided = await ruling(acting, meeting, before.unit, _name(acting, before))
    after = before.rejected(decided, objections, acting.now)
    told = pb.RiskPointRejected(
        risk_point=_name(acting, after),
        unit=after.unit,
        leadership_meeting=acting.named("leadershipMeetings", meeting),
        visible_to=LEVEL_UNIT,
    )
    await keep_decided(acting, [after])
    return kept(acting, before, after, told)


async def own_risk_point(acting: Acting, id: str) -> RiskPoint:
    """A risk point of a unit in which the actor writes, locked. Raises NotFound, Refused."""
    unit = (await store.ROWS.load(acting.tx, id)).unit
    await own_inventory(acting, unit)
    return await store.ROWS.lock(acting.tx, id)


async def seen_risk_point(acting: Acting, id: str) -> RiskPoint:
    """A risk point of a unit in sight. Raises NotFound."""
    risk_point = await store.ROWS.load(acting.tx, id)
    check_in_sight(acting.actor, risk_point.unit, store.ROWS.called)
    return risk_point


RiskPointEvent = (
    pb.RiskPointConsulted
    | pb.RiskPointPublicized
    | pb.RiskPointPublicityClosed
    | pb.RiskPointConfirmed
    | pb.RiskPointRejected
    | pb.RiskPointReplaced
    | pb.RiskPointWithdrawn
)


def kept(acting: Acting, before: RiskPoint, after: RiskPoint, told: RiskPointEvent) -> RiskPoint:
    """PENDING: the risk point as it is now, and the one entry of the change."""
    store.ROWS.save(acting.tx, before, after)
    acting.tell("risk_point", after.id, after.version, told)
    return after


async def look_at(acting: Acting, ids: Collection[str | None]) -> None:
    """How many confirmed risk points these positions have now."""
    these = {each for each in ids if each}
    if not these:
        return
    counts = await store.confirmed_counts(acting.tx, these)
    for before in await positions.lock_those(acting.tx, these):
        after = before.with_risk_points(counts.get(before.id, 0), acting.now)
        if after != before:
            keep_looked_at(acting, before, after)


async def _replace(acting: Acting, by: RiskPoint) -> str | None:
    """The one in whose place another was confirmed stands no longer, unless it was withdrawn meanwhile; returns its
    position."""
    if by.replaces is None:
        return None
    before = await store.ROWS.lock(acting.tx, by.replaces)
    if before.state is not State.CONFIRMED:
        return None
    told = pb.RiskPointReplaced(
        risk_point=_name(acting, before), unit=before.unit, by=_name(acting, by), visible_to=LEVEL_UNIT
    )
    after = kept(acting, before, before.replaced(acting.now), told)
    await keep_decided(acting, [after])
    return after.position


async def _objections(acting: Acting, id: str) -> Objections:
    return (await opinions.objections(acting.tx, [id])).get(id, Objections())


async def _check_revisable(acting: Acting, id: str, unit: str) -> None:
    before = await store.ROWS.lock(acting.tx, id)
    if before.unit != unit:
        raise NotFound(store.ROWS.called)
    before.check(Action.REVISE)
    if await store.revised(acting.tx, id):
        raise Refused("REVISED_ALREADY", "该风险点已有修订稿，请先办结或者撤回。")


async def _check_content(acting: Acting, unit: str, content: Content, controls: Sequence[Control]) -> None:
    """Raises NotFound for what is not of the unit, Refused for what is retired, Invalid for what does not fit."""
    if content.position:
        await _check_position(acting, unit, content.position)
    at_unit = await positions.of_unit(acting.tx, unit)
    if content.section and all(each.section != content.section for each in at_unit):
        raise Invalid("content.section", "本单位没有这个股室。")
    if content.power:
        await _check_power(acting, unit, content)
    for index, control in enumerate(controls):
        check_ahead(f"content.controls[{index}].due_date", control.due_date, acting.today, FURTHEST)
        if control.owner_position:
            await _check_position(acting, unit, control.owner_position)
    await _check_cadres(acting, {each.owner_cadre for each in controls if each.owner_cadre})


async def _check_position(acting: Acting, unit: str, id: str) -> None:
    position = await positions.ROWS.load(acting.tx, id)
    if position.unit != unit:
        raise NotFound(positions.ROWS.called)
    position.check_in_use()


async def _check_power(acting: Acting, unit: str, content: Content) -> None:
    power = await powers.ROWS.load(acting.tx, content.power or "")
    if power.unit != unit:
        raise NotFound(powers.ROWS.called)
    power.check_in_use()
    if content.level is Level.POSITION and power.position != content.position:
        raise Invalid("content.power", "该权力事项不属于这个岗位。")
    section = (await positions.ROWS.load(acting.tx, power.position)).section
    if content.level is Level.SECTION and section != content.section:
        raise Invalid("content.power", "该权力事项不属于这个股室。")


async def _check_cadres(acting: Acting, ids: set[str]) -> None:
    cadres = await organisation.cadres(acting.tx, ids)
    if missing := sorted(ids - cadres.keys()):
        raise NotFound("干部", acting.named("cadres", missing[0]))
    if any(each.retired for each in cadres.values()):
        raise Refused("CADRE_RETIRED", "该干部已离任。")


def _tell_content(
    acting: Acting, risk_point: RiskPoint, controls: Sequence[Control], told: pb.RiskPointDrafted | pb.RiskPointChanged
) -> None:
    content = content_message(acting, risk_point, controls)
    told.level, told.position, told.power = content.level, content.position, content.power
    told.aspect, told.method, told.content_hash = content.aspect, content.method, content_hash(content)
    acting.tell("risk_point", risk_point.id, risk_point.version, told)


def _name(acting: Acting, risk_point: RiskPoint) -> str:
    return acting.named("riskPoints", risk_point.id)
