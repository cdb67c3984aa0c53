"""Leading groups are set up and dissolved, their members come and go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from minshao.common.v1 import LEVEL_TOWN, LEVEL_UNIT, Level
from minshao.risk import v1 as pb

from services.common.access import is_county
from services.common.errors import AlreadyExists, NotFound, Refused
from services.common.organisation import store as organisation
from services.risk.acting import Acting
from services.risk.groups import store
from services.risk.groups.domain import Group, Member
from services.risk.groups.sight import check_leads, in_sight


async def create(acting: Acting, new: Group) -> Group:
    """Raises Invalid, Denied, NotFound, Refused, AlreadyExists."""
    check_leads(acting.actor, acting.tx.tenant, new.unit)
    new.check_names_units()
    if new.unit and not is_county(acting.tx.tenant):
        raise Refused("NO_DEPARTMENT", "镇（街道）的单位属于镇（街道）领导小组，不单独设立领导小组。")
    await _check_units(acting, [new.unit, *new.units] if new.unit else [])
    if await store.of_unit(acting.tx, new.unit):
        raise AlreadyExists("GROUP_EXISTS", "领导小组已经设立。")
    store.ROWS.insert(acting.tx, new)
    told = pb.RiskGroupCreated(
        risk_group=acting.named("riskGroups", new.id), unit=new.unit, units=new.units, visible_to=level(new)
    )
    acting.tell("risk_group", new.id, new.version, told)
    return new


async def set_units(acting: Acting, id: str, units: Sequence[str]) -> Group:
    """Raises NotFound, Denied, Refused, Invalid. The same again changes nothing."""
    before = await own_group(acting, id)
    after = before.above(units)
    if after.units == before.units:
        return before
    await _check_units(acting, after.units)
    store.ROWS.save(acting.tx, before, after)
    told = pb.RiskGroupUnitsSet(
        risk_group=acting.named("riskGroups", id), unit=after.unit, units=after.units, visible_to=level(after)
    )
    acting.tell("risk_group", id, after.version, told)
    return after


async def retire(acting: Acting, before: Group) -> Group:
    """`before` is an `own_group`. Its members leave it today."""
    for member in await store.in_office(acting.tx, before.id):
        keep_ended(acting, before, member, member.ended(acting.today, acting.today))
    after = before.retired(acting.now)
    store.ROWS.save(acting.tx, before, after)
    told = pb.RiskGroupRetired(
        risk_group=acting.named("riskGroups", after.id), unit=after.unit, visible_to=level(after)
    )
    acting.tell("risk_group", after.id, after.version, told)
    return after


async def seen_group(acting: Acting, id: str) -> Group:
    """A group in sight. Raises NotFound."""
    found = await store.ROWS.find(acting.tx, store.GROUPS.c.id == id, *in_sight(acting.actor))
    if not found:
        raise NotFound(store.ROWS.called)
    return found[0]


async def own_group(acting: Acting, id: str) -> Group:
    """A group in use that the actor leads, locked: what belongs to one group is written one after the other. Raises
    NotFound, Denied, Refused."""
    check_leads(acting.actor, acting.tx.tenant, (await seen_group(acting, id)).unit)
    group = await store.ROWS.lock(acting.tx, id)
    group.check_in_use()
    return group


async def add_member(acting: Acting, new: Member) -> Member:
    """Raises NotFound, Denied, Refused."""
    # Before the group: so does the event by which a cadre retires.
    cadre = await organisation.hold_cadre(acting.tx, new.cadre)
    group = await own_group(acting, new.risk_group)
    if cadre is None:
        raise NotFound("干部", acting.named("cadres", new.cadre), reason="NO_CADRE")
    if cadre.retired:
        raise Refused("CADRE_RETIRED", "该干部已离任。")
    new.check_joins(await store.in_office(acting.tx, group.id, new.first_day))
    store.MEMBER_ROWS.insert(acting.tx, new)
    told = pb.RiskGroupMemberAdded(
        risk_group_member=acting.named("riskGroupMembers", new.id),
        risk_group=acting.named("riskGroups", group.id),
        unit=group.unit,
        cadre=acting.named("cadres", new.cadre),
        duty=pb.RiskGroupMember.Duty.ValueType(new.duty),
        first_day=str(new.first_day),
        visible_to=level(group),
    )
    acting.tell("risk_group_member", new.id, new.version, told)
    return new


async def end_member(acting: Acting, id: str, last_day: date) -> Member:
    """Raises NotFound, Denied, Refused, Invalid."""
    group = await own_group(acting, (await store.MEMBER_ROWS.load(acting.tx, id)).risk_group)
    before = await store.MEMBER_ROWS.lock(acting.tx, id)
    return keep_ended(acting, group, before, before.ended(last_day, acting.today))


async def seen_member(acting: Acting, id: str) -> Member:
    """A member of a group in sight. Raises NotFound."""
    member = await store.MEMBER_ROWS.load(acting.tx, id)
    await seen_group(acting, member.risk_group)
    return member


def level(group: Group) -> Level.ValueType:
    """From which level on what happens in the group may be seen: a department's by the department."""
    return LEVEL_UNIT if group.unit else LEVEL_TOWN


def keep_ended(acting: Acting, group: Group, before: Member, member: Member) -> Member:
    """PENDING: somebody is in a locked group no longer."""
    store.MEMBER_ROWS.save(acting.tx, before, member)
    told = pb.RiskGroupMemberEnded(
        risk_group_member=acting.named("riskGroupMembers", member.id),
        risk_group=acting.named("riskGroups", group.id),
        unit=group.unit,
        cadre=acting.named("cadres", member.cadre),
        last_day=str(member.last_day),
        visible_to=level(group),
    )
    acting.tell("risk_group_member", member.id, member.version, told)
    return member


async def _check_units(acting: Acting, codes: Sequence[str]) -> None:
    known = await organisation.units(acting.tx, codes)
    if missing := [each for each in codes if each not in known]:
        raise NotFound("单位", acting.named("units", missing[0]), reason="NO_UNIT")
    if any(each.retired for each in known.values()):
        raise Refused("UNIT_RETIRED", "已撤销的单位不能设立或者列入领导小组。")
