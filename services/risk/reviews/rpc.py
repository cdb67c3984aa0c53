"""RiskReviewService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_text
from services.common.periods import local_date
from services.common.reported_periods import read_period
from services.common.rpc.call import Call
from services.common.spreadsheets import XLSX
from services.common.typesetting import PDF
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.reviews import store, texts, use_cases
from services.risk.reviews.documents import review_pdf
from services.risk.reviews.domain import Shown, Texts
from services.risk.reviews.encoding import encoded, parts_of, whole
from services.risk.reviews.report import Report
from services.risk.reviews.sight import shown_to
from services.risk.reviews.spreadsheet import review_xlsx
from services.risk.reviews.store import Review
from services.risk.risk import Risk


class RiskReviewService:
    """Risk reviews; see the contract."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def publish_risk_review(
        self, call: Call, request: pb.PublishRiskReviewRequest
    ) -> pb.PublishRiskReviewResponse:
        unit, period = local_id("unit", request.unit, call.tenant), read_period("period", request.period)
        written = Texts(
            request.overview.strip(), request.problems.strip(), read_text("improvements", request.improvements)
        )

        async def publish(tx: Tx) -> pb.PublishRiskReviewResponse:
            acting = acting_on(self._risk, tx, call)
            review = await use_cases.publish(acting, uuid4().hex, unit, period, written)
            called = await use_cases.called(acting, {unit})
            return pb.PublishRiskReviewResponse(risk_review=encoded(acting, review, called[unit]))

        return await once(call, request, pb.PublishRiskReviewResponse, publish)

    async def get_risk_review(self, call: Call, request: pb.GetRiskReviewRequest) -> pb.GetRiskReviewResponse:
        async with acting_in(self._risk, call) as acting:
            review, shown, written = await _read(acting, local_id("name", request.name, call.tenant))
            called = await use_cases.called(acting, {review.unit, *shown.units}, shown.towns)
            return pb.GetRiskReviewResponse(risk_review=whole(acting, review, called, shown, written))

    async def list_risk_reviews(self, call: Call, request: pb.ListRiskReviewsRequest) -> pb.ListRiskReviewsResponse:
        page = paging.page(request, tuple[datetime, str])
        descending = request.order_by != "publish_time"
        unit = local_id("unit", request.unit, call.tenant)
        period = read_period("period", request.period).written if request.period else ""
        async with acting_in(self._risk, call) as acting:
            wanted = use_cases.wanted(acting, unit, request.whole, period)
            found = await store.page(acting.tx, wanted, descending, page.after, page.limit)
            reviews, more = page.cut(found, lambda each: (each.publish_time, each.id))
            called = await use_cases.called(acting, {each.unit for each in reviews})
            shown = [encoded(acting, each, called[each.unit]) for each in reviews]
        return pb.ListRiskReviewsResponse(risk_reviews=shown, next_page_token=more)

    async def export_risk_review(self, call: Call, request: pb.ExportRiskReviewRequest) -> pb.ExportRiskReviewResponse:
        async with acting_in(self._risk, call) as acting:
            review, shown, written = await _read(acting, local_id("name", request.name, call.tenant))
            called = await use_cases.called(acting, {review.unit, *shown.units}, shown.towns)
        report = _report(review, called, shown, written)
        if request.format == pb.ExportRiskReviewRequest.FORMAT_PDF:
            content = await review_pdf(report, self._risk.typesetter)
            return pb.ExportRiskReviewResponse(content=content, content_type=PDF, file_name=f"{report.file_name}.pdf")
        # In a thread, so that other calls go on meanwhile.
        content = await asyncio.to_thread(review_xlsx, report)
        return pb.ExportRiskReviewResponse(content=content, content_type=XLSX, file_name=f"{report.file_name}.xlsx")


async def _read(acting: Acting, id: str) -> tuple[Review, Shown, Texts]:
    """A review in sight, with what the actor is shown of it."""
    review = await use_cases.seen_review(acting, id)
    shown = shown_to(acting.actor, acting.tx.tenant, parts_of(review.content))
    return review, shown, await texts.opened(acting, review)


def _report(review: Review, called: dict[str, str], shown: Shown, written: Texts) -> Report:
    period = read_period("period", review.period)
    units = [] if review.unit else [(called.get(code, code), figures) for code, figures in shown.units.items()]
    months = [(month, shown.month(month)) for month in period.months] if len(period.months) > 1 else []
    return Report(
        place=called[review.unit],
        number=review.number,
        edition=review.edition,
        period=period.title,
        published=local_date(review.publish_time),
        total=shown.total,
        units=units,
        towns=[(called[code], figures) for code, figures in shown.towns.items()],
        months=months,
        texts=written,
    )
