"""Implementation plans of leading groups: what is adopted, how far it is, and what became late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from minshao.risk import v1 as pb

from services.common.deadlines import Deadline, set_for
from services.common.errors import Denied, IllegalMove, Invalid, NotFound, Refused
from services.common.periods import overdue_from
from services.risk.plans.use_cases import LATE
from tests.integration.risk.groups.steps import appoint_leader, cadre_of, group, member
from tests.integration.risk.house import House
from tests.unit.watch.reports.builders import local

Measure = pb.PlanMeasure
NOTE = "王磊已通知各单位。"
FAR_ON = date(2026, 12, 1)


def stage(owner: str, due: str = "2026-09-20", **facts: Any) -> pb.PlannedStage:
    measure = pb.PlannedStage.Measure(text="召开动员会。", owner=owner, due_date=due)
    facts = {"title": "动员部署", "first_day": "2026-08-15", "last_day": "2026-09-30", "measures": [measure], **facts}
    return pb.PlannedStage(**facts)


def adopting(group: str, *stages: pb.PlannedStage) -> pb.AdoptPlanRequest:
    return pb.AdoptPlanRequest(risk_group=group, objectives="把权力关进制度的笼子。", stages=stages)


async def adopted(house: House, **facts: Any) -> pb.Plan:
    """A plan of the town's group with one stage and one measure, whose owner is its only member."""
    made = await group(house)
    owner = await member(house, made)
    plan: pb.Plan = (await house("party", adopting(made.name, stage(owner.name, **facts)))).plan
    return plan


def progress(
    measure: str, action: Measure.Action.ValueType = Measure.ACTION_START, percent: int = 0
) -> pb.RecordMeasureProgressRequest:
    return pb.RecordMeasureProgressRequest(name=measure, action=action, percent=percent, note=NOTE)


def only(plan: pb.Plan) -> Measure:
    [stage] = plan.stages
    [measure] = stage.measures
    return measure


async def measures(house: House, login: str = "party", **wanted: Any) -> list[str]:
    request = pb.ListPlanMeasuresRequest(parent=f"tenants/{house.town}", **wanted)
    return [each.name for each in (await house(login, request)).plan_measures]


async def plans(house: House, login: str = "party", **wanted: Any) -> list[int]:
    request = pb.ListPlansRequest(parent=f"tenants/{house.town}", **wanted)
    return [each.number for each in (await house(login, request)).plans]


async def test_a_plan_has_objectives_stages_and_measures_with_owner_and_due_date(house: House) -> None:
    plan = await adopted(house)

    seen = (await house("village-officer", pb.GetPlanRequest(name=plan.name))).plan

    assert seen == plan
    assert (seen.number, seen.objectives, seen.measure_count) == (1, "把权力关进制度的笼子。", 1)
    assert (seen.stages[0].title, seen.stages[0].last_day) == ("动员部署", "2026-09-30")
    measure = only(seen)
    assert (measure.text, measure.due_date, measure.state) == ("召开动员会。", "2026-09-20", Measure.STATE_PLANNED)
    shown = (await house("party", pb.GetRiskGroupRequest(name=plan.risk_group))).risk_group
    assert shown.plan == plan.name
    [told] = await house.events(pb.PlanAdopted)
    assert (told.number, told.stage_count, told.measure_count, len(told.content_hash)) == (1, 1, 1, 32)


async def test_a_new_plan_takes_the_place_of_the_one_before_which_stays_on_record(house: House) -> None:
    first = await adopted(house)
    owner = only(first).owner
    house.clock.set(local(2026, 9, 2))

    second = (await house("party", adopting(first.risk_group, stage(owner)))).plan

    assert second.number == 2
    assert await plans(house) == [2]
    assert await plans(house, show_past=True) == [2, 1]
    assert (await house("party", pb.GetPlanRequest(name=first.name))).plan.HasField("end_time")
    assert await measures(house) == [only(second).name]
    assert await measures(house, plan=first.name) == [only(first).name]
    [told] = await house.events(pb.PlanEnded)
    assert (told.plan, told.open_measure_count) == (first.name, 1)
    async with house.refused(Refused, "PLAN_ENDED"):
        await house("party", progress(only(first).name))


async def test_the_plan_of_a_group_that_is_dissolved_ends_and_nothing_of_it_becomes_late(house: House) -> None:
    plan = await adopted(house)

    await house("party", pb.RetireRiskGroupRequest(name=plan.risk_group))
    await house.sweep_at(overdue_from(FAR_ON))

    assert await plans(house) == []
    assert [told.plan for told in await house.events(pb.PlanEnded)] == [plan.name]
    assert await house.events(pb.PlanMeasureLate) == []
    async with house.refused(Refused, "GROUP_RETIRED"):
        await house("party", progress(only(plan).name))


async def test_progress_is_recorded_until_a_measure_is_done(house: House) -> None:
    name = only(await adopted(house)).name

    await house("party", progress(name))
    await house("party", progress(name, Measure.ACTION_REPORT, percent=40))
    await house("party", progress(name, Measure.ACTION_FINISH))

    measure = (await house("leader", pb.GetPlanMeasureRequest(name=name))).plan_measure
    assert (measure.state, measure.percent, measure.late) == (Measure.STATE_DONE, 100, False)
    assert [(each.state, each.percent, each.note) for each in measure.progress] == [
        (Measure.STATE_ONGOING, 0, NOTE),
        (Measure.STATE_ONGOING, 40, NOTE),
        (Measure.STATE_DONE, 100, NOTE),
    ]
    told = await house.events(pb.PlanMeasureProgressed)
    assert [(each.state, each.percent, len(each.note.mac)) for each in told] == [(2, 0, 32), (2, 40, 32), (3, 100, 32)]
    async with house.refused(IllegalMove):
        await house("party", progress(name, Measure.ACTION_DROP))


async def test_what_is_not_done_is_not_at_a_hundred_per_cent(house: House) -> None:
    name = only(await adopted(house)).name

    async with house.refused(Invalid, "percent"):
        await house("party", progress(name, percent=100))

    measure = (await house("party", pb.GetPlanMeasureRequest(name=name))).plan_measure
    assert (measure.state, list(measure.progress)) == (Measure.STATE_PLANNED, [])


async def test_the_county_has_a_towns_progress_without_what_was_said(house: House) -> None:
    name = only(await adopted(house)).name
    await house("party", progress(name))

    measure = (await house("commission", pb.GetPlanMeasureRequest(name=name))).plan_measure

    assert [(each.state, each.note) for each in measure.progress] == [(Measure.STATE_ONGOING, "")]


async def test_a_measure_that_is_open_after_its_last_day_is_announced_late_once(house: House) -> None:
    plan = await adopted(house)
    midnight = overdue_from(date(2026, 9, 20))

    await house.sweep_at(midnight - timedelta(seconds=1))
    assert await house.events(pb.PlanMeasureLate) == []
    for _ in range(2):
        await house.sweep_at(midnight)
    await house("party", progress(only(plan).name, Measure.ACTION_FINISH))
    await house.sweep_at(overdue_from(FAR_ON))

    [told] = await house.events(pb.PlanMeasureLate)
    assert (told.plan_measure, told.due_date, told.owner) == (only(plan).name, "2026-09-20", only(plan).owner)
    assert await measures(house, late=True) == [only(plan).name]
    seen = (await house("party", pb.GetPlanRequest(name=plan.name))).plan
    assert (seen.done_count, seen.late_count) == (1, 1)


@pytest.mark.parametrize("action", [Measure.ACTION_FINISH, Measure.ACTION_DROP])
async def test_what_is_done_or_dropped_in_time_is_not_announced(house: House, action: Measure.Action.ValueType) -> None:
    plan = await adopted(house)

    await house("party", progress(only(plan).name, action))
    await house.sweep_at(overdue_from(FAR_ON))

    assert await house.events(pb.PlanMeasureLate) == []
    assert await measures(house, late=True) == []


async def fire(house: House, measure: str) -> None:
    """The deadline of a measure comes, as it does where somebody lifts it at that very moment."""
    house.clock.set(overdue_from(FAR_ON))
    due = Deadline(LATE, measure.rpartition("/")[2], house.clock.now())
    async with house.database.transaction(house.town) as tx:
        await house.fired[LATE](tx, due, house.clock.now())


async def deadlines_of(house: House, measure: str) -> list[Deadline]:
    async with house.database.transaction(house.town) as tx:
        return await set_for(tx, [measure.rpartition("/")[2]])


async def test_what_is_done_or_of_a_plan_that_ended_has_no_deadline_and_one_that_is_firing_says_nothing(
    house: House,
) -> None:
    first = await adopted(house)
    second = (await house("party", adopting(first.risk_group, stage(only(first).owner)))).plan
    await house("party", progress(only(second).name, Measure.ACTION_FINISH))

    for measure in (only(first).name, only(second).name):
        assert await deadlines_of(house, measure) == []
        await fire(house, measure)

    assert await house.events(pb.PlanMeasureLate) == []


async def test_a_new_plan_keeps_measures_of_the_one_before_from_becoming_late(house: House) -> None:
    first = await adopted(house)
    await house("party", adopting(first.risk_group, stage(only(first).owner, due="2026-09-25")))

    await house.sweep_at(overdue_from(FAR_ON))

    [told] = await house.events(pb.PlanMeasureLate)
    assert told.due_date == "2026-09-25"


async def test_a_measure_is_handed_on_to_another_member(house: House) -> None:
    plan = await adopted(house)
    name = only(plan).name
    made = pb.RiskGroup(name=plan.risk_group)
    other = await member(house, made, "li-na")

    for _ in range(2):
        handed = (await house("party", pb.HandOnMeasureRequest(name=name, owner=other.name))).plan_measure

    assert handed.owner == other.name
    assert await measures(house, owner=other.name) == [name]
    assert [told.owner for told in await house.events(pb.PlanMeasureHandedOn)] == [other.name]
    await house("party", pb.EndRiskGroupMemberRequest(name=only(plan).owner, last_day="2026-08-31"))
    async with house.refused(Refused, "NOT_IN_GROUP"):
        await house("party", pb.HandOnMeasureRequest(name=name, owner=only(plan).owner))
    await house("party", progress(name, Measure.ACTION_FINISH))
    async with house.refused(Refused, "NOT_OPEN"):
        await house("party", pb.HandOnMeasureRequest(name=name, owner=other.name))


async def test_days_that_cannot_be_are_told_with_their_fields(house: House) -> None:
    made = await group(house)
    owner = (await member(house, made)).name
    second = {"title": "组织实施", "first_day": "2026-10-01", "last_day": "2026-12-31"}

    async with house.refused(Invalid, r"stages\[0\]\.last_day"):
        await house("party", adopting(made.name, stage(owner, last_day="2026-08-14")))
    async with house.refused(Invalid, r"stages\[1\]\.first_day"):
        await house("party", adopting(made.name, stage(owner), stage(owner, first_day="2026-08-14")))
    async with house.refused(Invalid, r"stages\[1\]\.measures\[0\]\.due_date"):
        await house("party", adopting(made.name, stage(owner), stage(owner, **second)))
    async with house.refused(Invalid, r"stages\[0\]\.measures\[0\]\.due_date"):
        await house("party", adopting(made.name, stage(owner, due="2026-08-31")))

    assert await plans(house, show_past=True) == []


async def test_who_sees_to_a_measure_is_in_the_group(house: House) -> None:
    await appoint_leader(house)
    made, countys = await group(house), await group(house, "commission")
    await cadre_of(house, house.county, "chen-jing")
    left = await member(house, made)
    await house("party", pb.EndRiskGroupMemberRequest(name=left.name, last_day="2026-08-31"))

    async with house.refused(Refused, "NOT_IN_GROUP"):
        await house("party", adopting(made.name, stage(left.name)))
    async with house.refused(NotFound, "NO_MEMBER"):
        await house("party", adopting(made.name, stage(f"tenants/{house.town}/riskGroupMembers/{'0' * 32}")))
    other = await group(house, "department-leader")
    of_other = await member(house, other, "chen-jing", "department-leader")
    async with house.refused(NotFound, "NO_MEMBER"):
        await house("commission", adopting(countys.name, stage(of_other.name)))


async def test_only_who_leads_the_group_writes_in_its_plan(house: House) -> None:
    plan = await adopted(house)

    for login in ("leader", "commission"):
        async with house.refused(Denied):
            await house(login, adopting(plan.risk_group, stage(only(plan).owner)))
        async with house.refused(Denied):
            await house(login, progress(only(plan).name))
    assert await plans(house, "village-officer") == [1]


async def test_the_plan_of_a_department_is_seen_by_those_who_stand_under_its_group(house: House) -> None:
    await appoint_leader(house)
    made = await group(house, "department-leader")
    owner = await member(house, made, who="department-leader")
    plan = (await house("department-leader", adopting(made.name, stage(owner.name)))).plan
    listing = pb.ListPlansRequest(parent=f"tenants/{house.county}")
    of_measures = pb.ListPlanMeasuresRequest(parent=f"tenants/{house.county}")

    assert (await house("department-officer", pb.GetPlanRequest(name=plan.name))).plan == plan
    assert len((await house("department-officer", of_measures)).plan_measures) == 1

    for request in (pb.GetPlanRequest(name=plan.name), pb.GetPlanMeasureRequest(name=only(plan).name)):
        with pytest.raises(NotFound):
            await house("department-neighbour", request)
    assert not (await house("department-neighbour", listing)).plans
    assert not (await house("department-neighbour", of_measures)).plan_measures
