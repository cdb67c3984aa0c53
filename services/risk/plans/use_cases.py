"""Plans are adopted and end; measures progress, are handed on, and become late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from minshao.risk import v1 as pb

from services.common import deadlines
from services.common.errors import NotFound, Refused
from services.common.periods import overdue_from
from services.risk.acting import Acting, content_hash
from services.risk.forgetting import keep
from services.risk.groups import store as groups
from services.risk.groups.domain import Group
from services.risk.groups.use_cases import level, own_group, seen_group
from services.risk.plans import store
from services.risk.plans.domain import Action, Measure, Plan, Progress, Stage, check_stages
from services.risk.plans.encoding import plan_message

LATE = "plan_measure.late"


async def adopt(acting: Acting, new: Plan, stages: Sequence[Stage], measures: Sequence[Measure]) -> Plan:
    """`new` gets its number here. Raises NotFound, Denied, Refused, Invalid."""
    group = await own_group(acting, new.risk_group)
    check_stages(stages, measures, acting.today)
    await _check_owners(acting, group, [each.owner for each in measures])
    await end_plan(acting, group)
    plan = replace(new, number=await store.last_number(acting.tx, group.id) + 1)
    await acting.risk.sealer.new_key(acting.tx, plan.id)
    store.PLAN_ROWS.insert(acting.tx, plan)
    for stage in stages:
        store.STAGE_ROWS.insert(acting.tx, stage)
    for measure in measures:
        store.MEASURE_ROWS.insert(acting.tx, measure)
        deadlines.schedule(acting.tx, LATE, measure.id, overdue_from(measure.due_date))
    told = pb.PlanAdopted(
        plan=acting.named("plans", plan.id),
        risk_group=acting.named("riskGroups", group.id),
        unit=group.unit,
        number=plan.number,
        content_hash=content_hash(plan_message(acting.tx.tenant, plan, stages, measures)),
        stage_count=len(stages),
        measure_count=len(measures),
        visible_to=level(group),
    )
    acting.tell("plan", plan.id, plan.version, told)
    return plan


async def end_plan(acting: Acting, group: Group) -> None:
    """`group` is an `own_group`: its plan in force ends, if it has one, and nothing of it becomes late any more."""
    if (found := (await store.in_force(acting.tx, [group.id])).get(group.id)) is None:
        return
    before = await store.PLAN_ROWS.lock(acting.tx, found.id)
    after = before.ended(acting.now)
    store.PLAN_ROWS.save(acting.tx, before, after)
    left_open = await store.open_measures(acting.tx, after.id)
    for measure in left_open:
        deadlines.cancel(acting.tx, measure.id, LATE)
    told = pb.PlanEnded(
        plan=acting.named("plans", after.id),
        risk_group=acting.named("riskGroups", group.id),
        unit=group.unit,
        open_measure_count=len(left_open),
        visible_to=level(group),
    )
    acting.tell("plan", after.id, after.version, told)
    await keep(acting.tx, "plans", after.id, acting.now)


async def record_progress(acting: Acting, id: str, action: Action, percent: int, note: str) -> Measure:
    """Raises NotFound, Denied, Refused, IllegalMove, Invalid."""
    before, plan, group = await own_measure(acting, id)
    measure = before.progressed(action, percent, acting.today)
    store.MEASURE_ROWS.save(acting.tx, before, measure)
    if not measure.is_open:
        deadlines.cancel(acting.tx, id, LATE)
    key = await acting.risk.sealer.key(acting.tx, plan.id)
    progress_id = uuid4().hex
    progress = Progress(
        id=progress_id,
        measure=id,
        version=measure.version,
        state=measure.state,
        percent=measure.percent,
        sealed_note=key.seal(store.PROGRESS.c.sealed_note, progress_id, note),
        recorder=acting.actor.name,
        record_time=acting.now,
    )
    store.PROGRESS_ROWS.insert(acting.tx, progress)
    told = pb.PlanMeasureProgressed(
        plan_measure=acting.named("planMeasures", id),
        plan=acting.named("plans", plan.id),
        risk_group=acting.named("riskGroups", group.id),
        unit=group.unit,
        state=pb.PlanMeasure.State.ValueType(measure.state),
        percent=measure.percent,
        late=measure.late,
        note=pb.TextEvidence(id=progress_id, mac=key.mac(note)),
        visible_to=level(group),
    )
    acting.tell("plan_measure", id, measure.version, told)
    return measure


async def hand_on(acting: Acting, id: str, owner: str) -> Measure:
    """Raises NotFound, Denied, Refused. The same again changes nothing."""
    before, plan, group = await own_measure(acting, id)
    measure = before.handed_on(owner)
    if before.owner == owner:
        return before
    await _check_owners(acting, group, [owner])
    store.MEASURE_ROWS.save(acting.tx, before, measure)
    told = pb.PlanMeasureHandedOn(
        plan_measure=acting.named("planMeasures", id),
        plan=acting.named("plans", plan.id),
        risk_group=acting.named("riskGroups", group.id),
        unit=group.unit,
        owner=acting.named("riskGroupMembers", owner),
        visible_to=level(group),
    )
    acting.tell("plan_measure", id, measure.version, told)
    return measure


async def announce_late(acting: Acting, id: str) -> None:
    """The midnight after a measure's last day has come: announced once, where it is open and its plan in force."""
    plan = await store.PLAN_ROWS.lock(acting.tx, (await store.MEASURE_ROWS.load(acting.tx, id)).plan)
    before = await store.MEASURE_ROWS.lock(acting.tx, id)
    if plan.end_time is not None or not before.is_open:
        return
    measure = replace(before, version=before.version + 1, late=True)
    store.MEASURE_ROWS.save(acting.tx, before, measure)
    group = await groups.ROWS.load(acting.tx, plan.risk_group)
    told = pb.PlanMeasureLate(
        plan_measure=acting.named("planMeasures", id),
        plan=acting.named("plans", plan.id),
        risk_group=acting.named("riskGroups", group.id),
        unit=group.unit,
        owner=acting.named("riskGroupMembers", measure.owner),
        due_date=str(measure.due_date),
        visible_to=level(group),
    )
    acting.tell("plan_measure", id, measure.version, told)


async def own_measure(acting: Acting, id: str) -> tuple[Measure, Plan, Group]:
    """A measure of the plan in force of a group that the actor leads, locked. Raises NotFound, Denied, Refused."""
    plan = await store.PLAN_ROWS.load(acting.tx, (await store.MEASURE_ROWS.load(acting.tx, id)).plan)
    group = await own_group(acting, plan.risk_group)
    plan = await store.PLAN_ROWS.load(acting.tx, plan.id)
    plan.check_in_force()
    return await store.MEASURE_ROWS.lock(acting.tx, id), plan, group


async def seen_plan(acting: Acting, id: str) -> Plan:
    """A plan of a group in sight. Raises NotFound."""
    plan = await store.PLAN_ROWS.load(acting.tx, id)
    await seen_group(acting, plan.risk_group)
    return plan


async def seen_measure(acting: Acting, id: str) -> Measure:
    """A measure of a group in sight. Raises NotFound."""
    measure = await store.MEASURE_ROWS.load(acting.tx, id)
    await seen_plan(acting, measure.plan)
    return measure


async def _check_owners(acting: Acting, group: Group, owners: Sequence[str]) -> None:
    known = await groups.members_by_id(acting.tx, group.id, owners)
    if missing := [each for each in owners if each not in known]:
        raise NotFound("领导小组成员", acting.named("riskGroupMembers", missing[0]), reason="NO_MEMBER")
    if not all(each.was_in(acting.today) for each in known.values()):
        raise Refused("NOT_IN_GROUP", "责任人应是领导小组的现任成员。")
