"""Inspections and findings as the contract shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import minshao.agency.v1 as pb

from services.agency.inspections import texts
from services.agency.inspections.acting import finding_name, inspection_name
from services.agency.inspections.domain.finding import Finding
from services.agency.inspections.domain.inspection import Inspection
from services.agency.standards.encoding import standards_name
from services.agency.volunteers.use_cases import volunteer_name
from services.common.instants import stamp


def encode_inspection(tenant: str, inspection: Inspection, open_findings: int) -> pb.Inspection:
    """An inspection as a list shows it."""
    return pb.Inspection(
        name=inspection_name(tenant, inspection.id),
        point=f"tenants/{tenant}/points/{inspection.point}",
        inspector=inspection.inspector,
        inspector_kind=pb.Inspection.InspectorKind.ValueType(inspection.kind),
        volunteer=volunteer_name(tenant, inspection.volunteer) if inspection.volunteer else "",
        date=str(inspection.date),
        standards=standards_name(tenant, inspection.standards) if inspection.standards else "",
        grade=inspection.grade,
        follows=inspection_name(tenant, inspection.follows) if inspection.follows else "",
        create_time=stamp(inspection.create_time),
        open_finding_count=open_findings,
    )


def encode_finding(tenant: str, finding: Finding, today: date, opened: Mapping[str, str]) -> pb.Finding:
    """A finding, with those of its texts that were opened, by their roles."""
    return pb.Finding(
        name=finding_name(tenant, finding.id),
        inspection=inspection_name(tenant, finding.inspection),
        point=f"tenants/{tenant}/points/{finding.point}",
        state=pb.Finding.State.ValueType(finding.state),
        text=opened.get(texts.found(finding.id), ""),
        mend_by=str(finding.mend_by),
        overdue=finding.overdue(today),
        late=finding.late or finding.overdue(today),
        mending=opened.get(texts.mending(finding.id), ""),
        mender=finding.mender or "",
        mend_time=stamp(finding.mend_time),
        objection=opened.get(texts.objection(finding.id), ""),
        confirmer=finding.confirmer or "",
        confirm_time=stamp(finding.confirm_time),
    )


def encode_results(inspection: Inspection, opened: Mapping[str, str]) -> list[pb.Inspection.Result]:
    """The results, with those of the notes that were opened."""
    return [
        pb.Inspection.Result(
            check=each.check,
            verdict=pb.Inspection.Verdict.ValueType(each.verdict),
            note=opened.get(texts.note(each.check), ""),
        )
        for each in sorted(inspection.results, key=lambda result: result.check)
    ]


def roles_of(inspection: Inspection, findings: Sequence[Finding]) -> Collection[str]:
    """The roles of all texts of an inspection."""
    return [*(texts.note(each.check) for each in inspection.results), *roles_of_findings(findings)]


def roles_of_findings(findings: Sequence[Finding]) -> Collection[str]:
    of_each = (texts.found, texts.mending, texts.objection)
    return [role(finding.id) for finding in findings for role in of_each]
