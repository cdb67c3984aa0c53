"""Conduct appraisal: a round over points, forms by who filled them in, a result for each point."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.agency import v1 as pb

from services.common.errors import Denied, IllegalMove, Invalid, NotFound, Refused
from tests.integration.agency.house import House
from tests.integration.agency.records import pages, refused

Appraisal = pb.Appraisal
VOLUNTEERS, DEPUTIES = Appraisal.PARTICIPANTS_VOLUNTEERS, Appraisal.PARTICIPANTS_DEPUTIES


async def opened(house: House, *slugs: str, login: str = "party", date: str = "2026-09-01") -> Appraisal:
    points = [house.point(slug) for slug in slugs or ("village", "community")]
    request = pb.OpenAppraisalRequest(parent=f"tenants/{house.town}", date=date, points=points)
    found: Appraisal = (await house(login, request)).appraisal
    return found


def counting(house: House, appraisal: Appraisal, slug: str, who: Any, *count: int) -> pb.CountFormsRequest:
    satisfied, fair, dissatisfied = count
    return pb.CountFormsRequest(
        name=appraisal.name,
        point=house.point(slug),
        participants=who,
        satisfied=satisfied,
        fair=fair,
        dissatisfied=dissatisfied,
    )


async def counted(house: House) -> Appraisal:
    """A round whose forms are all there."""
    appraisal = await opened(house)
    await house("discipline", counting(house, appraisal, "village", VOLUNTEERS, 5, 3, 1))
    await house("discipline", counting(house, appraisal, "village", DEPUTIES, 2, 0, 1))
    await house("discipline", counting(house, appraisal, "community", DEPUTIES, 0, 1, 2))
    return appraisal


async def seen(house: House, login: str, appraisal: Appraisal) -> Appraisal:
    found: Appraisal = (await house(login, pb.GetAppraisalRequest(name=appraisal.name))).appraisal
    return found


def results(house: House, appraisal: Appraisal) -> dict[str, tuple[int, ...]]:
    return {
        each.point.rpartition("/")[2]: (each.satisfied, each.fair, each.dissatisfied, each.satisfied_percent)
        for each in appraisal.results
    }


async def test_a_round_that_is_closed_has_the_result_of_each_point(staff: House) -> None:
    appraisal = await counted(staff)

    closed = (await staff("party", pb.CloseAppraisalRequest(name=appraisal.name))).appraisal

    village, community = staff.unit("village"), staff.unit("community")
    assert closed.state == Appraisal.STATE_CLOSED
    assert results(staff, closed) == {village: (7, 3, 2, 83), community: (0, 1, 2, 33)}
    [event] = await staff.events(pb.AppraisalClosed)
    assert {each.point.rpartition("/")[2]: each.satisfied_percent for each in event.results} == {
        village: 83,
        community: 33,
    }


async def test_a_later_count_takes_the_place_of_an_earlier_one(staff: House) -> None:
    appraisal = await opened(staff, "village")
    await staff("party", counting(staff, appraisal, "village", VOLUNTEERS, 1, 0, 9))
    await staff("party", counting(staff, appraisal, "village", VOLUNTEERS, 9, 0, 1))

    closed = (await staff("party", pb.CloseAppraisalRequest(name=appraisal.name))).appraisal

    assert results(staff, closed) == {staff.unit("village"): (9, 0, 1, 90)}
    assert [event.satisfied for event in await staff.events(pb.AppraisalFormsCounted)] == [1, 9]


async def test_people_of_a_point_see_its_result_once_it_is_there_and_no_other(staff: House) -> None:
    appraisal = await counted(staff)
    open_one = await seen(staff, "agent", appraisal)

    await staff("party", pb.CloseAppraisalRequest(name=appraisal.name))
    closed = await seen(staff, "agent", appraisal)

    assert (len(open_one.results), len(open_one.forms)) == (0, 0)
    assert list(closed.points) == [staff.point("village")]
    assert (set(results(staff, closed)), len(closed.forms)) == ({staff.unit("village")}, 0)
    assert len((await seen(staff, "viewer", appraisal)).results) == 2
    assert len((await seen(staff, "discipline", appraisal)).forms) == 3


async def test_a_round_over_other_points_does_not_exist(staff: House) -> None:
    appraisal = await opened(staff, "community")

    with pytest.raises(NotFound):
        await seen(staff, "agent", appraisal)
    assert await pages(staff, "agent", pb.ListAppraisalsRequest(parent=f"tenants/{staff.town}")) == []


async def test_rounds_are_listed_by_day_point_and_state(staff: House) -> None:
    late = await opened(staff, "village")
    early = await opened(staff, "community", date="2026-08-01")
    parent = f"tenants/{staff.town}"

    async def listed(**wanted: Any) -> list[str]:
        return [each.name for each in await pages(staff, "clerk", pb.ListAppraisalsRequest(parent=parent, **wanted))]

    assert await listed() == [late.name, early.name]
    assert await listed(order_by="date") == [early.name, late.name]
    assert await listed(point=staff.point("community")) == [early.name]
    assert await listed(state=Appraisal.STATE_CLOSED) == []


async def test_it_is_not_closed_while_a_point_has_no_form_nor_counted_afterwards(staff: House) -> None:
    appraisal = await opened(staff)
    await staff("party", counting(staff, appraisal, "village", VOLUNTEERS, 1, 0, 0))
    async with refused(staff, Refused, "NO_FORMS"):
        await staff("party", pb.CloseAppraisalRequest(name=appraisal.name))
    await staff("party", counting(staff, appraisal, "community", VOLUNTEERS, 1, 0, 0))
    await staff("party", pb.CloseAppraisalRequest(name=appraisal.name))

    async with refused(staff, IllegalMove):
        await staff("party", counting(staff, appraisal, "village", VOLUNTEERS, 1, 0, 0))
    async with refused(staff, IllegalMove):
        await staff("party", pb.CloseAppraisalRequest(name=appraisal.name))


async def test_what_cannot_be_is_refused(staff: House) -> None:
    appraisal = await opened(staff, "village")

    async with refused(staff, Invalid, "point"):
        await staff("party", counting(staff, appraisal, "community", VOLUNTEERS, 1, 0, 0))
    async with refused(staff, Invalid, "satisfied"):
        await staff("party", counting(staff, appraisal, "village", VOLUNTEERS, 0, 0, 0))
    async with refused(staff, Invalid, "satisfied"):
        await staff("party", counting(staff, appraisal, "village", VOLUNTEERS, -1, 0, 0))
    async with refused(staff, Invalid, "date"):
        await opened(staff, date="2026-09-02")
    async with refused(staff, NotFound, "NO_POINT"):
        await opened(staff, "finance")
    async with refused(staff, Denied, "NOT_OWN_TENANT"):
        await opened(staff, login="commission")
