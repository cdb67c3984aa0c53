"""WorkReportService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

import minshao.agency.v1 as pb

from services.agency.acting import Acting, acting_in, acting_on
from services.agency.agency import Agency
from services.agency.work_reports import store, use_cases
from services.agency.work_reports.domain import Mark, Report, ReportCall
from services.agency.work_reports.use_cases import call_name, report_name
from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.common.sight import check_in_sight, narrowed, units_in_sight


class WorkReportService:
    """Reports of a town's points on their work; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def call_for_work_reports(
        self, call: Call, request: pb.CallForWorkReportsRequest
    ) -> pb.CallForWorkReportsResponse:
        wanted = ReportCall(
            id=request.period.lower(),
            period=request.period,
            last_day=read_day("last_day", request.last_day),
            caller=call.actor.name,
        )

        async def make(tx: Tx) -> pb.CallForWorkReportsResponse:
            made = await use_cases.call_for_reports(acting_on(self._agency, tx, call), wanted)
            missing = await store.missing(tx, [made.period])
            return pb.CallForWorkReportsResponse(work_report_call=_call(call, made, missing[made.period]))

        return await once(call, request, pb.CallForWorkReportsResponse, make)

    async def list_work_report_calls(
        self, call: Call, request: pb.ListWorkReportCallsRequest
    ) -> pb.ListWorkReportCallsResponse:
        page = paging.page(request, store.CallPosition)
        async with call.transaction() as tx:
            found = await store.calls(tx, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.last_day, each.id))
            missing = await store.missing(tx, {each.period for each in shown})
        calls = [_call(call, each, missing[each.period]) for each in shown]
        return pb.ListWorkReportCallsResponse(work_report_calls=calls, next_page_token=more)

    async def submit_work_report(self, call: Call, request: pb.SubmitWorkReportRequest) -> pb.SubmitWorkReportResponse:
        text = read_text("text", request.text)
        draft = Report(
            id=uuid4().hex,
            point=local_id("point", request.point, call.tenant),
            period=request.period,
            author=call.actor.name,
            submit_time=call.now,
        )

        async def submit(tx: Tx) -> pb.SubmitWorkReportResponse:
            shown = _encode(call, await use_cases.submit(acting_on(self._agency, tx, call), draft, text))
            shown.text = text
            return pb.SubmitWorkReportResponse(work_report=shown)

        return await once(call, request, pb.SubmitWorkReportResponse, submit)

    async def mark_work_report(self, call: Call, request: pb.MarkWorkReportRequest) -> pb.MarkWorkReportResponse:
        id, mark = local_id("name", request.name, call.tenant), Mark(request.mark)
        async with acting_in(self._agency, call) as acting:
            report = await use_cases.mark_report(acting, id, mark, request.remark.strip())
            return pb.MarkWorkReportResponse(work_report=await _opened(acting, call, report))

    async def get_work_report(self, call: Call, request: pb.GetWorkReportRequest) -> pb.GetWorkReportResponse:
        async with acting_in(self._agency, call) as acting:
            report = await store.ROWS.load(acting.tx, local_id("name", request.name, call.tenant))
            check_in_sight(call.actor, report.point, store.ROWS.called)
            return pb.GetWorkReportResponse(work_report=await _opened(acting, call, report))

    async def list_work_reports(self, call: Call, request: pb.ListWorkReportsRequest) -> pb.ListWorkReportsResponse:
        page = paging.page(request, store.Position)
        units = narrowed(call.actor, local_id("point", request.point, call.tenant))
        wanted = store.Wanted(units, request.period, request.unmarked)
        async with call.transaction() as tx:
            found = await store.page(tx, wanted, request.order_by != "submit_time", page.after, page.limit)
        shown, more = page.cut(found, lambda each: (each.submit_time, each.id))
        return pb.ListWorkReportsResponse(work_reports=[_encode(call, each) for each in shown], next_page_token=more)


async def _opened(acting: Acting, call: Call, report: Report) -> pb.WorkReport:
    """The report with its texts, for whom they are meant."""
    shown, columns = _encode(call, report), store.WORK_REPORTS.c
    if acting.reads_sealed:
        shown.text, shown.remark = await acting.opened(
            report.id, (columns.sealed_text, report.sealed_text), (columns.sealed_remark, report.sealed_remark)
        )
    return shown


def _encode(call: Call, report: Report) -> pb.WorkReport:
    return pb.WorkReport(
        name=report_name(call.tenant, report.id),
        point=f"tenants/{call.tenant}/points/{report.point}",
        period=report.period,
        author=report.author,
        submit_time=stamp(report.submit_time),
        late=report.late,
        mark=pb.WorkReport.Mark.ValueType(report.mark or 0),
        marker=report.marker or "",
        mark_time=stamp(report.mark_time),
    )


def _call(call: Call, made: ReportCall, missing: Iterable[str]) -> pb.WorkReportCall:
    """A call with those of the points in sight that have not reported."""
    units = units_in_sight(call.actor)
    return pb.WorkReportCall(
        name=call_name(call.tenant, made.id),
        period=made.period,
        last_day=str(made.last_day),
        missing=[f"tenants/{call.tenant}/points/{unit}" for unit in missing if units is None or unit in units],
    )
