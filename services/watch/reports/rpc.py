"""ReportService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from datetime import datetime

import minshao.watch.v1 as pb

from services.common import ledger, paging
from services.common.database import Tx
from services.common.errors import Denied
from services.common.idempotency import once
from services.common.inputs import local_id, read_instant, read_past_instant, read_text
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.rpc.call import Call
from services.common.sealed_texts import last
from services.watch.effects.use_cases import words_for_viewer
from services.watch.reports import texts
from services.watch.reports.acting import Acting
from services.watch.reports.domain.recusal import Viewer, handles, reads_handling
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.states import State
from services.watch.reports.domain.terms import Channel, Class, Finding, Kind, Matter, Mode, Satisfaction
from services.watch.reports.encoding import SHOWN, encode, opens_texts
from services.watch.reports.entrance import acting_in, acting_of
from services.watch.reports.listing import Filter, Order, list_published, list_reports
from services.watch.reports.proposals import reasons_of
from services.watch.reports.timeline import describe
from services.watch.reports.use_cases import assign, classify, confidential, investigate, settle, subject
from services.watch.reports.use_cases.register import Draft, register_report
from services.watch.watch import Watch


class ReportService:
    """Reports of a town; see the contract for what each call does and raises."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def create_report(self, call: Call, request: pb.CreateReportRequest) -> pb.CreateReportResponse:
        draft = draft_of(call, request)

        async def register(tx: Tx) -> pb.CreateReportResponse:
            acting = await acting_of(self._watch, tx, call)
            report, code = await register_report(acting, self._watch.hashing, draft)
            return pb.CreateReportResponse(report=written(report, request), receipt_code=code)

        return await once(call, request, pb.CreateReportResponse, register)

    async def get_report(self, call: Call, request: pb.GetReportRequest) -> pb.GetReportResponse:
        async with acting_in(self._watch, call) as acting:
            report = await acting.found(id_of(request.name))
            shown = await self._shown(acting, report)
            if reads_handling(report, acting.viewer):
                shown.effects.extend(await words_for_viewer(acting, report.id))
        return pb.GetReportResponse(report=shown)

    async def list_reports(self, call: Call, request: pb.ListReportsRequest) -> pb.ListReportsResponse:
        page = paging.page(request, tuple[datetime, str])
        order = Order.read(request.order_by)
        wanted = filter_of(call.tenant, request.filter)
        async with acting_in(self._watch, call) as acting:
            found, total = await list_reports(acting, wanted, order, page.after, page.limit)
        shown, more = page.cut(found, lambda report: (order.key(report), report.id))
        reports = [encode(report, acting.viewer) for report in shown]
        return pb.ListReportsResponse(reports=reports, next_page_token=more, total_size=total)

    async def link_subject(self, call: Call, request: pb.LinkSubjectRequest) -> pb.LinkSubjectResponse:
        wanted = request.subject
        async with acting_in(self._watch, call) as acting:
            report = await subject.link_subject(
                acting,
                id_of(request.name),
                wanted.about,
                local_id("subject.cadre", wanted.cadre, call.tenant) or None,
                local_id("subject.unit", wanted.unit, call.tenant) or None,
                wanted.town_leadership,
            )
            return pb.LinkSubjectResponse(report=await self._shown(acting, report))

    async def classify_report(self, call: Call, request: pb.ClassifyReportRequest) -> pb.ClassifyReportResponse:
        async with acting_in(self._watch, call) as acting:
            decided = Class(request.classification)
            report = await classify.classify_report(acting, id_of(request.name), decided, request.reason)
            return pb.ClassifyReportResponse(report=await self._shown(acting, report))

    async def raise_report(self, call: Call, request: pb.RaiseReportRequest) -> pb.RaiseReportResponse:
        async with acting_in(self._watch, call) as acting:
            report = await classify.raise_report(acting, id_of(request.name), read_text("reason", request.reason))
            return pb.RaiseReportResponse(report=await self._shown(acting, report))

    async def assign_report(self, call: Call, request: pb.AssignReportRequest) -> pb.AssignReportResponse:
        async with acting_in(self._watch, call) as acting:
            report = await assign.assign_report(acting, id_of(request.name), request.officer)
            return pb.AssignReportResponse(report=await self._shown(acting, report))

    async def start_investigation(
        self, call: Call, request: pb.StartInvestigationRequest
    ) -> pb.StartInvestigationResponse:
        async with acting_in(self._watch, call) as acting:
            report = await investigate.start_investigation(acting, id_of(request.name))
            return pb.StartInvestigationResponse(report=await self._shown(acting, report))

    async def request_more_time(self, call: Call, request: pb.RequestMoreTimeRequest) -> pb.RequestMoreTimeResponse:
        async with acting_in(self._watch, call) as acting:
            report = await investigate.request_more_time(
                acting, id_of(request.name), request.days, read_text("reason", request.reason)
            )
            return pb.RequestMoreTimeResponse(report=await self._shown(acting, report))

    async def decide_more_time(self, call: Call, request: pb.DecideMoreTimeRequest) -> pb.DecideMoreTimeResponse:
        async with acting_in(self._watch, call) as acting:
            report = await investigate.decide_more_time(
                acting, id_of(request.name), request.granted, read_text("reason", request.reason)
            )
            return pb.DecideMoreTimeResponse(report=await self._shown(acting, report))

    async def answer_report(self, call: Call, request: pb.AnswerReportRequest) -> pb.AnswerReportResponse:
        async with acting_in(self._watch, call) as acting:
            finding = Finding(request.finding)
            report = await investigate.answer_report(
                acting, id_of(request.name), finding, read_text("text", request.text)
            )
            return pb.AnswerReportResponse(report=await self._shown(acting, report))

    async def tell_answer(self, call: Call, request: pb.TellAnswerRequest) -> pb.TellAnswerResponse:
        telling = request.telling
        at = read_past_instant("telling.tell_time", telling.tell_time, call.now)
        async with acting_in(self._watch, call) as acting:
            report = await investigate.tell_answer(acting, id_of(request.name), telling.teller, telling.manner, at)
            return pb.TellAnswerResponse(report=await self._shown(acting, report))

    async def close_report(self, call: Call, request: pb.CloseReportRequest) -> pb.CloseReportResponse:
        async with acting_in(self._watch, call) as acting:
            report = await acting.handled(id_of(request.name))
            closed = await settle.close_report(
                acting, report, Satisfaction.SATISFIED, read_text("confirmation", request.confirmation)
            )
            return pb.CloseReportResponse(report=await self._shown(acting, closed))

    async def reopen_report(self, call: Call, request: pb.ReopenReportRequest) -> pb.ReopenReportResponse:
        async with acting_in(self._watch, call) as acting:
            report = await acting.told_for(id_of(request.name))
            reopened = await settle.reopen_report(acting, report, read_text("reason", request.reason))
            return pb.ReopenReportResponse(report=await self._shown(acting, reopened))

    async def refuse_report(self, call: Call, request: pb.RefuseReportRequest) -> pb.RefuseReportResponse:
        async with acting_in(self._watch, call) as acting:
            report = await settle.refuse_report(acting, id_of(request.name), read_text("reason", request.reason))
            return pb.RefuseReportResponse(report=await self._shown(acting, report))

    async def reveal_identity(self, call: Call, request: pb.RevealIdentityRequest) -> pb.RevealIdentityResponse:
        async with acting_in(self._watch, call) as acting:
            known = await confidential.reveal_identity(acting, id_of(request.name), read_text("reason", request.reason))
            return pb.RevealIdentityResponse(reporter=pb.Reporter(name=known.name, contact=known.contact))

    async def declare_conflict(self, call: Call, request: pb.DeclareConflictRequest) -> pb.DeclareConflictResponse:
        async with acting_in(self._watch, call) as acting:
            await assign.declare_conflict(acting, id_of(request.name), read_text("reason", request.reason))
            return pb.DeclareConflictResponse(left=True)

    async def hand_over_report(self, call: Call, request: pb.HandOverReportRequest) -> pb.HandOverReportResponse:
        async with acting_in(self._watch, call) as acting:
            report = await assign.hand_over_report(
                acting, id_of(request.name), request.officer, read_text("reason", request.reason)
            )
            return pb.HandOverReportResponse(report=await self._shown(acting, report))

    async def hand_over_all(self, call: Call, request: pb.HandOverAllRequest) -> pb.HandOverAllResponse:
        async with acting_in(self._watch, call) as acting:
            done, left = await assign.hand_over_all(
                acting, request.from_officer, request.to_officer, read_text("reason", request.reason)
            )
            return pb.HandOverAllResponse(reports=done, left=left)

    async def post_message(self, call: Call, request: pb.PostMessageRequest) -> pb.PostMessageResponse:
        async with acting_in(self._watch, call) as acting:
            report = await acting.handled(id_of(request.name))
            message = await confidential.post_message(
                acting, report, texts.MESSAGE_OF_ORGAN, read_text("text", request.text)
            )
            return pb.PostMessageResponse(message=message)

    async def list_messages(self, call: Call, request: pb.ListMessagesRequest) -> pb.ListMessagesResponse:
        async with acting_in(self._watch, call) as acting:
            report = await acting.found(id_of(request.name))
            if not handles(report, acting.viewer):
                raise Denied("该反映不由您所在的单位办理。", "NOT_HANDLER")
            return pb.ListMessagesResponse(messages=await confidential.messages(acting, report))

    async def get_timeline(self, call: Call, request: pb.GetTimelineRequest) -> pb.GetTimelineResponse:
        async with acting_in(self._watch, call) as acting:
            report = await acting.found(id_of(request.name))
            entries = await ledger.timeline(acting.tx, "report", report.id)
            names = await organisation.names_with_county(acting.tx)
            whole = reads_handling(report, acting.viewer)
            return pb.GetTimelineResponse(entries=describe(entries, names, whole))

    async def publish_answer(self, call: Call, request: pb.PublishAnswerRequest) -> pb.PublishAnswerResponse:
        async with acting_in(self._watch, call) as acting:
            report = await settle.publish_answer(
                acting, id_of(request.name), read_text("title", request.title), read_text("answer", request.answer)
            )
            return pb.PublishAnswerResponse(report=await self._shown(acting, report))

    async def list_published_answers(
        self, call: Call, request: pb.ListPublishedAnswersRequest
    ) -> pb.ListPublishedAnswersResponse:
        page = paging.page(request, tuple[datetime, str])
        unit = local_id("unit", request.unit, call.tenant)
        async with call.transaction() as tx:
            found = await list_published(tx, unit, page.after, page.limit)
        shown, more = page.cut(found, lambda report: (report.publish_time or call.now, report.id))
        answers = [
            pb.PublishedAnswer(
                number=report.number,
                unit=f"tenants/{report.tenant}/units/{report.unit}",
                title=report.published_title or "",
                answer=report.published_answer or "",
                publish_time=stamp(report.publish_time),
            )
            for report in shown
        ]
        return pb.ListPublishedAnswersResponse(answers=answers, next_page_token=more)

    async def _shown(self, acting: Acting, report: Report) -> pb.Report:
        """The report with those of its texts that the viewer may read."""
        if not opens_texts(report, acting.viewer):
            return encode(report, acting.viewer)
        opened = await texts.read(acting.tx, acting.sealer, report.id, SHOWN)
        if not reads_handling(report, acting.viewer):
            return encode(report, acting.viewer, opened)
        reasons = await reasons_of(acting, report, last(opened, texts.TOLD))
        return encode(report, acting.viewer, opened, reasons)


def id_of(name: str) -> str:
    """The id at the end of a report's resource name."""
    return name.rpartition("/")[2]


def written(report: Report, request: pb.CreateReportRequest) -> pb.Report:
    """A new report as whoever wrote it sees it: what was written, and what became of it."""
    message = encode(report, Viewer(account=""))
    message.subject.CopyFrom(request.subject)
    message.text = request.text
    return message


def draft_of(call: Call, request: pb.CreateReportRequest) -> Draft:
    """What a request tells, in the terms of the domain."""
    tenant = call.tenant
    received = request.HasField("receive_time")
    return Draft(
        unit=local_id("unit", request.unit, tenant),
        kind=Kind(request.kind),
        matter=Matter(request.matter),
        channel=Channel(request.channel) if request.channel else None,
        mode=Mode(request.reporter_mode),
        about=request.subject.about,
        cadre=local_id("subject.cadre", request.subject.cadre, tenant) or None,
        subject_unit=local_id("subject.unit", request.subject.unit, tenant) or None,
        leadership_meant=request.subject.town_leadership,
        text=request.text,
        reporter_name=request.reporter.name,
        reporter_contact=request.reporter.contact,
        receive_time=read_past_instant("receive_time", request.receive_time, call.now) if received else None,
        box_opening=local_id("box_opening", request.box_opening, tenant) or None,
        meeting=local_id("meeting", request.meeting, tenant) or None,
        meeting_item=request.meeting_item,
        oral_to=request.oral_to or None,
    )


def filter_of(tenant: str, wanted: pb.ListReportsRequest.Filter) -> Filter:
    """The conditions of a list, in the terms of the domain."""
    begins, ends = wanted.HasField("register_time_from"), wanted.HasField("register_time_before")
    return Filter(
        states=[State(each) for each in wanted.states],
        unit=local_id("filter.unit", wanted.unit, tenant) or None,
        organ=id_of(wanted.organ) or None,
        kind=Kind(wanted.kind) if wanted.kind else None,
        classification=Class(wanted.classification) if wanted.classification else None,
        matter=Matter(wanted.matter) if wanted.matter else None,
        channel=Channel(wanted.channel) if wanted.channel else None,
        number=wanted.number or None,
        officer=wanted.officer or None,
        unassigned=wanted.unassigned,
        overdue=wanted.overdue,
        open=wanted.open,
        waiting=wanted.waiting_for_my_level,
        registered_from=read_instant("filter.register_time_from", wanted.register_time_from) if begins else None,
        registered_before=read_instant("filter.register_time_before", wanted.register_time_before) if ends else None,
    )
