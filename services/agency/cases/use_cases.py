"""What people do with a case, one function for each; and what its deadlines cause."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from minshao.agency.v1 import Case as Shown
from minshao.agency.v1 import (
    CaseAccepted,
    CaseDebtDueSoon,
    CaseDebtOverdue,
    CaseDecided,
    CaseNotified,
    CasePartDone,
    CaseResumed,
    CaseStopped,
    CaseSupplied,
    CaseTold,
)

from services.agency.cases import store, texts
from services.agency.cases.acting import Acting
from services.agency.cases.domain import deadlines as kinds
from services.agency.cases.domain.case import Case, Outcome
from services.agency.cases.domain.dates import counted_at
from services.agency.cases.domain.deadlines import deadlines_of
from services.agency.cases.domain.debts import check_term
from services.agency.cases.domain.delaying import check_reason
from services.agency.cases.domain.lapsing import check_lapse
from services.agency.cases.domain.recording import check_day, check_desk_in_time
from services.agency.cases.keeping import keep
from services.agency.cases.materials import as_kept, number_further
from services.agency.cases.recounting import recount_case
from services.agency.cases.sight import decides, desk_of
from services.agency.oversights.deadlines import clock_came
from services.agency.oversights.opening import end_what_is_done, lift_what_holds_no_more
from services.common import deadlines
from services.common.errors import Denied, Invalid
from services.common.workdays import Ground

REMEDIES = "可以自收到决定之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
"""What is offered as an example where remedies are missing (行政复议法 §20, 行政诉讼法 §46). It is never filled in:
whoever decides names those of the matter."""


async def accept_case(acting: Acting, id: str, owed_until: date | None, delay_reason: str) -> Case:
    """Accepts it; its clocks run from the day on which the materials were there. What is done at once, and cannot be
    this time, is accepted with the reason that the applicant is told (domain §3). Raises Invalid without it."""
    case = await acting.received(id)
    accepted = case.accepted(owed_until)
    check_reason(case, delay_reason)
    due = acting.due(accepted)
    check_term(accepted, acting.today, due.last_day if due else None)
    event = CaseAccepted()
    if delay_reason:
        key, author = await acting.key(case), acting.actor.name
        event.delay_reason.CopyFrom(texts.put(acting.tx, key, texts.DELAY_REASON, delay_reason, author, acting.now))
    return acting.record(case, accepted, event)


async def notify_applicant(acting: Acting, id: str, missing: Collection[str]) -> Case:
    """Says everything that is missing."""
    case = await acting.handled(id)
    kept, further = await number_further(acting, case, missing)
    told = case.notified(kept, acting.today)
    event = CaseNotified(
        missing_count=len(told.lacking),
        repeated_notice=told.breaks_one_notice,
        further=further,
        desk=desk_of(acting.actor, case),
    )
    return acting.record(case, told, event, *await lift_what_holds_no_more(acting, case, told))


async def supply_materials(acting: Acting, id: str, shown: Collection[str], *, came_today: bool) -> Case:
    """Records what has come of the missing materials."""
    case = await acting.handled(id)
    brought = await as_kept(acting, case, shown)
    supplied = case.supplied(brought, acting.today, came_today=came_today)
    said = {} if came_today else {each.material: each.on for each in case.handed_in}
    day = max(said.get(name, acting.today) for name in brought)
    event = CaseSupplied(missing_count=len(supplied.lacking), owed_count=len(supplied.owed), hand_in_date=str(day))
    return acting.record(case, supplied, event, *await lift_what_holds_no_more(acting, case, supplied))


async def complete_part(acting: Acting, id: str, desk: str) -> Case:
    """A desk has done its part."""
    case = await _at_desk(acting, id, desk)
    done = counted_at(case, desk, acting.dated.calendar).part_done(desk, acting.today)
    lifted = await lift_what_holds_no_more(acting, case, case)
    return acting.record(case, done, CasePartDone(desk=desk), *lifted, *await end_what_is_done(acting, done))


async def stop_clock(acting: Acting, id: str, desk: str, ground: Ground, since: date | None, evidence: str) -> Case:
    """A special procedure stops the clock of a desk, since today where no day is named. Raises Invalid for a day to
    come, for one that is recorded too late, and for one before the case came to the desk."""
    case, on = await _at_desk(acting, id, desk), since or acting.today
    stopped = case.stopped(desk, ground, on)
    check_day("start_date", on, acting.today, acting.dated.calendar)
    check_desk_in_time(case, desk, on, acting.today, acting.dated.calendar)
    role = texts.evidence_of(desk)
    shown = texts.put(acting.tx, await acting.key(case), role, evidence, acting.actor.name, acting.now)
    event = CaseStopped(
        desk=desk, ground=Shown.Ground.Value(f"GROUND_{ground.name}"), start_date=str(on), evidence=shown
    )
    return acting.record(case, stopped, event, *await lift_what_holds_no_more(acting, case, stopped))


async def resume_clock(acting: Acting, id: str, desk: str, until: date | None) -> Case:
    """The special procedure has ended, today where no day is named. Raises Invalid for a day to come, for one that is
    recorded too late, and for one before it began."""
    case, on = await _at_desk(acting, id, desk), until or acting.today
    resumed, event = case.resumed(desk, on), CaseResumed(desk=desk, end_date=str(on))
    check_day("end_date", on, acting.today, acting.dated.calendar)
    return acting.record(case, resumed, event, *await lift_what_holds_no_more(acting, case, resumed))


async def decide_case(acting: Acting, id: str, outcome: Outcome, reason: str, remedies: str) -> Case:
    """Records the outcome. What can be done at once is granted on the spot, without acceptance."""
    case = await acting.seen(id)
    if not decides(acting.actor, case, outcome):
        if outcome is Outcome.REFUSED and case.accept_date is not None:
            raise Denied("受理以后，由正在办理的窗口决定不予办理。", "NOT_AT_WORK")
        raise Denied("由收件的代理点办理。", "NOT_ITS_POINT")
    if outcome.needs_remedies and not remedies:
        raise Invalid("remedies", f"应当告知救济途径，例如：{REMEDIES}", reason="NO_REMEDIES")
    on_the_spot = outcome is Outcome.GRANTED and case.accept_date is None
    decided = case.finished_at_once(acting.today) if on_the_spot else case.decided(outcome, acting.today)
    if outcome is Outcome.LAPSED:
        check_lapse(case, acting.today, acting.dated.calendar)
    return await record_outcome(acting, case, decided, reason, remedies)


async def record_outcome(acting: Acting, case: Case, decided: Case, reason: str, remedies: str = "") -> Case:
    """Writes the outcome of a case, with what is said to the applicant."""
    due, answers, key = acting.due(decided), await end_what_is_done(acting, decided), await acting.key(case)
    late = due is not None and acting.today > due.last_day
    event = CaseDecided(outcome=Shown.Outcome.ValueType(decided.outcome or 0), late=late)
    event.reason.CopyFrom(texts.put(acting.tx, key, texts.REASON, reason, acting.actor.name, acting.now))
    if remedies:
        event.remedies.CopyFrom(texts.put(acting.tx, key, texts.REMEDIES, remedies, acting.actor.name, acting.now))
    return acting.record(case, decided, event, *answers, *await lift_what_holds_no_more(acting, case, decided))


async def tell_result(acting: Acting, id: str, manner: str) -> Case:
    """Records how the applicant was told the result."""
    case = await acting.received(id)
    told = case.told(acting.today)
    await keep(acting, told)
    evidence = texts.put(acting.tx, await acting.key(case), texts.MANNER, manner, acting.actor.name, acting.now)
    return acting.record(case, told, CaseTold(manner=evidence))


DEBTS: Mapping[str, type[CaseDebtDueSoon | CaseDebtOverdue]] = {
    kinds.DEBT_DUE_SOON: CaseDebtDueSoon,
    kinds.DEBT_OVERDUE: CaseDebtOverdue,
}


async def fire(acting: Acting, deadline: deadlines.Deadline) -> None:
    """What a deadline causes, if it is still the case's. One that another calendar has moved waits for its new time;
    the case is counted again by that calendar before."""
    kind, owner = deadline.kind, deadline.owner
    id, _, place = owner.partition("/")
    case = await store.lock(acting.tx, id)
    due = deadlines_of(case, acting.dated.calendar).get((kind, owner))
    if due is None or (due != deadline.due_time and await recount_case(acting, id, deadline)):
        return
    if due > acting.now:
        deadlines.schedule(acting.tx, kind, owner, due)
    elif kind == kinds.DEEMED:
        acting.record(case, case.deemed_accepted(acting.dated.calendar), CaseAccepted(deemed=True))
    elif (debt := DEBTS.get(kind)) is not None:
        acting.record(case, case, debt(owed_count=len(case.owed), owed_until=str(case.owed_until)))
    else:
        await clock_came(acting, case, kind, place)


HANDLERS = (
    *(kinds.DEEMED, kinds.HALF, kinds.MOST, kinds.LAST_DAY, kinds.OVERDUE),
    *(kinds.PART_LAST_DAY, kinds.PART_OVERDUE, kinds.DEBT_DUE_SOON, kinds.DEBT_OVERDUE),
)
"""The kinds of deadlines that `fire` answers."""


async def _at_desk(acting: Acting, id: str, desk: str) -> Case:
    case = await acting.seen(id)
    if not await acting.acts_for(case, desk):
        raise Denied("该环节不由您所在的代理点（窗口）办理。", "NOT_OWN_DESK")
    return case
