"""The way into office, as the tests of supervisors go it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minshao.watch import v1 as pb

from tests.integration.watch.house import House

PEOPLE = ("王磊", "张三", "李四", "赵五", "孙六", "周七", "吴八", "郑九", "冯十", "陈十一")


def a_nomination(house: House, person: str = "王磊", slug: str = "village", **facts: Any) -> pb.CreateNominationRequest:
    """What a branch secretary enters after the branch meeting."""
    fields: dict[str, Any] = {
        "parent": house.town.name,
        "unit": house.town.unit_name(slug),
        "person": person,
        "meeting_date": "2026-09-01",
        "meeting_record": "支部党员大会一致同意提名。",
        **facts,
    }
    return pb.CreateNominationRequest(**fields)


async def nominated(house: House, person: str = "王磊", slug: str = "village", **facts: Any) -> pb.Nomination:
    secretary = "village-secretary" if slug == "village" else "finance-secretary"
    response = await house(secretary, a_nomination(house, person, slug, **facts))
    nomination: pb.Nomination = response.nomination
    return nomination


async def approved(house: House, person: str = "王磊", slug: str = "village", **facts: Any) -> pb.Nomination:
    nomination = await nominated(house, person, slug, **facts)
    response = await house("party", pb.ApproveNominationRequest(name=nomination.name, examination="符合条件。"))
    decided: pb.Nomination = response.nomination
    return decided


async def appointed(house: House, person: str = "王磊", slug: str = "village", **facts: Any) -> pb.Supervisor:
    nomination = await approved(house, person, slug, **facts)
    response = await house("party", pb.AppointSupervisorRequest(name=nomination.name))
    supervisor: pb.Supervisor = response.supervisor
    return supervisor


async def listed(house: House, login: str = "discipline-1", **query: Any) -> Sequence[pb.Supervisor]:
    response = await house(login, pb.ListSupervisorsRequest(parent=house.town.name, **query))
    supervisors: Sequence[pb.Supervisor] = response.supervisors
    return supervisors
