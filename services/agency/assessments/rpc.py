"""AssessmentService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import minshao.agency.v1 as pb
import sqlalchemy as sa

from services.agency.agency import Agency
from services.agency.assessments import store, texts
from services.agency.assessments.counting import Behind, Question
from services.agency.assessments.documents import assessment_pdf
from services.agency.assessments.domain import (
    FIGURES,
    Assessed,
    ConsequenceKind,
    Figures,
    SubjectKind,
)
from services.agency.assessments.encoding import (
    encode,
    encode_consequence,
    encode_edition,
    encode_figures,
)
from services.agency.assessments.listing import Place, order_of
from services.agency.assessments.names import read_subject, titles
from services.agency.assessments.sight import consequences_in_sight, reads_texts
from services.agency.assessments.spreadsheet import assessment_xlsx
from services.agency.assessments.store import CONSEQUENCES
from services.agency.assessments.table import Table
from services.agency.assessments.use_cases import (
    Draft,
    assess,
    explain,
    frozen,
    publish_assessment,
    record_consequence,
)
from services.agency.cases.store import CASES
from services.common import paging
from services.common.access import Actor, county_of
from services.common.database import Tx
from services.common.errors import Invalid
from services.common.idempotency import once
from services.common.inputs import local_id, read_past_day, read_text
from services.common.organisation.lookup import this_tenant
from services.common.periods import local_date
from services.common.reported_periods import read_period_or_days
from services.common.rpc.call import Call
from services.common.schema import Row
from services.common.spreadsheets import XLSX
from services.common.typesetting import PDF

_k, _c = CONSEQUENCES.c, CASES.c


class AssessmentService:
    """Assessments of a town or of the county; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def list_figures(self, call: Call, request: pb.ListFiguresRequest) -> pb.ListFiguresResponse:
        order, page = order_of(request.order_by), paging.page(request, Place)
        async with call.transaction() as tx:
            assessed, _, _ = await _assessed(tx, call, request)
            shown, more = page.cut(order.following(assessed, page.after)[: page.limit], order.place)
            called = await titles(tx, shown)
        total = encode_figures(Figures.together(each.figures for each in assessed)) if assessed else None
        subjects = [encode(each, called) for each in shown]
        return pb.ListFiguresResponse(subjects=subjects, total=total, next_page_token=more)

    async def explain_figure(self, call: Call, request: pb.ExplainFigureRequest) -> pb.ExplainFigureResponse:
        kind = SubjectKind(request.kind)
        if (figure := FIGURES.get(request.figure)) is None:
            raise Invalid("figure", "没有这项考核指标，或者它由其他指标算出。", reason="UNKNOWN_FIGURE")
        period = read_period_or_days("period", request.period)
        asked = Question(kind, read_subject("subject", kind, request.subject), figure, period)
        page = paging.page(request, tuple[str])
        after = page.after[0] if page.after else ""
        async with call.transaction() as tx:
            found = await explain(tx, call.actor, asked, local_date(call.now), after, page.limit)
            shown, more = page.cut(found, lambda each: (each.key,))
            cases = await _cases(tx, shown)
        return pb.ExplainFigureResponse(cases=cases, next_page_token=more)

    async def export_figures(self, call: Call, request: pb.ExportFiguresRequest) -> pb.ExportFiguresResponse:
        order = order_of(request.order_by)
        async with call.transaction() as tx:
            assessed, period, source = await _assessed(tx, call, request)
            ordered = order.following(assessed, None)
            called = await titles(tx, ordered)
            table = Table(
                place=(await this_tenant(tx)).name,
                kind=SubjectKind(request.kind),
                period=read_period_or_days("period", period).title,
                source=source,
                printed=local_date(call.now),
                rows=[(called[each.subject], each) for each in ordered],
                total=Figures.together(each.figures for each in ordered),
            )
        count = len(table.rows)
        if request.format == pb.ExportFiguresRequest.FORMAT_PDF:
            content = await assessment_pdf(table, self._agency.typesetter)
            name = f"{table.file_name}.pdf"
            return pb.ExportFiguresResponse(content=content, content_type=PDF, file_name=name, row_count=count)
        # In a thread, so that other calls go on meanwhile.
        content = await asyncio.to_thread(assessment_xlsx, table)
        name = f"{table.file_name}.xlsx"
        return pb.ExportFiguresResponse(content=content, content_type=XLSX, file_name=name, row_count=count)

    async def publish_assessment(
        self, call: Call, request: pb.PublishAssessmentRequest
    ) -> pb.PublishAssessmentResponse:
        period = read_period_or_days("period", request.period)

        async def publish(tx: Tx) -> pb.PublishAssessmentResponse:
            edition = await publish_assessment(tx, call.actor, period, call.now)
            return pb.PublishAssessmentResponse(assessment=encode_edition(tx.tenant, edition))

        return await once(call, request, pb.PublishAssessmentResponse, publish)

    async def get_assessment(self, call: Call, request: pb.GetAssessmentRequest) -> pb.GetAssessmentResponse:
        async with call.transaction() as tx:
            edition = await store.ROWS.load(tx, local_id("name", request.name, call.tenant))
        return pb.GetAssessmentResponse(assessment=encode_edition(call.tenant, edition))

    async def list_assessments(self, call: Call, request: pb.ListAssessmentsRequest) -> pb.ListAssessmentsResponse:
        page = paging.page(request, tuple[datetime, str])
        descending = request.order_by != "publish_time"
        period = read_period_or_days("period", request.period).written if request.period else ""
        async with call.transaction() as tx:
            found = await store.page(tx, period, descending, page.after, page.limit)
        shown, more = page.cut(found, lambda edition: (edition.publish_time, edition.id))
        editions = [encode_edition(call.tenant, each) for each in shown]
        return pb.ListAssessmentsResponse(assessments=editions, next_page_token=more)

    async def record_consequence(
        self, call: Call, request: pb.RecordConsequenceRequest
    ) -> pb.RecordConsequenceResponse:
        kind = SubjectKind(request.subject_kind)
        draft = Draft(
            assessment=local_id("assessment", request.assessment, call.tenant),
            subject_kind=kind,
            subject=read_subject("subject", kind, request.subject),
            kind=ConsequenceKind(request.kind),
            ground=read_text("ground", request.ground),
            decider=read_text("decider", request.decider),
            decide_date=read_past_day("decide_date", request.decide_date, call.now),
        )

        async def record(tx: Tx) -> pb.RecordConsequenceResponse:
            consequence = await record_consequence(self._agency, tx, call.actor, draft, call.now)
            said = texts.Opened(draft.ground, draft.decider)
            return pb.RecordConsequenceResponse(consequence=encode_consequence(tx.tenant, consequence, said))

        return await once(call, request, pb.RecordConsequenceResponse, record)

    async def list_consequences(self, call: Call, request: pb.ListConsequencesRequest) -> pb.ListConsequencesResponse:
        page = paging.page(request, tuple[datetime, str])
        conditions = [_in_sight(call.actor)]
        if assessment := local_id("assessment", request.assessment, call.tenant):
            conditions.append(_k.assessment == assessment)
        if request.subject:
            conditions.append(_k.subject.in_([request.subject, request.subject.rpartition("/")[2]]))
        order, descending = (_k.record_time, _k.id), request.order_by != "record_time"
        async with call.transaction() as tx:
            found = await store.CONSEQUENCE_ROWS.page(
                tx, conditions, order, page.after, page.limit, descending=descending
            )
            shown, more = page.cut(found, lambda each: (each.record_time, each.id))
            readable = [each.id for each in shown if reads_texts(call.actor, call.tenant, each.recorder)]
            said = await texts.opened(tx, self._agency.sealer, readable)
        consequences = [encode_consequence(call.tenant, each, said.get(each.id, texts.Opened())) for each in shown]
        return pb.ListConsequencesResponse(consequences=consequences, next_page_token=more)


async def _assessed(
    tx: Tx, call: Call, request: pb.ListFiguresRequest | pb.ExportFiguresRequest
) -> tuple[list[Assessed], str, str]:
    """Those who are asked for, the period as it is written, and the number of the edition where one is named."""
    kind = SubjectKind(request.kind)
    if bool(request.period) is bool(request.assessment):
        raise Invalid("period", "考核期和已发布的考核必须且只能指定一个。", reason="PERIOD_OR_EDITION")
    if id := local_id("assessment", request.assessment, call.tenant):
        edition = await store.ROWS.load(tx, id)
        return frozen(call.actor, kind, edition), edition.period, edition.number
    period = read_period_or_days("period", request.period)
    return await assess(tx, call.actor, kind, period, local_date(call.now)), request.period, ""


async def _cases(tx: Tx, found: Sequence[Behind]) -> list[pb.AssessedCase]:
    """The cases as an explanation shows them, in one query."""
    ids = {each.case for each in found if each.case}
    rows = await tx.rows(sa.select(CASES).where(_c.tenant == tx.tenant, _c.id.in_(sorted(ids))))
    shown = {row.id: _case(tx.tenant, row) for row in rows}
    return [_valued(shown.get(each.case or ""), each.value) for each in found]


def _case(tenant: str, row: Row) -> pb.AssessedCase:
    return pb.AssessedCase(
        case=f"tenants/{tenant}/cases/{row.id}",
        number=row.number,
        point=f"tenants/{tenant}/points/{row.point}",
        item=f"tenants/{county_of(tenant)}/items/{row.item}",
        receive_date=str(row.receive_date),
        promised_date=str(row.promised_date or ""),
        decide_date=str(row.decide_date or ""),
    )


def _valued(case: pb.AssessedCase | None, value: int) -> pb.AssessedCase:
    shown = pb.AssessedCase(value=value)
    if case is not None:
        shown.MergeFrom(case)
    return shown


def _in_sight(actor: Actor) -> sa.ColumnElement[bool]:
    """`consequences_in_sight` as SQL."""
    seen = {kind: consequences_in_sight(actor, kind) for kind in SubjectKind}
    return sa.or_(
        *(
            _k.subject_kind == kind if subjects is None else sa.and_(_k.subject_kind == kind, _k.subject.in_(subjects))
            for kind, subjects in seen.items()
        )
    )
