"""What people do with reports, as the tests of reports tell it."""

from __future__ import annotations

from typing import Any

from minshao.watch import v1 as pb

from services.common.access import Role
from tests.integration.watch.house import House
from tests.integration.watch.supervisors.steps import appointed
from tests.luonan_town import CITIZEN

CLERK, NOBODY = "village-officer", ""
"""About whom a report is: the one is handled by the village, and what is about nobody in particular by the town."""
SECRETARIES = {"village": "village-secretary", "finance": "finance-secretary"}


def a_telling(house: House, about: str = CLERK, **facts: Any) -> pb.CreateReportRequest:
    """What a citizen sends: an accusation, about a cadre where one is named."""
    fields: dict[str, Any] = {
        "parent": house.town.name,
        "unit": house.town.unit_name("village"),
        "kind": pb.Report.KIND_ACCUSATION,
        "matter": pb.Report.MATTER_NEGLECT_OF_DUTY,
        "reporter_mode": pb.Report.REPORTER_MODE_ANONYMOUS,
        "subject": pb.Subject(about="村干部", cadre=house.town.cadre(about) if about else ""),
        "text": "低保申请三个月没有答复。",
        **facts,
    }
    return pb.CreateReportRequest(**fields)


async def told(house: House, about: str = CLERK, *, by: str = "citizen", **facts: Any) -> pb.CreateReportResponse:
    """A report that was registered, with its receipt code."""
    house.town.claims.setdefault("citizen", CITIZEN)
    response: pb.CreateReportResponse = await house(by, a_telling(house, about, **facts))
    return response


async def filed(house: House, about: str = CLERK, *, by: str = "citizen", **facts: Any) -> str:
    """The name of a report that was registered."""
    return (await told(house, about, by=by, **facts)).report.name


async def investigated(house: House, name: str, decider: str = "village-secretary", officer: str = "") -> str:
    """An officer is named, and begins."""
    officer = officer or decider
    await house(decider, pb.AssignReportRequest(name=name, officer=house.town.account(officer)))
    await house(officer, pb.StartInvestigationRequest(name=name))
    return officer


async def answered(
    house: House, name: str, decider: str = "village-secretary", finding: str = "SUBSTANTIATED", text: str = "已办。"
) -> pb.Report:
    """From the registration to the answer."""
    officer = await investigated(house, name, decider)
    request = pb.AnswerReportRequest(name=name, finding=pb.Report.Finding.Value(f"FINDING_{finding}"), text=text)
    report: pb.Report = (await house(officer, request)).report
    return report


async def closed(house: House, name: str, decider: str = "village-secretary") -> pb.Report:
    """From the registration to the end."""
    await answered(house, name, decider)
    report: pb.Report = (await house(decider, pb.CloseReportRequest(name=name, confirmation="当面表示满意"))).report
    return report


async def shown(house: House, name: str, login: str = "county-1") -> pb.Report:
    report: pb.Report = (await house(login, pb.GetReportRequest(name=name))).report
    return report


async def history(house: House, name: str) -> list[str]:
    """The types of the entries in the ledger, without what they have in common."""
    timeline = await house("county-1", pb.GetTimelineRequest(name=name))
    return [entry.type.removeprefix("watch.report.") for entry in timeline.entries]


async def a_supervisor(house: House, login: str = "wanglei", person: str = "王磊") -> pb.Supervisor:
    """Somebody in office at the post of the village from today on."""
    account = await house.person(login, (Role.SUPERVISOR, house.town.unit("village")))
    return await appointed(house, person, account=account)
