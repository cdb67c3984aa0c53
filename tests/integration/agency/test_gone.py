"""People, points and windows that are gone: nobody waits for them, and nothing is due of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.agency.cases import transferring
from services.agency.points.officers import succeeding
from services.common.errors import Denied, NotFound, Refused
from tests.integration.agency.cases.steps import PHONE, accepted, at_county, done, received
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.duty.people import account, change, grants_of, staff
from tests.integration.agency.duty.steps import case_of, declare, plan, shown
from tests.integration.agency.house import LONG_AGO, House
from tests.integration.agency.records import refused


@pytest.fixture
async def office(house: House) -> House:
    await staff(house)
    return house


async def retire(house: House, slug: str, tenant: str = "") -> None:
    unit = house.unit_message(slug, tenant, revision=2, retire_time=LONG_AGO)
    await house.hear_in(tenant or house.town, gateway.UnitRetired(unit=unit))


async def in_hand(house: House) -> pb.Case:
    """A case that the village room has accepted."""
    return await accepted(house, "SH-04")


async def test_a_clerk_of_the_town_does_the_part_of_a_room_where_nobody_works_any_more(office: House) -> None:
    case = await in_hand(office)
    async with refused(office, Denied, "NOT_OWN_DESK"):
        await done(office, "second-clerk", case, "village")
    for login in ("colleague", "agent"):
        await change(office, login, revision=2, disabled=True)

    assert (await done(office, "second-clerk", case, "village")).parts[0].end_date


async def test_so_they_do_where_everybody_of_the_room_is_absent_today(office: House) -> None:
    case = await in_hand(office)
    await declare(office, "agent", "clerk")
    async with refused(office, Denied, "NOT_OWN_DESK"):
        await done(office, "second-clerk", case, "village")
    await declare(office, "colleague", "clerk")

    assert (await done(office, "second-clerk", case, "village")).parts[0].end_date


async def test_who_took_a_case_over_does_the_part_of_its_room_and_nobody_from_elsewhere(office: House) -> None:
    case = await in_hand(office)
    absence = await declare(office, "agent", "clerk")
    await office("clerk", pb.TakeCasesRequest(name=absence.name))
    async with refused(office, NotFound, "NO_CASE"):
        await done(office, "neighbour", case, "village")
    async with refused(office, Denied, "NOT_OWN_DESK"):
        await done(office, "second-clerk", case, "village")

    assert (await done(office, "clerk", case, "village")).parts[0].end_date


async def test_nobody_is_missed_at_a_retired_point_and_no_duty_planned_there(office: House) -> None:
    await plan(office, "agent", "agent")
    await retire(office, "village")

    async with refused(office, Refused, "POINT_RETIRED"):
        await plan(office, "agent", "colleague")
    await sweep_at(office, office.clock.now() + timedelta(days=2))

    assert await office.events(pb.DutyMissed) == []


async def test_who_is_back_early_keeps_what_the_deputy_has_not_accepted(office: House) -> None:
    case = await case_of(office)
    absence = await declare(office, "agent", "colleague", days=5)
    assert (await shown(office, case)).offered_to == account(office, "colleague")

    await office("agent", pb.EndAbsenceRequest(name=absence.name))

    assert (await shown(office, case)).offered_to == ""
    [event] = await office.events(pb.CaseOfferWithdrawn)
    assert (event.case.case, event.to) == (case.name, account(office, "colleague"))
    async with refused(office, NotFound, "NO_CASE"):
        await office("colleague", pb.TakeCaseRequest(name=case.name))


async def test_what_an_account_leaves_is_handed_over_in_parts_each_with_one_look_at_its_point(
    office: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [await case_of(office) for _ in range(5)]
    monkeypatch.setattr(transferring, "AT_ONCE", 2)
    looks = []

    async def counted(*these: Any) -> str | None:
        looks.append(these)
        return await succeeding(*these)

    monkeypatch.setattr("services.agency.cases.transferring.succeeding", counted)

    await change(office, "agent", *grants_of(office)["agent"], revision=2, disabled=True)
    assert len(await office.events(pb.CaseHandedOver)) == 2
    await sweep_at(office, office.clock.now() + timedelta(minutes=2))

    assert {(await shown(office, case)).owner for case in cases} == {account(office, "colleague")}
    assert len(await office.events(pb.CaseHandedOver)) == 5
    assert len(looks) == 3


async def test_no_case_begins_that_leads_through_a_window_that_is_gone_which_is_announced_once(office: House) -> None:
    running = await at_county(office)
    await retire(office, "civil-affairs", office.county)

    [event] = await office.events(pb.ItemWindowGone, office.county)
    assert (event.item, event.unit) == (
        f"tenants/{office.county}/items/SH-01",
        office.unit("civil-affairs", office.county),
    )
    async with refused(office, Refused, "ITEM_WINDOW_GONE"):
        await received(office)
    asked = pb.GetItemGuideRequest(name=f"tenants/{office.town}/items/SH-01")
    [joint] = [step for step in (await office("citizen", asked)).guide.steps if "民政局" in step]
    assert "县民政局窗口（已撤销，暂不能受理，请向县便民服务大厅咨询）" in joint
    assert "县财政局窗口：" in joint
    assert (await done(office, "county-window", running, "civil-affairs", office.county)).parts[2].end_date
    await received(office, "SH-04")


async def test_the_centre_takes_over_what_was_asked_at_a_room_that_was_retired(office: House) -> None:
    asked = await office(
        "citizen",
        pb.AskConsultationRequest(
            parent=f"tenants/{office.town}", point=office.point("village"), question="怎么办老年证？"
        ),
    )
    listing = pb.ListConsultationsRequest(parent=f"tenants/{office.town}")
    [consultation] = (await office("clerk", listing)).consultations
    assert consultation.number == asked.view.number
    convert = pb.ConvertConsultationRequest(
        name=consultation.name, item="SH-04", applicant=pb.Case.Applicant(name="张三", phone=PHONE)
    )
    async with refused(office, Denied, "NOT_ITS_POINT"):
        await office("clerk", convert)
    await retire(office, "village")

    answer = await office("clerk", convert)

    assert answer.consultation.question == "怎么办老年证？"
    assert (answer.case.point, answer.case.owner) == (office.point("service-centre"), account(office, "clerk"))


async def test_who_took_a_case_over_decides_nothing_for_a_window_of_the_county(office: House) -> None:
    case = await at_county(office)
    await office("agent", pb.OfferCaseRequest(name=case.name, to=account(office, "clerk")))
    await office("clerk", pb.TakeCaseRequest(name=case.name))

    async with refused(office, Denied, "NOT_OWN_DESK"):
        await done(office, "clerk", case, "finance", office.county)
