"""Calling for work reports, submitting and marking them, and what becomes of those that do not come."""

from __future__ import annotations

from dataclasses import replace

from minshao.agency.v1 import WorkReport as ReportMessage
from minshao.agency.v1 import WorkReportMarked, WorkReportsCalled, WorkReportsMissing, WorkReportSubmitted
from minshao.common.v1 import LEVEL_TOWN, LEVEL_UNIT

from services.agency.acting import Acting, evidence, sealed
from services.agency.forgetting import keep
from services.agency.work_reports import store
from services.agency.work_reports.domain import Mark, Period, Report, ReportCall
from services.common import deadlines
from services.common.errors import AlreadyExists, Denied, Invalid
from services.common.periods import overdue_from

MISSED = "work_report_call.missed"

_r = store.WORK_REPORTS.c


async def call_for_reports(acting: Acting, call: ReportCall) -> ReportCall:
    """Raises Denied, Invalid, AlreadyExists."""
    acting.check_keeps_records()
    call.check(acting.today)
    if await store.call_for(acting.tx, call.period) is not None:
        raise AlreadyExists("CALLED", "该汇报期已经发过通知。")
    store.CALL_ROWS.insert(acting.tx, call)
    deadlines.schedule(acting.tx, MISSED, call.id, overdue_from(call.last_day))
    event = WorkReportsCalled(
        work_report_call=call_name(acting.tx.tenant, call.id),
        period=call.period,
        last_day=str(call.last_day),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("work_report_call", call.id, call.version, event)
    return call


async def announce_missing(acting: Acting, id: str) -> None:
    """The last day has passed: told once, where points have not reported."""
    before = await store.CALL_ROWS.lock(acting.tx, id)
    units = (await store.missing(acting.tx, [before.period]))[before.period]
    if not units:
        return
    call = replace(before, version=before.version + 1)
    store.CALL_ROWS.save(acting.tx, before, call)
    event = WorkReportsMissing(
        work_report_call=call_name(acting.tx.tenant, id), period=call.period, units=units, visible_to=LEVEL_UNIT
    )
    acting.tell("work_report_call", id, call.version, event)


async def submit(acting: Acting, draft: Report, text: str) -> Report:
    """Raises NotFound, Denied, Refused, Invalid, AlreadyExists."""
    tx = acting.tx
    await acting.own_point(draft.point)
    if Period.of(draft.period).first_day > acting.today:
        raise Invalid("period", "汇报期还没有开始。")
    if await store.report_on(tx, draft.point, draft.period) is not None:
        raise AlreadyExists("REPORTED", "该代理点已提交本期汇报。")
    call = await store.call_for(tx, draft.period)
    key = await acting.agency.sealer.new_key(tx, draft.id)
    report = replace(
        draft,
        late=call is not None and acting.today > call.last_day,
        sealed_text=sealed(key, _r.sealed_text, text),
    )
    store.ROWS.insert(tx, report)
    event = WorkReportSubmitted(
        work_report=report_name(tx.tenant, report.id),
        unit=report.point,
        period=report.period,
        late=report.late,
        text=evidence(key, text),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("work_report", report.id, report.version, event)
    return report


async def mark_report(acting: Acting, id: str, mark: Mark, remark: str) -> Report:
    """Raises NotFound, Denied, IllegalMove."""
    acting.check_keeps_records()
    before = await store.ROWS.lock(acting.tx, id)
    if before.author == acting.actor.name:
        raise Denied("不能评阅本人提交的汇报。", "OWN_REPORT")
    marked = before.marked(mark, acting.actor.name, acting.now)
    key = await acting.agency.sealer.key(acting.tx, id)
    report = replace(marked, sealed_remark=sealed(key, _r.sealed_remark, remark))
    store.ROWS.save(acting.tx, before, report)
    event = WorkReportMarked(
        work_report=report_name(acting.tx.tenant, id),
        unit=report.point,
        period=report.period,
        mark=ReportMessage.Mark.ValueType(mark),
        remark=evidence(key, remark),
        visible_to=LEVEL_TOWN,
    )
    acting.tell("work_report", id, report.version, event)
    await keep(acting.tx, "workReports", id, acting.now)
    return report


def report_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/workReports/{id}"


def call_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/workReportCalls/{id}"
