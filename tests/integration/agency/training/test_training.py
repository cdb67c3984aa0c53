"""Trainings: what about, how long, and who came, with an account or by name."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.agency import v1 as pb

from services.common.errors import Denied, Invalid, NotFound
from tests.integration.agency.house import House
from tests.integration.agency.records import account, pages, refused


async def held(house: House, login: str = "clerk", tenant: str = "", **facts: Any) -> pb.Training:
    given = {
        "date": "2026-09-01",
        "topic": "一次性告知怎么写",
        "minutes": 90,
        "attendees": [account(house, "agent")],
        **facts,
    }
    request = pb.RecordTrainingRequest(parent=f"tenants/{tenant or house.town}", **given)
    found: pb.Training = (await house(login, request)).training
    return found


async def seen(house: House, login: str, training: pb.Training) -> pb.Training:
    found: pb.Training = (await house(login, pb.GetTrainingRequest(name=training.name))).training
    return found


async def listed(house: House, login: str, **wanted: Any) -> list[str]:
    request = pb.ListTrainingsRequest(parent=f"tenants/{house.town}", **wanted)
    return [each.name for each in await pages(house, login, request)]


async def test_a_training_is_recorded_with_who_came(staff: House) -> None:
    training = await held(
        staff, guests=["李 四", "王五"], attendees=[account(staff, "agent"), account(staff, "window")]
    )

    assert (training.topic, training.minutes, training.attendee_count) == ("一次性告知怎么写", 90, 4)
    assert list((await seen(staff, "party", training)).guests) == ["李 四", "王五"]
    [event] = await staff.events(pb.TrainingHeld)
    assert (list(event.attendees), event.guest_count) == ([account(staff, "agent"), account(staff, "window")], 2)
    assert len(event.guests.mac) == 32
    assert "李" not in str(event)


async def test_people_of_points_see_what_they_came_to_and_not_who_else(staff: House) -> None:
    training = await held(staff, attendees=[account(staff, "agent"), account(staff, "volunteer")], guests=["李四"])

    own = await seen(staff, "agent", training)

    assert (list(own.attendees), list(own.guests), own.attendee_count) == ([account(staff, "agent")], [], 3)
    with pytest.raises(NotFound):
        await seen(staff, "neighbour", training)
    assert await listed(staff, "neighbour") == []
    assert await listed(staff, "agent") == [training.name]
    assert await listed(staff, "agent", attendee=account(staff, "volunteer")) == []


async def test_the_county_has_a_towns_training_without_names(staff: House) -> None:
    training = await held(staff, guests=["李四"])

    above = await seen(staff, "commission", training)

    assert (above.attendee_count, list(above.guests)) == (2, [])


async def test_trainings_are_listed_by_days_and_by_who_came(staff: House) -> None:
    late = (await held(staff)).name
    early = (await held(staff, date="2026-08-01", attendees=[account(staff, "neighbour")])).name

    assert await listed(staff, "clerk") == [late, early]
    assert await listed(staff, "clerk", order_by="date") == [early, late]
    assert await listed(staff, "clerk", first_day="2026-08-02") == [late]
    assert await listed(staff, "clerk", last_day="2026-08-02") == [early]
    assert await listed(staff, "discipline", attendee=account(staff, "neighbour")) == [early]


async def test_the_county_trains_people_of_its_towns(staff: House) -> None:
    training = await held(staff, "commission", staff.county)

    assert list(training.attendees) == [account(staff, "agent")]
    async with refused(staff, Denied, "NOT_OWN_TENANT"):
        await held(staff, "commission")


async def test_what_cannot_be_is_refused(staff: House) -> None:
    async with refused(staff, Invalid, "date"):
        await held(staff, date="2026-09-02")
    async with refused(staff, Invalid, "attendees"):
        await held(staff, attendees=[])
    async with refused(staff, Invalid, "minutes"):
        await held(staff, minutes=0)
    async with refused(staff, Invalid, "guests"):
        await held(staff, guests=["123"])
    async with refused(staff, NotFound):
        await held(staff, attendees=[f"tenants/{staff.town}/accounts/nobody"])
    async with refused(staff, Invalid, "OTHER_TENANT"):
        await held(staff, attendees=["tenants/110101001/accounts/agent"])
    assert await listed(staff, "clerk") == []
