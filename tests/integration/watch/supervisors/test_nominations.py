"""From the branch meeting to the decision of the town party committee."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from minshao.watch import v1 as pb

from services.common.access import Role
from services.common.errors import AlreadyExists, Denied, IllegalMove, Invalid, NotFound, Refused
from tests.integration.watch.house import House
from tests.integration.watch.supervisors.steps import PEOPLE, a_nomination, appointed, approved, listed, nominated

SECRETARY = "village-secretary"


async def nominations(house: House, login: str = "party", **query: Any) -> pb.ListNominationsResponse:
    response: pb.ListNominationsResponse = await house(
        login, pb.ListNominationsRequest(parent=house.town.name, **query)
    )
    return response


async def test_a_nomination_is_recorded_with_its_meeting(house: House) -> None:
    nomination = await nominated(house, " 王磊 ")

    assert (nomination.person, nomination.state) == ("王磊", pb.Nomination.STATE_NOMINATED)
    assert (nomination.meeting_date, nomination.meeting_record) == ("2026-09-01", "支部党员大会一致同意提名。")
    assert [event.nomination for event in await house.events(pb.NominationCreated)] == [nomination.name]
    assert (await house(SECRETARY, pb.GetNominationRequest(name=nomination.name))).nomination == nomination


@pytest.mark.parametrize("again", ["王磊", "王　磊", " 王磊"])
@pytest.mark.parametrize("slug", ["village", "finance"])
async def test_a_second_open_nomination_of_the_same_person_is_refused_in_the_whole_town(
    house: House, again: str, slug: str
) -> None:
    await nominated(house, "王磊")
    before = await house.ledger_size()

    with pytest.raises(AlreadyExists, match="NOMINATION_OPEN"):
        await nominated(house, again, slug)

    assert await house.ledger_size() == before
    assert len((await nominations(house)).nominations) == 1


async def test_of_two_nominations_of_one_person_at_once_one_is_taken(house: House) -> None:
    outcomes = await asyncio.gather(
        *(nominated(house, "王磊", slug) for slug in ("village", "finance") * 3), return_exceptions=True
    )

    assert sum(isinstance(outcome, pb.Nomination) for outcome in outcomes) == 1
    assert {type(outcome) for outcome in outcomes} == {pb.Nomination, AlreadyExists}
    assert len(await house.events(pb.NominationCreated)) == 1


async def test_two_names_on_one_account_are_one_person(house: House) -> None:
    account = house.town.account("village-officer")
    await nominated(house, "王磊", account=account)

    with pytest.raises(AlreadyExists):
        await nominated(house, "王小磊", account=account)


async def test_namesakes_are_told_apart_by_a_mark(house: House) -> None:
    await nominated(house, "王磊")

    assert (await nominated(house, "王磊（上村）", "finance")).person == "王磊（上村）"


async def test_who_was_rejected_can_be_nominated_again(house: House) -> None:
    nomination = await nominated(house)
    await house("party", pb.RejectNominationRequest(name=nomination.name, reason="任职回避。"))

    assert (await nominated(house)).state == pb.Nomination.STATE_NOMINATED


async def test_a_sixth_on_the_way_is_refused_until_one_is_rejected(house: House) -> None:
    five = [await nominated(house, person) for person in PEOPLE[:5]]
    before = await house.ledger_size()

    with pytest.raises(Refused, match="POST_FULL"):
        await nominated(house, PEOPLE[5])

    assert await house.ledger_size() == before
    await house("party", pb.RejectNominationRequest(name=five[0].name, reason="不符合条件。"))
    assert (await nominated(house, PEOPLE[5])).person == PEOPLE[5]


async def test_of_ten_nominations_at_once_five_are_taken(house: House) -> None:
    outcomes = await asyncio.gather(*(nominated(house, person) for person in PEOPLE), return_exceptions=True)

    assert sum(isinstance(outcome, pb.Nomination) for outcome in outcomes) == 5
    assert all(isinstance(outcome, pb.Nomination | Refused) for outcome in outcomes)


async def test_a_post_that_is_full_does_not_fill_another(house: House) -> None:
    for person in PEOPLE[:5]:
        await nominated(house, person)

    assert (await nominated(house, PEOPLE[5], "finance")).unit == house.town.unit_name("finance")


async def test_the_committee_approves_and_says_what_it_found(house: House) -> None:
    nomination = await approved(house)

    assert (nomination.state, nomination.examination) == (pb.Nomination.STATE_APPROVED, "符合条件。")
    assert nomination.HasField("decide_time")
    assert len(await house.events(pb.NominationApproved)) == 1


async def test_an_approved_person_who_no_longer_stands_gives_the_seat_back(house: House) -> None:
    nomination = await approved(house)

    response = await house("party", pb.RejectNominationRequest(name=nomination.name, reason="本人放弃。"))

    assert response.nomination.state == pb.Nomination.STATE_REJECTED
    assert response.nomination.examination == "本人放弃。"


async def test_what_was_decided_is_decided(house: House) -> None:
    nomination = await nominated(house)
    await house("party", pb.RejectNominationRequest(name=nomination.name, reason="不符合条件。"))
    before = await house.ledger_size()

    for move in (
        pb.ApproveNominationRequest(name=nomination.name, examination="符合条件。"),
        pb.RejectNominationRequest(name=nomination.name, reason="再次。"),
        pb.AppointSupervisorRequest(name=nomination.name),
    ):
        with pytest.raises(IllegalMove):
            await house("party", move)

    assert await house.ledger_size() == before


async def test_who_is_in_office_is_nominated_for_a_renewal_only(house: House) -> None:
    supervisor = await appointed(house, "王磊")

    with pytest.raises(Refused, match="IN_OFFICE"):
        await nominated(house, "王磊")

    assert (await nominated(house, "王磊", renews=supervisor.name)).renews == supervisor.name


async def test_a_renewal_takes_over_the_account(house: House) -> None:
    account = house.town.account("village-officer")
    supervisor = await appointed(house, "王磊", account=account)

    assert (await nominated(house, "王磊", renews=supervisor.name)).account == account


async def test_a_full_post_can_renew(house: House) -> None:
    supervisors = [await appointed(house, person) for person in PEOPLE[:5]]

    assert (await nominated(house, PEOPLE[0], renews=supervisors[0].name)).state == pb.Nomination.STATE_NOMINATED


async def test_a_renewal_of_another_units_supervisor_is_not_found(house: House) -> None:
    elsewhere = await appointed(house, "王磊", "finance")

    with pytest.raises(NotFound):
        await nominated(house, "王磊", renews=elsewhere.name)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"person": "王\u202e磊"}, "person"),
        ({"person": "王\x00磊"}, "person"),
        ({"person": "王\n磊"}, "person"),
        ({"person": "\u3000"}, "person"),
        ({"person": "王" * 51}, "person"),
        ({"person": ""}, "person"),
        ({"meeting_date": "2026-09-02"}, "meeting_date"),
        ({"meeting_date": "2026-02-30"}, "meeting_date"),
        ({"meeting_date": "昨天"}, "meeting_date"),
        ({"meeting_record": " "}, "meeting_record"),
        ({"meeting_record": "好" * 2001}, "meeting_record"),
        ({"unit": "tenants/611021101/posts/x"}, "unit"),
        ({"account": "tenants/999999999/accounts/somebody"}, "account"),
        ({"renews": "tenants/999999999/supervisors/" + "0" * 32}, "renews"),
        ({"request_id": "7"}, "request_id"),
    ],
)
async def test_a_malformed_nomination_is_refused_with_its_field_and_changes_nothing(
    house: House, facts: dict[str, str], field: str
) -> None:
    before = await house.ledger_size()

    with pytest.raises(Invalid) as refusal:
        await nominated(house, **{"person": "王磊", **facts})

    assert refusal.value.violations[0].field == field
    assert await house.ledger_size() == before


async def test_a_name_that_looks_like_sql_is_stored_as_it_is(house: House) -> None:
    nomination = await nominated(house, "'; drop table nominations; --")

    assert nomination.person == "'; drop table nominations; --"
    assert len((await nominations(house)).nominations) == 1


async def test_the_meeting_was_today_at_the_latest_by_the_clocks_of_shanghai(house: House) -> None:
    house.town.clock.set(house.town.clock.now() + timedelta(hours=14, minutes=59))
    with pytest.raises(Invalid, match="meeting_date"):
        await nominated(house, meeting_date="2026-09-02")

    house.town.clock.set(house.town.clock.now() + timedelta(minutes=1))
    assert (await nominated(house, meeting_date="2026-09-02")).meeting_date == "2026-09-02"


@pytest.mark.parametrize("slug", ["nowhere", "discipline"])
async def test_a_unit_that_is_unknown_or_has_no_post_is_not_found(house: House, slug: str) -> None:
    await house.person("secretary-2", (Role.BRANCH_SECRETARY, house.town.unit(slug)))

    with pytest.raises(NotFound):
        await house("secretary-2", a_nomination(house, slug=slug))


async def test_an_unknown_account_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        await nominated(house, account=house.town.account("nobody"))


async def test_a_unit_of_another_town_is_refused(house: House) -> None:
    with pytest.raises(Invalid, match="OTHER_TENANT"):
        await house(SECRETARY, a_nomination(house, unit="tenants/999999999/units/999999999.finance"))


async def test_the_secretary_of_another_unit_nominates_nobody_here(house: House) -> None:
    with pytest.raises(Denied):
        await house("finance-secretary", a_nomination(house, slug="village"))


async def test_the_same_request_again_returns_the_first_nomination(house: House) -> None:
    request = a_nomination(house, request_id=str(uuid4()))

    first, again = await house(SECRETARY, request), await house(SECRETARY, request)

    assert first == again
    assert len(await house.events(pb.NominationCreated)) == 1


async def test_a_request_id_with_another_body_already_exists(house: House) -> None:
    id = str(uuid4())
    await house(SECRETARY, a_nomination(house, request_id=id))

    with pytest.raises(AlreadyExists, match="REQUEST_ID_USED"):
        await house(SECRETARY, a_nomination(house, "张三", request_id=id))


async def test_people_of_a_unit_see_their_own_nominations_only(house: House) -> None:
    here, elsewhere = await nominated(house, "王磊"), await nominated(house, "张三", "finance")

    assert [each.name for each in (await nominations(house, SECRETARY)).nominations] == [here.name]
    assert len((await nominations(house)).nominations) == 2
    with pytest.raises(NotFound):
        await house(SECRETARY, pb.GetNominationRequest(name=elsewhere.name))


async def test_nominations_are_listed_newest_first_page_by_page_by_unit_and_state(house: House) -> None:
    names: list[str] = []
    for person in PEOPLE[:4]:
        house.town.clock.set(house.town.clock.now() + timedelta(minutes=1))
        names.insert(0, (await nominated(house, person)).name)
    await house("party", pb.ApproveNominationRequest(name=names[0], examination="符合条件。"))

    first = await nominations(house, page_size=3)
    second = await nominations(house, page_size=3, page_token=first.next_page_token)
    decided = await nominations(house, state=pb.Nomination.STATE_APPROVED)

    assert [each.name for each in (*first.nominations, *second.nominations)] == names
    assert second.next_page_token == ""
    assert [each.name for each in decided.nominations] == names[:1]
    assert not (await nominations(house, unit=house.town.unit_name("finance"))).nominations


async def test_a_nomination_makes_nobody_a_supervisor(house: House) -> None:
    await approved(house)

    assert not await listed(house)
