"""Recording what a meeting of the leadership decided on the grade of a power."""

from __future__ import annotations

from uuid import uuid4

from services.common.errors import AlreadyExists, Invalid, Refused
from services.common.periods import local_date
from services.risk.acting import Acting
from services.risk.gradings import store
from services.risk.gradings.domain import Grading
from services.risk.meetings import store as meetings
from services.risk.meetings.domain import Meeting
from services.risk.meetings.use_cases import ruling
from services.risk.powers.domain import Power
from services.risk.powers.use_cases import decide, own_power


async def record(acting: Acting, meeting: str, power: str, grade: int, reason: str, field: str) -> Power:
    """`field` is where the reason stands in the request. Raises NotFound, Refused, AlreadyExists, Invalid."""
    before, position, _ = await own_power(acting, power)
    ruled = await ruling(acting, meeting, before.unit, acting.named("powers", power))
    ruled.check_passed()
    if await store.recorded(acting.tx, power, meeting):
        raise AlreadyExists("GRADING_EXISTS", "这次会议对该权力事项的定级已经登记。")
    await _check_latest(acting, before, ruled.meeting)
    if grade != before.proposed_grade and not reason:
        raise Invalid(field, "定级与规则建议不同的，应当写明理由。")
    grading = Grading(
        id=uuid4().hex,
        power=power,
        meeting=meeting,
        grade=grade,
        proposed_grade=before.proposed_grade,
        grade_before=before.grade,
        reason=reason,
        record_time=acting.now,
    )
    store.ROWS.insert(acting.tx, grading)
    return await decide(acting, before, position, grading)


async def _check_latest(acting: Acting, power: Power, meeting: Meeting) -> None:
    """Raises Refused where a later meeting has graded the power, or the rule since it was changed."""
    graded_since = power.rule_time > meeting.record_time or local_date(power.rule_time) > meeting.date
    if power.decision and not graded_since:
        graded_since = (await meetings.ROWS.load(acting.tx, power.decision)).date > meeting.date
    if graded_since:
        raise Refused("GRADED_SINCE", "该权力事项在这次会议之后已经重新定级，应当再次提交会议研究。")
