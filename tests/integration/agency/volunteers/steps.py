"""The way into office of a volunteer supervisor, as tests go it."""

from __future__ import annotations

from typing import Any

from minshao.agency import v1 as pb

from tests.integration.agency.house import House


def asked(house: House, login: str = "deputy", slug: str = "village", **facts: Any) -> pb.AppointVolunteerRequest:
    """An appointment for a year from the first of September 2026 on."""
    home = house.claims[login].subject.partition("/accounts/")[0]
    fields: dict[str, Any] = {
        "parent": home,
        "person": "王磊",
        "standing": pb.Volunteer.STANDING_PEOPLES_DEPUTY,
        "account": house.claims[login].subject,
        "points": [house.point(slug, home.rpartition("/")[2])],
        "last_day": "2027-08-31",
        **facts,
    }
    return pb.AppointVolunteerRequest(**fields)


async def appointed(
    house: House, login: str = "deputy", slug: str = "village", by: str = "party", **facts: Any
) -> pb.Volunteer:
    volunteer: pb.Volunteer = (await house(by, asked(house, login, slug, **facts))).volunteer
    return volunteer
