"""Accountability: the officer is heard before anything is decided, and the level that opened a case decides it."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.agency import v1 as pb

from services.common.errors import Denied, IllegalMove, Invalid, NotFound, Refused
from tests.integration.agency.house import House
from tests.integration.agency.items.catalogue import publish
from tests.integration.agency.records import account, pages, refused
from tests.unit.watch.reports.builders import local

Accountability = pb.AccountabilityCase


def opening(house: House, **facts: Any) -> pb.OpenAccountabilityCaseRequest:
    given = {
        "point": house.point("village"),
        "officer": account(house, "agent"),
        "ground": Accountability.GROUND_ONE_NOTICE,
        "facts": "让张三跑了三趟。",
        "hear_until": "2026-09-04",
        **facts,
    }
    return pb.OpenAccountabilityCaseRequest(parent=f"tenants/{house.town}", **given)


async def opened(house: House, login: str = "discipline", **facts: Any) -> Accountability:
    found: Accountability = (await house(login, opening(house, **facts))).accountability_case
    return found


async def seen(house: House, login: str, case: Accountability) -> Accountability:
    request = pb.GetAccountabilityCaseRequest(name=case.name)
    found: Accountability = (await house(login, request)).accountability_case
    return found


async def listed(house: House, login: str, **wanted: Any) -> list[str]:
    request = pb.ListAccountabilityCasesRequest(parent=f"tenants/{house.town}", **wanted)
    return [each.name for each in await pages(house, login, request)]


def view(case: Accountability) -> pb.StateViewRequest:
    return pb.StateViewRequest(name=case.name, statement="材料清单当时没有更新。")


def decision(case: Accountability, measure: Any = Accountability.MEASURE_CRITICISM) -> Any:
    return pb.DecideAccountabilityCaseRequest(name=case.name, measure=measure, reason="情况属实。")


async def test_an_officer_is_heard_and_then_a_measure_is_taken(staff: House) -> None:
    case = await opened(staff)
    heard = (await staff("agent", view(case))).accountability_case

    decided = (await staff("discipline", decision(case))).accountability_case

    assert (case.state, heard.state, decided.state) == (1, 2, 3)
    assert (heard.facts, heard.statement) == ("让张三跑了三趟。", "材料清单当时没有更新。")
    assert (decided.measure, decided.decider) == (Accountability.MEASURE_CRITICISM, account(staff, "discipline"))
    assert (await seen(staff, "agent", case)).reason == "情况属实。"
    [event] = await staff.events(pb.AccountabilityDecided)
    assert (event.officer, event.ground, event.unit) == (account(staff, "agent"), 1, staff.unit("village"))
    assert len(event.reason.mac) == 32


async def test_nothing_is_decided_unheard_as_long_as_a_view_can_be_stated(staff: House) -> None:
    case = await opened(staff)
    staff.clock.set(local(2026, 9, 4))

    async with refused(staff, Refused, "NOT_HEARD"):
        await staff("discipline", decision(case))

    staff.clock.set(local(2026, 9, 5))
    decided = (await staff("discipline", decision(case))).accountability_case
    assert decided.state == Accountability.STATE_DECIDED


async def test_a_case_is_dropped_without_a_measure_and_then_nothing_more_is_said(staff: House) -> None:
    case = await opened(staff)

    dropped = (await staff("discipline", decision(case, None))).accountability_case

    assert dropped.state == Accountability.STATE_DROPPED
    assert len(await staff.events(pb.AccountabilityDropped)) == 1
    async with refused(staff, IllegalMove):
        await staff("agent", view(case))
    async with refused(staff, IllegalMove):
        await staff("discipline", decision(case))


async def test_a_view_is_stated_once_and_only_by_the_officer(staff: House) -> None:
    case = await opened(staff)

    for login in ("neighbour", "clerk"):
        async with refused(staff, NotFound):
            await staff(login, view(case))
    await staff("agent", view(case))
    async with refused(staff, IllegalMove):
        await staff("agent", view(case))


async def test_what_the_town_opened_the_county_sees_without_texts_and_does_not_decide(staff: House) -> None:
    case = await opened(staff)

    above = await seen(staff, "commission", case)

    assert (above.officer, above.facts) == (account(staff, "agent"), "")
    async with refused(staff, Denied, "NOT_DECIDER"):
        await staff("commission", decision(case, None))
    for login in ("neighbour", "clerk", "window"):
        with pytest.raises(NotFound):
            await seen(staff, login, case)
        assert await listed(staff, login) == []


async def test_what_the_county_opened_is_hidden_from_the_town_but_for_the_officer(staff: House) -> None:
    case = await opened(staff, "commission")

    assert (await seen(staff, "commission", case)).facts == (await seen(staff, "agent", case)).facts != ""
    assert await listed(staff, "commission") == await listed(staff, "agent") == [case.name]
    assert await listed(staff, "discipline") == []
    async with refused(staff, NotFound):
        await staff("discipline", decision(case, None))
    [event] = await staff.events(pb.AccountabilityOpened)
    assert event.visible_to == 3


async def test_lists_are_by_point_officer_and_state_without_texts(staff: House) -> None:
    first = await opened(staff)
    other = await opened(staff, officer=account(staff, "neighbour"), point=staff.point("community"))
    await staff("discipline", decision(other, None))

    assert set(await listed(staff, "discipline")) == {first.name, other.name}
    assert await listed(staff, "discipline", point=staff.point("village")) == [first.name]
    assert await listed(staff, "discipline", officer=account(staff, "neighbour")) == [other.name]
    assert await listed(staff, "discipline", state=Accountability.STATE_OPENED) == [first.name]
    shown = await staff("discipline", pb.ListAccountabilityCasesRequest(parent=f"tenants/{staff.town}"))
    assert {each.facts for each in shown.accountability_cases} == {""}


async def test_it_links_the_cases_that_it_is_about(staff: House) -> None:
    await publish(staff, "QT-01")
    applicant = pb.Case.Applicant(name="张三", phone="13809140001")
    application = pb.CreateCaseRequest(
        parent=f"tenants/{staff.town}", point=staff.point("village"), item="QT-01", applicant=applicant
    )
    about = (await staff("agent", application)).case.name

    case = await opened(staff, cases=[about])

    assert list(case.cases) == [about]
    async with refused(staff, NotFound, "NO_CASE"):
        await opened(staff, cases=[f"tenants/{staff.town}/cases/{'0' * 32}"])


async def test_what_cannot_be_opened_is_refused(staff: House) -> None:
    async with refused(staff, Invalid, "hear_until"):
        await opened(staff, hear_until="2026-09-03")
    async with refused(staff, Invalid, "hear_until"):
        await opened(staff, hear_until="2027-03-01")
    async with refused(staff, Refused, "NOT_ITS_OFFICER"):
        await opened(staff, officer=account(staff, "neighbour"))
    async with refused(staff, NotFound, "NO_POINT"):
        await opened(staff, point=staff.point("finance"))
    async with refused(staff, Invalid, "facts"):
        await opened(staff, facts=" ")
    async with refused(staff, Invalid, "ground"):
        await opened(staff, ground=0)
    async with refused(staff, Denied, "OWN_CASE"):
        await opened(staff, officer=account(staff, "discipline"))
    assert await listed(staff, "discipline") == []
