"""Volunteer supervisors: appointed for a term to given points; the rights end with the term, whatever a token says."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.message import Message
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.common.access import Claims, Grant, Role
from services.common.errors import Denied, IllegalMove, Invalid, NotFound, Refused
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.house import LONG_AGO, NEVER, House
from tests.integration.agency.volunteers.steps import appointed, asked
from tests.unit.watch.reports.builders import local


async def listed(house: House, login: str, tenant: str = "", **query: Any) -> list[pb.Volunteer]:
    request = pb.ListVolunteersRequest(parent=f"tenants/{tenant or house.town}", **query)
    return list((await house(login, request)).volunteers)


def calls_of_a_volunteer(house: House, volunteer: pb.Volunteer) -> list[Message]:
    parent = f"tenants/{house.town}"
    return [
        pb.GetVolunteerRequest(name=volunteer.name),
        pb.ListVolunteersRequest(parent=parent),
        pb.ListInspectionsRequest(parent=parent),
        pb.ListFindingsRequest(parent=parent),
    ]


async def test_a_volunteer_is_appointed_with_a_numbered_letter_for_a_term_to_given_points(supervised: House) -> None:
    first, second = await appointed(supervised), await appointed(supervised, "elder", "service-centre")

    assert [first.number, second.number] == ["景村义监聘〔2026〕1号", "景村义监聘〔2026〕2号"]
    assert (first.first_day, first.last_day, first.state) == ("2026-09-01", "2027-08-31", pb.Volunteer.STATE_IN_OFFICE)
    assert list(first.points) == [supervised.point("village")]
    event, _ = await supervised.events(pb.VolunteerAppointed)
    assert (event.volunteer.number, list(event.volunteer.units)) == (first.number, [supervised.unit("village")])
    assert "王磊" not in str(event)


async def test_the_hall_s_volunteers_are_the_commission_s_and_the_town_s_are_the_party_s(supervised: House) -> None:
    member = await appointed(supervised, "member", "civil-affairs", by="commission")
    assert member.number == "洛南义监聘〔2026〕1号"
    size = await supervised.ledger_size()

    with pytest.raises(Denied, match="NOT_YOUR_LEVEL"):
        await appointed(supervised, by="commission")
    with pytest.raises(Denied):
        await appointed(supervised, "member", "civil-affairs", by="party")
    assert await supervised.ledger_size() == size


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"first_day": "2026-08-31"}, "first_day"),
        ({"first_day": "2027-09-01", "last_day": "2028-01-01"}, "first_day"),
        ({"last_day": "2026-08-31"}, "last_day"),
        ({"last_day": "2029-09-01"}, "last_day"),
    ],
)
async def test_a_term_that_cannot_be_is_refused_by_its_field(
    supervised: House, facts: dict[str, str], field: str
) -> None:
    size = await supervised.ledger_size()

    with pytest.raises(Invalid, match=field):
        await appointed(supervised, **facts)

    assert (await listed(supervised, "party"), await supervised.ledger_size()) == ([], size)


async def test_who_cannot_be_a_volunteer_of_a_point_is_refused(supervised: House) -> None:
    size = await supervised.ledger_size()
    both = f"tenants/{supervised.town}/accounts/both"
    village = supervised.unit("village")
    grants = [gateway.RoleGrant(role=role, scope=village) for role in (Role.AGENT, Role.VOLUNTEER)]
    account = gateway.Account(name=both, roles=grants, revision=1)
    await supervised.hear_in(supervised.town, gateway.AccountChanged(account=account))

    with pytest.raises(Refused, match="ROLE_MISSING"):
        await appointed(supervised, "elder", "village")
    with pytest.raises(Refused, match="WORKS_THERE"):
        await appointed(supervised, account=both)
    with pytest.raises(NotFound):
        await appointed(supervised, account=f"tenants/{supervised.town}/accounts/nobody")
    with pytest.raises(NotFound, match="NO_POINT"):
        await appointed(supervised, slug="finance")
    with pytest.raises(Invalid, match="OTHER_TENANT"):
        await appointed(supervised, account=supervised.claims["member"].subject)
    retired = supervised.unit_message("village", revision=2, retire_time=LONG_AGO)
    await supervised.hear_in(supervised.town, gateway.UnitRetired(unit=retired))
    with pytest.raises(Refused, match="POINT_RETIRED"):
        await appointed(supervised)

    assert await listed(supervised, "party") == []
    assert len(await supervised.events(pb.PointRetired)) == await supervised.ledger_size() - size == 1


async def test_a_renewal_is_a_new_appointment_behind_the_term_before(supervised: House) -> None:
    await appointed(supervised)
    supervised.clock.set(local(2027, 8, 20))

    with pytest.raises(Refused, match="ALREADY_APPOINTED"):
        await appointed(supervised, first_day="2027-08-31", last_day="2028-08-30")
    renewal = await appointed(supervised, first_day="2027-09-01", last_day="2028-08-31")

    assert renewal.state == pb.Volunteer.STATE_UPCOMING
    supervised.clock.set(local(2027, 9, 1, 0))
    assert len(await listed(supervised, "deputy")) == 2


async def test_a_volunteer_has_rights_from_the_first_day_to_the_last_and_no_longer(supervised: House) -> None:
    volunteer = await appointed(supervised, first_day="2026-10-01")

    for day, within in (
        (local(2026, 9, 30, 23, 59), False),
        (local(2026, 10, 1, 0), True),
        (local(2027, 8, 31, 23, 59), True),
        (local(2027, 9, 1, 0), False),
    ):
        supervised.clock.set(day)
        for request in calls_of_a_volunteer(supervised, volunteer):
            if within:
                await supervised("deputy", request)
                continue
            with pytest.raises(Denied, match="NOT_IN_TERM"):
                await supervised("deputy", request)


async def test_who_was_dismissed_has_no_rights_at_once_and_why_is_told_in_the_town_alone(supervised: House) -> None:
    volunteer = await appointed(supervised)

    dismissed = (
        await supervised("party", pb.DismissVolunteerRequest(name=volunteer.name, reason="因病辞任。"))
    ).volunteer

    assert (dismissed.state, dismissed.end_reason) == (pb.Volunteer.STATE_ENDED, "因病辞任。")
    for request in calls_of_a_volunteer(supervised, volunteer):
        with pytest.raises(Denied, match="NOT_IN_TERM"):
            await supervised("deputy", request)
    seen = {
        login: (await supervised(login, pb.GetVolunteerRequest(name=volunteer.name))).volunteer.end_reason
        for login in ("party", "discipline", "commission", "agent")
    }
    assert seen == {"party": "因病辞任。", "discipline": "因病辞任。", "commission": "", "agent": ""}
    [event] = await supervised.events(pb.VolunteerDismissed)
    assert len(event.reason.mac) == 32
    assert "辞任" not in str(event)


async def test_who_is_not_in_office_any_more_cannot_be_dismissed(supervised: House) -> None:
    volunteer = await appointed(supervised)
    await supervised("party", pb.DismissVolunteerRequest(name=volunteer.name, reason="因病辞任。"))
    size = await supervised.ledger_size()

    with pytest.raises(IllegalMove):
        await supervised("party", pb.DismissVolunteerRequest(name=volunteer.name, reason="再次。"))

    assert await supervised.ledger_size() == size


async def test_the_role_alone_without_an_appointment_gives_no_rights(supervised: House) -> None:
    with pytest.raises(Denied, match="NOT_IN_TERM"):
        await listed(supervised, "deputy")


async def test_another_role_goes_on_when_the_term_is_over(supervised: House) -> None:
    await appointed(supervised)
    grants = (Grant(Role.VOLUNTEER, supervised.unit("village")), Grant(Role.AGENT, supervised.unit("community")))
    supervised.claims["deputy"] = Claims(supervised.claims["deputy"].subject, grants, NEVER)
    assert len(await listed(supervised, "deputy")) == 1

    supervised.clock.set(local(2027, 9, 1, 0))

    assert await listed(supervised, "deputy") == []


async def test_an_end_is_announced_once_thirty_days_before_and_once_on_the_day(supervised: House) -> None:
    volunteer = await appointed(supervised)
    await sweep_at(supervised, local(2027, 7, 31, 23, 59))
    assert not await supervised.events(pb.VolunteerTermEnding)

    await sweep_at(supervised, local(2027, 8, 1, 0))
    await sweep_at(supervised, local(2027, 8, 31, 23, 59))
    assert [event.volunteer.last_day for event in await supervised.events(pb.VolunteerTermEnding)] == ["2027-08-31"]
    assert not await supervised.events(pb.VolunteerExpired)

    await sweep_at(supervised, local(2027, 9, 1, 0))
    await sweep_at(supervised, local(2028, 9, 1, 0))
    assert [event.volunteer.volunteer for event in await supervised.events(pb.VolunteerExpired)] == [volunteer.name]


async def test_of_a_term_that_was_ended_nothing_more_is_announced(supervised: House) -> None:
    volunteer = await appointed(supervised)
    await supervised("party", pb.DismissVolunteerRequest(name=volunteer.name, reason="因病辞任。"))

    await sweep_at(supervised, local(2027, 9, 2))

    assert not await supervised.events(pb.VolunteerTermEnding)
    assert not await supervised.events(pb.VolunteerExpired)


async def test_people_of_a_point_see_their_own_volunteers_and_offices_all(supervised: House) -> None:
    village, centre = await appointed(supervised), await appointed(supervised, "elder", "service-centre")

    seen = {
        login: {each.name for each in await listed(supervised, login)}
        for login in ("agent", "neighbour", "clerk", "deputy", "elder", "party", "discipline", "commission")
    }

    both = {village.name, centre.name}
    assert seen == {
        "agent": {village.name},
        "neighbour": set(),
        "clerk": both,
        "deputy": {village.name},
        "elder": {centre.name},
        "party": both,
        "discipline": both,
        "commission": both,
    }
    with pytest.raises(NotFound):
        await supervised("neighbour", pb.GetVolunteerRequest(name=village.name))


async def test_lists_are_filtered_sorted_and_paged(supervised: House) -> None:
    first = await appointed(supervised)
    later = await appointed(
        supervised,
        "elder",
        "service-centre",
        standing=pb.Volunteer.STANDING_RETIRED_CADRE,
        first_day="2026-10-01",
        last_day="2027-01-31",
    )

    async def names(**query: Any) -> list[str]:
        return [each.name for each in await listed(supervised, "party", **query)]

    assert await names() == [later.name, first.name]
    assert await names(order_by="first_day") == [first.name, later.name]
    assert await names(order_by="last_day") == [later.name, first.name]
    assert await names(point=supervised.point("village")) == [first.name]
    assert await names(in_office=True) == [first.name]
    assert await names(standing=pb.Volunteer.STANDING_RETIRED_CADRE) == [later.name]
    page = await supervised("party", pb.ListVolunteersRequest(parent=f"tenants/{supervised.town}", page_size=1))
    assert await names(page_size=1, page_token=page.next_page_token) == [first.name]


async def test_the_same_request_appoints_once(supervised: House) -> None:
    request = asked(supervised, request_id="6f1c9f1e-6f0e-4c5e-9d2b-0c9f6f6f6f6f")

    names = {(await supervised("party", request)).volunteer.name for _ in range(2)}

    assert len(names) == len(await supervised.events(pb.VolunteerAppointed)) == 1
