"""PlanService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.rpc.call import Call
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.groups.sight import in_sight
from services.risk.plans import store, use_cases
from services.risk.plans.domain import Action, Measure, Plan, Stage, State
from services.risk.plans.encoding import counted, measure_message, plan_message, progress_message
from services.risk.plans.store import Counts
from services.risk.risk import Risk


class PlanService:
    """Implementation plans of leading groups; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def adopt_plan(self, call: Call, request: pb.AdoptPlanRequest) -> pb.AdoptPlanResponse:
        new = Plan(
            id=uuid4().hex,
            risk_group=local_id("risk_group", request.risk_group, call.tenant),
            number=0,
            objectives=read_text("objectives", request.objectives),
            adopter=call.actor.name,
            adopt_time=call.now,
        )
        stages, measures = _stages(new.id, request), _measures(call, new.id, request)

        async def adopt(tx: Tx) -> pb.AdoptPlanResponse:
            plan = await use_cases.adopt(acting_on(self._risk, tx, call), new, stages, measures)
            shown = counted(plan_message(call.tenant, plan, stages, measures), Counts(len(measures)))
            return pb.AdoptPlanResponse(plan=shown)

        return await once(call, request, pb.AdoptPlanResponse, adopt)

    async def get_plan(self, call: Call, request: pb.GetPlanRequest) -> pb.GetPlanResponse:
        async with acting_in(self._risk, call) as acting:
            plan = await use_cases.seen_plan(acting, local_id("name", request.name, call.tenant))
            stages = await store.stages_of(acting.tx, [plan.id])
            measures = await store.measures_of(acting.tx, plan.id)
            counts = await store.counts(acting.tx, [plan.id])
        shown = plan_message(call.tenant, plan, stages, measures)
        return pb.GetPlanResponse(plan=counted(shown, counts.get(plan.id, Counts())))

    async def list_plans(self, call: Call, request: pb.ListPlansRequest) -> pb.ListPlansResponse:
        page, group = paging.page(request, store.PlanPlace), local_id("risk_group", request.risk_group, call.tenant)
        async with call.transaction() as tx:
            found = await store.page(tx, in_sight(call.actor), group, request.show_past, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.adopt_time, each.id))
            ids = [each.id for each in shown]
            stages, counts = await store.stages_of(tx, ids), await store.counts(tx, ids)
        plans = [
            counted(
                plan_message(call.tenant, plan, [each for each in stages if each.plan == plan.id], []),
                counts.get(plan.id, Counts()),
            )
            for plan in shown
        ]
        return pb.ListPlansResponse(plans=plans, next_page_token=more)

    async def record_measure_progress(
        self, call: Call, request: pb.RecordMeasureProgressRequest
    ) -> pb.RecordMeasureProgressResponse:
        id, note = local_id("name", request.name, call.tenant), read_text("note", request.note)

        async def record(tx: Tx) -> pb.RecordMeasureProgressResponse:
            acting = acting_on(self._risk, tx, call)
            measure = await use_cases.record_progress(acting, id, Action(request.action), request.percent, note)
            return pb.RecordMeasureProgressResponse(plan_measure=await _opened(acting, measure))

        return await once(call, request, pb.RecordMeasureProgressResponse, record)

    async def hand_on_measure(self, call: Call, request: pb.HandOnMeasureRequest) -> pb.HandOnMeasureResponse:
        owner = local_id("owner", request.owner, call.tenant)
        async with acting_in(self._risk, call) as acting:
            measure = await use_cases.hand_on(acting, local_id("name", request.name, call.tenant), owner)
        return pb.HandOnMeasureResponse(plan_measure=measure_message(call.tenant, measure))

    async def get_plan_measure(self, call: Call, request: pb.GetPlanMeasureRequest) -> pb.GetPlanMeasureResponse:
        async with acting_in(self._risk, call) as acting:
            measure = await use_cases.seen_measure(acting, local_id("name", request.name, call.tenant))
            shown = await _opened(acting, measure)
        return pb.GetPlanMeasureResponse(plan_measure=shown)

    async def list_plan_measures(self, call: Call, request: pb.ListPlanMeasuresRequest) -> pb.ListPlanMeasuresResponse:
        page = paging.page(request, store.MeasurePlace)
        wanted = store.Wanted(
            local_id("plan", request.plan, call.tenant),
            local_id("owner", request.owner, call.tenant),
            State(request.state) if request.state else None,
            request.late,
        )
        async with call.transaction() as tx:
            found = await store.measure_page(tx, in_sight(call.actor), wanted, page.after, page.limit)
        shown, more = page.cut(found, lambda each: (each.due_date, each.id))
        measures = [measure_message(call.tenant, each) for each in shown]
        return pb.ListPlanMeasuresResponse(plan_measures=measures, next_page_token=more)


def _stages(plan: str, request: pb.AdoptPlanRequest) -> list[Stage]:
    return [
        Stage(
            id=uuid4().hex,
            plan=plan,
            number=index + 1,
            title=read_text(f"stages[{index}].title", each.title),
            task=each.task.strip(),
            first_day=read_day(f"stages[{index}].first_day", each.first_day),
            last_day=read_day(f"stages[{index}].last_day", each.last_day),
        )
        for index, each in enumerate(request.stages)
    ]


def _measures(call: Call, plan: str, request: pb.AdoptPlanRequest) -> list[Measure]:
    return [
        Measure(
            id=uuid4().hex,
            plan=plan,
            stage=at + 1,
            number=index + 1,
            text=read_text(f"stages[{at}].measures[{index}].text", each.text),
            owner=local_id(f"stages[{at}].measures[{index}].owner", each.owner, call.tenant),
            due_date=read_day(f"stages[{at}].measures[{index}].due_date", each.due_date),
        )
        for at, stage in enumerate(request.stages)
        for index, each in enumerate(stage.measures)
    ]


async def _opened(acting: Acting, measure: Measure) -> pb.PlanMeasure:
    """A measure with what was recorded of it; what was said, for whom it is meant and until it is shredded."""
    shown = measure_message(acting.tx.tenant, measure)
    keys = await acting.risk.sealer.keys(acting.tx, [measure.plan] if acting.reads_sealed else [])
    key, column = keys.get(measure.plan), store.PROGRESS.c.sealed_note
    for each in await store.progress_of(acting.tx, measure.id):
        shown.progress.append(progress_message(each, key.open(column, each.id, each.sealed_note) if key else ""))
    return shown
