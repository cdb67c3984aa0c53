"""GradingService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.errors import Invalid
from services.common.idempotency import once
from services.common.inputs import local_id
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.gradings import store, use_cases
from services.risk.gradings.domain import Grading
from services.risk.powers.encoding import shown_powers
from services.risk.powers.use_cases import seen_power
from services.risk.risk import Risk


class GradingService:
    """What meetings decided on the grades of powers; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def decide_grades(self, call: Call, request: pb.DecideGradesRequest) -> pb.DecideGradesResponse:
        meeting = local_id("leadership_meeting", request.leadership_meeting, call.tenant)
        decisions: dict[str, tuple[int, str, str]] = {}
        for index, each in enumerate(request.decisions):
            power = local_id(f"decisions[{index}].power", each.power, call.tenant)
            if power in decisions:
                raise Invalid(f"decisions[{index}].power", "同一权力事项只能定级一次。")
            decisions[power] = (each.grade, each.reason.strip(), f"decisions[{index}].reason")

        async def decide(tx: Tx) -> pb.DecideGradesResponse:
            acting = acting_on(self._risk, tx, call)
            powers = [await use_cases.record(acting, meeting, power, *said) for power, said in decisions.items()]
            return pb.DecideGradesResponse(powers=await shown_powers(acting, powers))

        return await once(call, request, pb.DecideGradesResponse, decide)

    async def list_gradings(self, call: Call, request: pb.ListGradingsRequest) -> pb.ListGradingsResponse:
        page = paging.page(request, store.Place)
        async with acting_in(self._risk, call) as acting:
            power = await seen_power(acting, local_id("power", request.power, call.tenant))
            found = await store.of_power(acting.tx, power.id, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.record_time, each.id))
            gradings = [_grading(acting, each) for each in shown]
        return pb.ListGradingsResponse(gradings=gradings, next_page_token=more)


def _grading(acting: Acting, grading: Grading) -> pb.Grading:
    return pb.Grading(
        power=acting.named("powers", grading.power),
        leadership_meeting=acting.named("leadershipMeetings", grading.meeting),
        grade=grading.grade,
        proposed_grade=grading.proposed_grade,
        grade_before=grading.grade_before,
        reason=grading.reason,
        record_time=stamp(grading.record_time),
    )
