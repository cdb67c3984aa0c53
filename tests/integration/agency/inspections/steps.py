"""What inspectors and the people of a point do, as tests tell it."""

from __future__ import annotations

from typing import Any

from minshao.agency import v1 as pb

from deploy.local.standards import publication
from tests.integration.agency.house import House

CHECKS = [check.code for part in ("six_haves", "ten_ones") for check in getattr(publication().content, part)]

Result = pb.Inspection.Result
MET, NOT_MET, NOT_APPLICABLE = Result(verdict=1).verdict, Result(verdict=2).verdict, Result(verdict=3).verdict


def results(**verdicts: pb.Inspection.Verdict.ValueType) -> list[Result]:
    """Everything is met, but for what is said otherwise: `LY_01=NOT_MET`."""
    return [Result(check=code, verdict=verdicts.get(code.replace("-", "_"), MET)) for code in CHECKS]


def draft(text: str = "公示栏内容过期。", mend_by: str = "2026-09-11") -> pb.CreateInspectionRequest.Draft:
    return pb.CreateInspectionRequest.Draft(text=text, mend_by=mend_by)


def visit(house: House, slug: str = "village", tenant: str = "", **facts: Any) -> pb.CreateInspectionRequest:
    """What an inspector writes down on the day."""
    tenant = tenant or house.town
    fields: dict[str, Any] = {
        "parent": f"tenants/{tenant}",
        "point": house.point(slug, tenant),
        "date": str(house.clock.now().date()),
        "results": results() if tenant == house.town else [],
        "grade": 4,
        **facts,
    }
    return pb.CreateInspectionRequest(**fields)


async def inspected(
    house: House, login: str = "discipline", slug: str = "village", tenant: str = "", **facts: Any
) -> pb.Inspection:
    inspection: pb.Inspection = (await house(login, visit(house, slug, tenant, **facts))).inspection
    return inspection


async def found(house: House, login: str = "discipline", **facts: Any) -> pb.Finding:
    """The one finding of an inspection of the village's room."""
    inspection = await inspected(house, login, findings=[draft(**facts)])
    return inspection.findings[0]


async def mended(house: House, finding: pb.Finding, login: str = "agent", text: str = "已经更换。") -> pb.Finding:
    after: pb.Finding = (await house(login, pb.MendFindingRequest(name=finding.name, text=text))).finding
    return after


async def confirmed(house: House, finding: pb.Finding, login: str = "discipline") -> pb.Finding:
    after: pb.Finding = (await house(login, pb.ConfirmFindingRequest(name=finding.name))).finding
    return after


async def sent_back(
    house: House, finding: pb.Finding, login: str = "discipline", mend_by: str = "2026-09-18"
) -> pb.Finding:
    request = pb.SendBackFindingRequest(name=finding.name, reason="仍是旧版。", mend_by=mend_by)
    after: pb.Finding = (await house(login, request)).finding
    return after
