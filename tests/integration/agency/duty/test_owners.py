"""No one's case: who goes leaves no open case to nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from minshao.agency import v1 as pb

from services.common.access import Grant, Role
from tests.integration.agency.cases.steps import application, required
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.duty.people import OF_COUNTY, account, change, grants_of
from tests.integration.agency.duty.steps import case_of, check_in, declare, no_ones, shown
from tests.integration.agency.house import House

DISABLED, ROLE_LOST = pb.CaseHandedOver.WHY_DISABLED, pb.CaseHandedOver.WHY_ROLE_LOST


async def test_the_cases_of_an_account_that_was_disabled_go_to_who_is_on_duty(office: House) -> None:
    case = await case_of(office)
    decided = await case_of(office)
    await office(
        "agent", pb.DecideCaseRequest(name=decided.name, outcome=pb.Case.OUTCOME_WITHDRAWN, reason="申请人撤回。")
    )
    await check_in(office, "colleague")

    await change(office, "agent", *grants_of(office)["agent"], revision=2, disabled=True)

    assert (await shown(office, case)).owner == account(office, "colleague")
    assert (await shown(office, decided)).owner == account(office, "agent")
    [event] = await office.events(pb.CaseHandedOver)
    assert (event.case.case, event.why) == (case.name, DISABLED)
    assert (event.from_owner, event.to) == (account(office, "agent"), account(office, "colleague"))
    assert await no_ones(office) == []


async def test_so_do_those_of_an_account_without_a_role_in_the_agency(office: House) -> None:
    case = await case_of(office)

    await change(office, "agent", Grant(Role.UNIT_OFFICER, office.unit("village")), revision=2)

    assert (await shown(office, case)).owner == account(office, "colleague")
    assert [event.why for event in await office.events(pb.CaseHandedOver)] == [ROLE_LOST]


async def test_who_works_at_another_point_from_now_on_answers_for_their_cases_still(office: House) -> None:
    case = await case_of(office)

    await change(office, "agent", Grant(Role.AGENT, office.unit("community")), revision=2)

    assert (await shown(office, case)).owner == account(office, "agent")
    assert await office.events(pb.CaseHandedOver) == []


async def test_where_nobody_is_at_the_point_a_clerk_of_the_town_answers_even_an_absent_one(office: House) -> None:
    case = await case_of(office)
    await declare(office, "second-clerk", "clerk")
    await declare(office, "clerk", "second-clerk", begins=3)
    office.clock.set(office.clock.now() + timedelta(days=3))
    for login in ("colleague", "second-clerk", "agent"):
        await change(office, login, revision=2, disabled=True)

    assert (await shown(office, case)).owner == account(office, "clerk")
    assert await no_ones(office) == []


async def test_what_the_last_one_left_goes_to_the_first_who_comes(office: House) -> None:
    case = await case_of(office)
    for login in ("colleague", "neighbour", "clerk", "second-clerk", "agent"):
        await change(office, login, revision=2, disabled=True)
    assert await no_ones(office) == [case.name]
    assert (await shown(office, case)).owner == account(office, "agent")

    await change(office, "neighbour", *grants_of(office)["neighbour"], revision=3)

    assert (await shown(office, case)).owner == account(office, "neighbour")
    assert await no_ones(office) == []


async def test_a_case_that_was_being_received_while_its_owner_went_is_looked_for_once_more(office: House) -> None:
    await change(office, "agent", revision=2, disabled=True)
    case = await case_of(office)  # the call had been admitted before

    await sweep_at(office, office.clock.now() + timedelta(minutes=2))

    assert (await shown(office, case)).owner == account(office, "colleague")


async def test_at_a_window_a_colleague_answers_and_where_there_is_none_another_window(office: House) -> None:
    brought = await required(office, OF_COUNTY)
    point = office.point("civil-affairs", office.county)
    request = application(office, OF_COUNTY, parent=f"tenants/{office.county}", point=point, brought=brought)
    case = (await office("county-window", request)).case

    async def owner() -> str:
        return str((await office("county-finance", pb.GetCaseRequest(name=case.name))).case.owner)

    await change(office, "county-window", revision=2, disabled=True)
    assert await owner() == account(office, "county-second")
    await change(office, "county-second", revision=2, disabled=True)
    assert await owner() == account(office, "county-finance")
    assert await no_ones(office, "county-finance") == []


@pytest.mark.parametrize("to", ["colleague", "clerk"])
async def test_what_somebody_was_asked_to_take_can_still_be_taken_from_who_came_in_their_place(
    office: House, to: str
) -> None:
    case = await case_of(office)
    await office("agent", pb.OfferCaseRequest(name=case.name, to=account(office, to)))

    await change(office, "agent", revision=2, disabled=True)

    after = await shown(office, case)
    assert (after.owner, after.offered_to) == (
        account(office, "colleague"),
        "" if to == "colleague" else account(office, to),
    )
