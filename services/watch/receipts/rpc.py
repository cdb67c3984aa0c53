"""ReceiptService: the reporter's side of a report, behind the receipt code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import minshao.watch.v1 as pb

from services.common.inputs import read_text
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.organisation.lookup import this_tenant
from services.common.periods import local_date
from services.common.receipts.codes import read_code
from services.common.rpc.call import Call
from services.common.sealed_texts import last
from services.watch.effects.use_cases import words_for_reporter
from services.watch.receipts.use_cases import open_receipt
from services.watch.register.documents import ReceiptSlip, receipt_slip_pdf
from services.watch.reports import texts
from services.watch.reports.acting import Acting
from services.watch.reports.domain.clocks import last_day_before
from services.watch.reports.domain.report import Report, contest_deadline
from services.watch.reports.domain.states import State
from services.watch.reports.domain.terms import Satisfaction
from services.watch.reports.encoding import answer
from services.watch.reports.entrance import acting_in
from services.watch.reports.store import lock
from services.watch.reports.use_cases.confidential import messages, post_message
from services.watch.reports.use_cases.settle import close_report, reopen_report
from services.watch.watch import Watch


class ReceiptService:
    """What a reporter may do without saying who they are; see the contract."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def look_up_receipt(self, call: Call, request: pb.LookUpReceiptRequest) -> pb.LookUpReceiptResponse:
        async with self._opened(call, request.code) as (acting, report):
            return pb.LookUpReceiptResponse(view=await view(acting, report))

    async def post_receipt_message(
        self, call: Call, request: pb.PostReceiptMessageRequest
    ) -> pb.PostReceiptMessageResponse:
        text = read_text("text", request.text)
        async with self._opened(call, request.code) as (acting, report):
            await post_message(acting, report, texts.MESSAGE_OF_REPORTER, text)
            return pb.PostReceiptMessageResponse(view=await view(acting, await lock(acting.tx, report.id)))

    async def accept_answer(self, call: Call, request: pb.AcceptAnswerRequest) -> pb.AcceptAnswerResponse:
        async with self._opened(call, request.code) as (acting, report):
            closed = await close_report(acting, report, Satisfaction.SATISFIED)
            return pb.AcceptAnswerResponse(view=await view(acting, closed))

    async def contest_answer(self, call: Call, request: pb.ContestAnswerRequest) -> pb.ContestAnswerResponse:
        reason = read_text("reason", request.reason)
        async with self._opened(call, request.code) as (acting, report):
            reopened = await reopen_report(acting, report, reason)
            return pb.ContestAnswerResponse(view=await view(acting, reopened))

    async def print_receipt(self, call: Call, request: pb.PrintReceiptRequest) -> pb.PrintReceiptResponse:
        async with self._opened(call, request.code) as (acting, report):
            tenant = await this_tenant(acting.tx)
        slip = ReceiptSlip(
            town=tenant.name,
            tenant=tenant.code,
            number=report.number,
            code=read_code(request.code),
            registered=local_date(report.register_time),
            due=last_day_before(report.due_time),
        )
        pdf = await receipt_slip_pdf(slip, self._watch.typesetter)
        return pb.PrintReceiptResponse(pdf=pdf, file_name="查询凭条.pdf")

    @asynccontextmanager
    async def _opened(self, call: Call, code: str) -> AsyncIterator[tuple[Acting, Report]]:
        client = call.actor.client or ""
        id = await open_receipt(call.database, call.tenant, self._watch.hashing, code, client, call.now)
        async with acting_in(self._watch, call) as acting:
            yield acting, await lock(acting.tx, id)


async def view(acting: Acting, report: Report) -> pb.ReceiptView:
    """What the reporter sees of the report: of who handles it nothing but the organ's name."""
    opened = await texts.read(acting.tx, acting.sealer, report.id, (texts.ANSWER, texts.REFUSAL))
    contest = contest_deadline(report)
    shown = pb.ReceiptView(
        number=report.number,
        state=int(report.state),
        organ_title=(await organisation.names_with_county(acting.tx)).get(report.organ, report.level.label),
        register_time=stamp(report.register_time),
        last_day=last_day_before(report.due_time).isoformat(),
        messages=await messages(acting, report),
        may_contest=contest is not None and acting.now < contest,
        contest_before_time=stamp(contest),
    )
    shown.effects.extend(await words_for_reporter(acting, report.id))
    shown.something_was_done = bool(shown.effects)
    if given := answer(report, opened):
        given.ClearField("answerer")
        shown.answer.CopyFrom(given)
    if report.state is State.NOT_ACCEPTED:
        shown.refusal_reason = last(opened, texts.REFUSAL)
    return shown
