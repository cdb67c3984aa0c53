"""What people ask of assessments, as the tests of them tell it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeAlias

from minshao.agency import v1 as pb

from tests.integration.agency.cases.steps import application, required
from tests.integration.agency.house import House

OFFICER, POINT = pb.AssessedSubject.KIND_OFFICER, pb.AssessedSubject.KIND_POINT
TOWN, DEPARTMENT = pb.AssessedSubject.KIND_TOWN, pb.AssessedSubject.KIND_DEPARTMENT

Kind: TypeAlias = "pb.AssessedSubject.Kind.ValueType"


async def advised(house: House, login: str = "agent", slug: str = "village", tenant: str = "") -> pb.Case:
    """A case that was done on the spot."""
    case: pb.Case = (await house(login, application(house, "QT-01", slug))).case
    return await granted(house, case, login)


async def granted(house: House, case: pb.Case, login: str = "agent") -> pb.Case:
    decision = pb.DecideCaseRequest(name=case.name, outcome=pb.Case.OUTCOME_GRANTED, reason="已经办好。")
    decided: pb.Case = (await house(login, decision)).case
    return decided


async def refused_case(house: House, login: str = "agent", slug: str = "village", item: str = "SH-04") -> pb.Case:
    """A case that was accepted, and refused on the same day."""
    brought = await required(house, item)
    case: pb.Case = (await house(login, application(house, item, slug, brought=brought))).case
    await house(login, pb.AcceptCaseRequest(name=case.name))
    decision = pb.DecideCaseRequest(
        name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    decided: pb.Case = (await house(login, decision)).case
    return decided


async def figures(
    house: House, login: str, kind: Kind, tenant: str = "", **asked: Any
) -> dict[str, pb.AssessmentFigures]:
    """The figures on one page, by the title of the subject, in the order of the page."""
    if not asked.keys() & {"period", "assessment"}:
        asked["period"] = "2026-09"
    answer = await house(login, pb.ListFiguresRequest(parent=f"tenants/{tenant or house.town}", kind=kind, **asked))
    return {each.title: each.figures for each in answer.subjects}


async def explained(
    house: House, login: str, kind: Kind, subject: str, figure: str, period: str = "2026-09"
) -> list[str]:
    """The numbers of the cases behind a figure."""
    request = pb.ExplainFigureRequest(
        parent=f"tenants/{house.town}", kind=kind, subject=subject, figure=figure, period=period
    )
    return [case.number for case in (await house(login, request)).cases]


def next_month(house: House) -> datetime:
    return house.clock.now() + timedelta(days=31)


async def published(house: House, login: str = "party", period: str = "2026-09", **facts: Any) -> pb.Assessment:
    facts.setdefault("parent", f"tenants/{house.town}")
    answer = await house(login, pb.PublishAssessmentRequest(period=period, **facts))
    assessment: pb.Assessment = answer.assessment
    return assessment


def reward(house: House, assessment: pb.Assessment, **facts: Any) -> pb.RecordConsequenceRequest:
    """A commendation of the village's agent."""
    facts.setdefault("subject_kind", OFFICER)
    facts.setdefault("subject", house.claims["agent"].subject)
    return pb.RecordConsequenceRequest(
        assessment=assessment.name,
        kind=facts.pop("kind", pb.Consequence.KIND_COMMENDED),
        ground=facts.pop("ground", "全年零超期，群众李大娘送来锦旗。"),
        decider=facts.pop("decider", "镇党委会议"),
        decide_date=facts.pop("decide_date", str(house.clock.now().date())),
        **facts,
    )
