"""What the agency tells, as the tests of what follows from it tell it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.watch import v1 as pb

from services.common.events import Event
from tests.called import told_of
from tests.integration.watch.house import House
from tests.unit.watch.reports.builders import local


def a_case(town: str, unit: str, id: str = "") -> agency.CaseReference:
    """A case that came in at the point of a unit."""
    id = id or uuid4().hex
    return agency.CaseReference(case=f"tenants/{town}/cases/{id}", number=f"景村代〔2026〕{id[:4]}号", unit=unit)


def late(
    town: str, unit: str, time: datetime, *, case: str = "", desk: str = "", desks: Iterable[str] = (), version: int = 1
) -> Event:
    """A case of a town was late: at one of its desks, or the whole of it, while `desks` had it."""
    reference = a_case(town, unit, case)
    told = agency.CaseOverdue(case=reference, desk=desk, desks=desks, visible_to=common.LEVEL_UNIT)
    return told_of(("case", reference.case.rpartition("/")[2]), town, told, time, version)


def bad_rating(town: str, unit: str, time: datetime, rating: str = "", due_date: str = "2026-09-08") -> Event:
    """How a case of a town was handled by a unit, at its point or its desk, was rated with one star."""
    id, kind = rating or uuid4().hex, agency.Rating.KIND_OVERALL
    told = agency.RatingBad(**_rated(town, unit, id), stars=1, kind=kind, due_date=due_date)
    return told_of(("rating", id), town, told, time, 2)


def follow_up(town: str, unit: str, time: datetime, rating: str, version: int = 3) -> Event:
    """A bad rating was answered."""
    return told_of(("rating", rating), town, agency.RatingFollowUpAnswered(**_rated(town, unit, rating)), time, version)


def moved(
    town: str,
    unit: str,
    time: datetime,
    rating: str,
    due_date: str,
    organ: agency.Rating.FollowUp.Organ.ValueType = agency.Rating.FollowUp.ORGAN_UNIT,
    version: int = 3,
) -> Event:
    """By another calendar a bad rating is to be answered until another day."""
    told = agency.RatingFollowUpMoved(
        **_rated(town, unit, rating), organ=organ, due_date=due_date, why="2026年9月7日雪灾放假（镇）"
    )
    return told_of(("rating", rating), town, told, time, version)


def _rated(town: str, unit: str, rating: str) -> dict[str, Any]:
    return {
        "rating": f"tenants/{town}/ratings/{rating}",
        "case": a_case(town, f"{town}203"),
        "unit": unit,
        "visible_to": common.LEVEL_UNIT,
    }


def midnight(day: int, month: int = 9) -> datetime:
    """When the cases of the day before are announced as late."""
    return local(2026, month, day, 0)


async def oversights(house: House, login: str = "discipline-1", tenant: str = "") -> list[pb.Oversight]:
    """Those in a tenant, in the order of their last days."""
    request = pb.ListOversightsRequest(parent=f"tenants/{tenant or house.town.code}", page_size=200)
    return list((await house(login, request)).oversights)
