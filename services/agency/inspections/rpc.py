"""InspectionService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.inspections import store, texts
from services.agency.inspections.acting import Acting, acting_in, acting_of
from services.agency.inspections.domain.finding import UNSETTLED, Finding, State
from services.agency.inspections.domain.inspection import Inspection, InspectorKind, Result, Verdict
from services.agency.inspections.encoding import (
    encode_finding,
    encode_inspection,
    encode_results,
    roles_of,
    roles_of_findings,
)
from services.agency.inspections.holding import Draft, Noted, Visit, hold_inspection
from services.agency.inspections.store import Place
from services.agency.inspections.use_cases import confirm_finding, mend_finding, send_back_finding
from services.agency.points.sight import reads_sealed
from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_past_day, read_text
from services.common.rpc.call import Call
from services.common.sight import narrowed


class InspectionService:
    """Inspections of agency points; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def create_inspection(self, call: Call, request: pb.CreateInspectionRequest) -> pb.CreateInspectionResponse:
        visit = _visit(call, request)

        async def hold(tx: Tx) -> pb.CreateInspectionResponse:
            acting = await acting_of(self._agency, tx, call)
            inspection = await hold_inspection(acting, visit)
            return pb.CreateInspectionResponse(inspection=await _whole(acting, inspection))

        return await once(call, request, pb.CreateInspectionResponse, hold)

    async def get_inspection(self, call: Call, request: pb.GetInspectionRequest) -> pb.GetInspectionResponse:
        async with acting_in(self._agency, call) as acting:
            inspection = await acting.inspection(_id(call, request.name))
            return pb.GetInspectionResponse(inspection=await _whole(acting, inspection))

    async def list_inspections(self, call: Call, request: pb.ListInspectionsRequest) -> pb.ListInspectionsResponse:
        page, point = paging.page(request, Place), local_id("point", request.point, call.tenant)
        async with acting_in(self._agency, call) as acting:
            wanted = store.Inspections(
                points=narrowed(acting.actor, point),
                open_findings=request.open_findings,
                overdue=acting.today if request.overdue else None,
                kind=InspectorKind(request.inspector_kind) if request.inspector_kind else None,
                by_grade=request.order_by.startswith("grade"),
                descending=request.order_by in ("", "date desc", "grade desc"),
            )
            found = await store.page(acting.tx, wanted, page.after, page.limit)
            shown, more = page.cut(found, wanted.place)
            counts = await store.open_counts(acting.tx, [each.id for each in shown])
        inspections = [encode_inspection(call.tenant, each, counts.get(each.id, 0)) for each in shown]
        return pb.ListInspectionsResponse(inspections=inspections, next_page_token=more)

    async def get_finding(self, call: Call, request: pb.GetFindingRequest) -> pb.GetFindingResponse:
        async with acting_in(self._agency, call) as acting:
            finding = await acting.finding(_id(call, request.name))
            return pb.GetFindingResponse(finding=await _shown(acting, finding))

    async def list_findings(self, call: Call, request: pb.ListFindingsRequest) -> pb.ListFindingsResponse:
        page, point = paging.page(request, tuple[date, str]), local_id("point", request.point, call.tenant)
        async with acting_in(self._agency, call) as acting:
            wanted = store.Findings(
                points=narrowed(acting.actor, point),
                inspection=local_id("inspection", request.inspection, call.tenant),
                state=State(request.state) if request.state else None,
                overdue=acting.today if request.overdue else None,
                descending=request.order_by == "mend_by desc",
            )
            found = await store.page_of_findings(acting.tx, wanted, page.after, page.limit)
            shown, more = page.cut(found, lambda finding: (finding.mend_by, finding.id))
            findings = [encode_finding(call.tenant, each, acting.today, {}) for each in shown]
        return pb.ListFindingsResponse(findings=findings, next_page_token=more)

    async def mend_finding(self, call: Call, request: pb.MendFindingRequest) -> pb.MendFindingResponse:
        text = read_text("text", request.text)
        async with acting_in(self._agency, call) as acting:
            finding = await mend_finding(acting, _id(call, request.name), text)
            return pb.MendFindingResponse(finding=await _shown(acting, finding))

    async def confirm_finding(self, call: Call, request: pb.ConfirmFindingRequest) -> pb.ConfirmFindingResponse:
        async with acting_in(self._agency, call) as acting:
            finding = await confirm_finding(acting, _id(call, request.name))
            return pb.ConfirmFindingResponse(finding=await _shown(acting, finding))

    async def send_back_finding(self, call: Call, request: pb.SendBackFindingRequest) -> pb.SendBackFindingResponse:
        reason, mend_by = read_text("reason", request.reason), read_day("mend_by", request.mend_by)
        async with acting_in(self._agency, call) as acting:
            finding = await send_back_finding(acting, _id(call, request.name), reason, mend_by)
            return pb.SendBackFindingResponse(finding=await _shown(acting, finding))


def _visit(call: Call, request: pb.CreateInspectionRequest) -> Visit:
    return Visit(
        point=local_id("point", request.point, call.tenant),
        date=read_past_day("date", request.date, call.now),
        standards=request.standards_version,
        results=[Noted(Result(each.check, Verdict(each.verdict)), each.note.strip()) for each in request.results],
        grade=request.grade,
        findings=[
            Draft(
                read_text(f"findings[{index}].text", each.text),
                read_day(f"findings[{index}].mend_by", each.mend_by),
            )
            for index, each in enumerate(request.findings)
        ],
        follows=local_id("follows", request.follows, call.tenant) or None,
    )


async def _whole(acting: Acting, inspection: Inspection) -> pb.Inspection:
    """An inspection with its results, its findings and their texts."""
    tx, tenant = acting.tx, acting.tx.tenant
    findings = await store.findings_of(tx, inspection.id)
    opened = await _opened(acting, inspection, roles_of(inspection, findings))
    shown = encode_inspection(tenant, inspection, sum(each.state in UNSETTLED for each in findings))
    shown.results.extend(encode_results(inspection, opened))
    shown.findings.extend(encode_finding(tenant, each, acting.today, opened) for each in findings)
    return shown


async def _shown(acting: Acting, finding: Finding) -> pb.Finding:
    """A finding with its texts."""
    opened = await _opened(acting, await acting.inspection(finding.inspection), roles_of_findings([finding]))
    return encode_finding(acting.tx.tenant, finding, acting.today, opened)


async def _opened(acting: Acting, inspection: Inspection, roles: Collection[str]) -> Mapping[str, str]:
    """What of these texts is meant for the actor; the county reads in towns what it found itself."""
    own = inspection.kind is InspectorKind.COUNTY_DISCIPLINE
    if not (own or reads_sealed(acting.actor, acting.tx.tenant)):
        return {}
    return await texts.last(acting.tx, acting.agency.sealer, inspection.id, roles)


def _id(call: Call, name: str) -> str:
    return local_id("name", name, call.tenant)
