"""Into office with a numbered card for a year, never six, and out of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from minshao.watch import v1 as pb

from services.common.errors import Denied, IllegalMove, Invalid, NotFound, Refused
from services.watch.supervisors import nomination_store
from services.watch.supervisors.domain.nomination import NominationState
from tests.integration.watch.house import House
from tests.integration.watch.supervisors.steps import PEOPLE, appointed, approved, listed, nominated
from tests.unit.watch.reports.builders import local
from tests.unit.watch.supervisors import builders


async def appoint(house: House, nomination: str, **facts: str) -> pb.Supervisor:
    response = await house("party", pb.AppointSupervisorRequest(name=nomination, **facts))
    supervisor: pb.Supervisor = response.supervisor
    return supervisor


async def approved_all_the_same(house: House, *people: str) -> list[str]:
    """Approved nominations beyond the five seats, as no call would have let them through."""
    names = []
    async with house.town.database.transaction(house.town.code) as tx:
        for person in people:
            nomination = builders.a_nomination(person, id=uuid4().hex, unit=house.town.unit("village"))
            nomination_store.insert(tx, replace(nomination, state=NominationState.APPROVED))
            names.append(f"{house.town.name}/nominations/{nomination.id}")
    return names


async def test_an_appointment_gives_a_card_and_a_term_of_a_year(house: House) -> None:
    supervisor = await appointed(house)

    assert supervisor.card_number == "景村哨证〔2026〕1号"
    assert (supervisor.first_day, supervisor.last_day) == ("2026-09-01", "2027-08-31")
    assert supervisor.state == pb.Supervisor.STATE_IN_OFFICE
    [event] = await house.events(pb.SupervisorAppointed)
    assert (event.supervisor, event.card_number) == (supervisor.name, supervisor.card_number)
    assert len(await house.events(pb.NominationAppointed)) == 1
    nomination = await house("party", pb.GetNominationRequest(name=supervisor.nomination))
    assert nomination.nomination.state == pb.Nomination.STATE_APPOINTED


async def test_cards_are_numbered_without_gaps_within_town_and_year(house: House) -> None:
    for slug, person in (("village", "王磊"), ("finance", "张三"), ("village", "李四")):
        await appointed(house, person, slug)
    house.town.clock.set(local(2027, 1, 1))
    await appointed(house, "赵五")

    numbers = sorted(supervisor.card_number for supervisor in await listed(house))
    assert numbers == [f"景村哨证〔{card}号" for card in ("2026〕1", "2026〕2", "2026〕3", "2027〕1")]


async def test_of_ten_appointments_at_once_five_are_made_with_the_first_five_numbers(house: House) -> None:
    names = await approved_all_the_same(house, *PEOPLE)

    outcomes = await asyncio.gather(*(appoint(house, name) for name in names), return_exceptions=True)

    made = [outcome for outcome in outcomes if isinstance(outcome, pb.Supervisor)]
    assert len(made) == 5
    assert all(getattr(outcome, "reason", "POST_FULL") == "POST_FULL" for outcome in outcomes)
    assert sorted(each.card_number for each in made) == [f"景村哨证〔2026〕{serial}号" for serial in range(1, 6)]
    assert len(await listed(house, in_office=True)) == len(await house.events(pb.SupervisorAppointed)) == 5


async def test_one_nomination_is_appointed_once_however_many_try(house: House) -> None:
    nomination = await approved(house)

    outcomes = await asyncio.gather(*(appoint(house, nomination.name) for _ in range(6)), return_exceptions=True)

    assert sum(isinstance(outcome, pb.Supervisor) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, IllegalMove) for outcome in outcomes) == 5
    assert len(await listed(house)) == 1


async def test_a_sixth_is_refused_and_changes_nothing(house: House) -> None:
    for person in PEOPLE[:5]:
        await appointed(house, person)
    [sixth] = await approved_all_the_same(house, PEOPLE[5])
    before = await house.ledger_size()

    with pytest.raises(Refused, match="POST_FULL"):
        await appoint(house, sixth)

    assert await house.ledger_size() == before
    assert len(await listed(house)) == 5


async def test_a_seat_that_was_given_back_can_be_taken(house: House) -> None:
    five = [await appointed(house, person) for person in PEOPLE[:5]]
    await house("party", pb.EndSupervisorRequest(name=five[0].name, reason="本人辞去。"))

    assert (await appointed(house, PEOPLE[5])).card_number == "景村哨证〔2026〕6号"


async def test_who_was_not_approved_is_not_appointed(house: House) -> None:
    nomination = await nominated(house)

    with pytest.raises(IllegalMove):
        await appoint(house, nomination.name)


async def test_a_term_can_begin_later_and_is_upcoming_until_then(house: House) -> None:
    nomination = await approved(house)

    supervisor = await appoint(house, nomination.name, first_day="2026-10-01")

    assert supervisor.state == pb.Supervisor.STATE_UPCOMING
    assert not await listed(house, in_office=True)
    house.town.clock.set(local(2026, 10, 1, 0))
    assert [each.state for each in await listed(house, in_office=True)] == [pb.Supervisor.STATE_IN_OFFICE]


@pytest.mark.parametrize("first_day", ["2026-08-31", "2027-09-02", "9999-12-31", "2026-02-30"])
async def test_a_term_begins_neither_in_the_past_nor_more_than_a_year_ahead(house: House, first_day: str) -> None:
    nomination = await approved(house)

    with pytest.raises(Invalid, match="first_day"):
        await appoint(house, nomination.name, first_day=first_day)


async def test_a_renewal_begins_the_day_after_with_a_card_of_its_own_and_takes_no_seat(house: House) -> None:
    five = [await appointed(house, person) for person in PEOPLE[:5]]

    renewal = await appointed(house, PEOPLE[0], renews=five[0].name)

    assert (renewal.first_day, renewal.last_day) == ("2027-09-01", "2028-08-31")
    assert (renewal.state, renewal.card_number) == (pb.Supervisor.STATE_UPCOMING, "景村哨证〔2026〕6号")
    house.town.clock.set(local(2027, 9, 1, 0))
    assert [each.name for each in await listed(house, in_office=True)] == [renewal.name]


async def test_a_renewal_of_who_was_dismissed_meanwhile_is_refused(house: House) -> None:
    supervisor = await appointed(house)
    renewal = await approved(house, renews=supervisor.name)
    await house("party", pb.EndSupervisorRequest(name=supervisor.name, reason="履职不力。"))

    with pytest.raises(Refused, match="TERM_ENDED_EARLY"):
        await appoint(house, renewal.name)


async def test_a_term_is_ended_early_with_a_reason_once(house: House) -> None:
    supervisor = await appointed(house)

    response = await house("party", pb.EndSupervisorRequest(name=supervisor.name, reason=" 因病辞去。 "))

    ended = response.supervisor
    assert (ended.state, ended.end_reason) == (pb.Supervisor.STATE_ENDED, "因病辞去。")
    assert ended.HasField("end_time")
    assert len(await house.events(pb.SupervisorEnded)) == 1
    with pytest.raises(IllegalMove):
        await house("party", pb.EndSupervisorRequest(name=supervisor.name, reason="再次。"))


async def test_an_expired_term_cannot_be_ended(house: House) -> None:
    supervisor = await appointed(house)
    house.town.clock.set(local(2027, 9, 1))

    with pytest.raises(IllegalMove, match="期满"):
        await house("party", pb.EndSupervisorRequest(name=supervisor.name, reason="因故。"))


async def test_a_post_is_understaffed_below_two(house: House) -> None:
    name = f"{house.town.name}/posts/{house.town.unit('village')}"

    async def staff() -> tuple[int, bool]:
        post = (await house("discipline-1", pb.GetPostRequest(name=name))).post
        return post.supervisor_count, post.understaffed

    first = await appointed(house, "王磊")
    assert await staff() == (1, True)
    await appointed(house, "张三")
    assert await staff() == (2, False)
    understaffed = pb.ListPostsRequest(parent=house.town.name, understaffed=True)
    assert name not in [post.name for post in (await house("discipline-1", understaffed)).posts]
    await house("party", pb.EndSupervisorRequest(name=first.name, reason="因故。"))
    assert await staff() == (1, True)


async def test_supervisors_are_listed_by_unit_and_card_page_by_page(house: House) -> None:
    for slug, person in (("village", "王磊"), ("finance", "张三"), ("village", "李四"), ("finance", "赵五")):
        await appointed(house, person, slug)

    first = await house("discipline-1", pb.ListSupervisorsRequest(parent=house.town.name, page_size=3))
    rest = await listed(house, page_size=3, page_token=first.next_page_token)

    people = [each.person for each in (*first.supervisors, *rest)]
    villages_first = house.town.unit("village") < house.town.unit("finance")
    expected = ["王磊", "李四", "张三", "赵五"] if villages_first else ["张三", "赵五", "王磊", "李四"]
    assert people == expected
    assert [each.person for each in await listed(house, card_number="景村哨证〔2026〕2号")] == ["张三"]
    assert [each.person for each in await listed(house, "village-secretary")] == ["王磊", "李四"]


async def test_a_supervisor_of_another_unit_is_not_found(house: House) -> None:
    elsewhere = await appointed(house, "张三", "finance")

    with pytest.raises(NotFound):
        await house("village-secretary", pb.GetSupervisorRequest(name=elsewhere.name))
    with pytest.raises(Denied):
        await house("village-secretary", pb.EndSupervisorRequest(name=elsewhere.name, reason="越权。"))


async def test_the_work_card_is_printed_while_the_term_is_not_over(house: House) -> None:
    supervisor = await appointed(house)

    card = await house("village-secretary", pb.GetWorkCardRequest(name=supervisor.name))

    assert card.pdf.startswith(b"%PDF")
    assert card.file_name == "工作证-景村哨证〔2026〕1号.pdf"
    house.town.clock.set(house.town.clock.now() + timedelta(days=400))
    with pytest.raises(Refused, match="TERM_OVER"):
        await house("village-secretary", pb.GetWorkCardRequest(name=supervisor.name))
