"""Plans and measures as messages of the contract."""

from __future__ import annotations

from collections.abc import Sequence

from minshao.risk import v1 as pb

from services.common.instants import stamp
from services.risk.plans.domain import Measure, Plan, Progress, Stage
from services.risk.plans.store import Counts


def plan_message(tenant: str, plan: Plan, stages: Sequence[Stage], measures: Sequence[Measure]) -> pb.Plan:
    """A plan with these of its stages, and these of its measures in them."""
    return pb.Plan(
        name=f"tenants/{tenant}/plans/{plan.id}",
        risk_group=f"tenants/{tenant}/riskGroups/{plan.risk_group}",
        number=plan.number,
        objectives=plan.objectives,
        stages=[
            pb.Plan.Stage(
                number=stage.number,
                title=stage.title,
                task=stage.task,
                first_day=str(stage.first_day),
                last_day=str(stage.last_day),
                measures=[measure_message(tenant, each) for each in measures if each.stage == stage.number],
            )
            for stage in stages
        ],
        adopter=plan.adopter,
        adopt_time=stamp(plan.adopt_time),
        end_time=stamp(plan.end_time),
    )


def counted(shown: pb.Plan, counts: Counts) -> pb.Plan:
    """The message with how many measures there are."""
    shown.measure_count, shown.done_count, shown.late_count = counts.all, counts.done, counts.late
    return shown


def measure_message(tenant: str, measure: Measure) -> pb.PlanMeasure:
    return pb.PlanMeasure(
        name=f"tenants/{tenant}/planMeasures/{measure.id}",
        plan=f"tenants/{tenant}/plans/{measure.plan}",
        stage=measure.stage,
        number=measure.number,
        text=measure.text,
        owner=f"tenants/{tenant}/riskGroupMembers/{measure.owner}",
        due_date=str(measure.due_date),
        state=pb.PlanMeasure.State.ValueType(measure.state),
        percent=measure.percent,
        late=measure.late,
    )


def progress_message(progress: Progress, note: str) -> pb.PlanMeasure.Progress:
    return pb.PlanMeasure.Progress(
        state=pb.PlanMeasure.State.ValueType(progress.state),
        percent=progress.percent,
        note=note,
        recorder=progress.recorder,
        record_time=stamp(progress.record_time),
    )
