"""What people do with cases, as the tests of cases tell it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minshao.agency import v1 as pb

from tests.integration.agency.house import House

PHONE, IDENTITY_NUMBER = "13809140001", "11010519491231002X"
"""The identity number is the example of GB 11643."""


def application(house: House, item: str = "SH-01", slug: str = "village", **facts: Any) -> pb.CreateCaseRequest:
    """What somebody applies for at a point, with everything that is required."""
    request = pb.CreateCaseRequest(
        parent=f"tenants/{house.town}",
        point=house.point(slug),
        item=item,
        applicant=pb.Case.Applicant(name="张三", phone=PHONE, identity_number=IDENTITY_NUMBER),
    )
    for field, value in facts.items():
        if isinstance(value, list):
            getattr(request, field).extend(value)
        elif field == "applicant":
            request.applicant.CopyFrom(value)
        else:
            setattr(request, field, value)
    return request


async def required(house: House, item: str = "SH-01") -> list[str]:
    """What the item requires."""
    found = await house("citizen", pb.GetItemRequest(name=f"tenants/{house.town}/items/{item}"))
    return [material.name for material in found.item.content.materials if material.required]


async def received(house: House, item: str = "SH-01", login: str = "agent", **facts: Any) -> pb.Case:
    """A case that has come in, with all materials unless the facts say otherwise."""
    facts.setdefault("brought", await required(house, item))
    case: pb.Case = (await house(login, application(house, item, **facts))).case
    return case


async def accepted(house: House, item: str = "SH-01") -> pb.Case:
    case = await received(house, item)
    shown: pb.Case = (await house("agent", pb.AcceptCaseRequest(name=case.name))).case
    return shown


async def done(house: House, login: str, case: pb.Case, slug: str, tenant: str = "") -> pb.Case:
    """A desk has done its part."""
    unit = f"tenants/{tenant or house.town}/units/{house.unit(slug, tenant)}"
    shown: pb.Case = (await house(login, pb.CompletePartRequest(name=case.name, desk=unit))).case
    return shown


async def at_county(house: House) -> pb.Case:
    """A joint case that has come to its two departments."""
    case = await accepted(house)
    await done(house, "agent", case, "village")
    return await done(house, "clerk", case, "service-centre")


async def followed(house: House, code: str) -> pb.CaseView:
    """What the applicant sees by the receipt code."""
    view: pb.CaseView = (await house("citizen", pb.FollowCaseRequest(parent=f"tenants/{house.town}", code=code))).view
    return view


def stamps(links: Iterable[pb.CaseLink]) -> dict[str, list[tuple[str, str, str]]]:
    """Who stamped each link, with what was said and the slug of the desk; without the links that have no stamp."""
    return {
        pb.CaseLink.Kind.Name(link.kind).removeprefix("KIND_"): [
            (each.actor.rpartition("/")[2], each.title, each.desk.rpartition(".")[2]) for each in link.stamps
        ]
        for link in links
        if link.stamps
    }
