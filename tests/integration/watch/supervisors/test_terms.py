"""A term ends with its last day: announced before, and the rights gone on the day, whatever a token says."""

from __future__ import annotations

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from minshao.watch import v1 as pb

from services.common.access import Role
from services.common.errors import Denied, Invalid, NotFound, Refused
from tests.integration.watch.house import House
from tests.integration.watch.supervisors.steps import appointed, listed
from tests.unit.watch.reports.builders import local


@pytest.fixture
async def supervisor(house: House) -> pb.Supervisor:
    """Somebody in office with an account, from 1 September 2026 to 31 August 2027."""
    account = await house.person("wanglei", (Role.SUPERVISOR, house.town.unit("village")))
    return await appointed(house, "王磊", account=account)


def calls_of_a_supervisor(house: House, supervisor: pb.Supervisor) -> list[Message]:
    return [
        pb.GetPostRequest(name=f"{house.town.name}/posts/{house.town.unit('village')}"),
        pb.ListPostsRequest(parent=house.town.name),
        pb.GetSupervisorRequest(name=supervisor.name),
        pb.ListSupervisorsRequest(parent=house.town.name),
        pb.ListMeetingsRequest(parent=house.town.name),
        pb.ListBoxOpeningsRequest(parent=house.town.name),
        pb.ListReportsRequest(parent=house.town.name),
    ]


async def test_a_supervisor_sees_the_own_post_while_in_office(house: House, supervisor: pb.Supervisor) -> None:
    for day in (local(2026, 9, 1), local(2027, 8, 31, 23, 59)):
        house.town.clock.set(day)
        for request in calls_of_a_supervisor(house, supervisor):
            await house("wanglei", request)


async def test_from_the_midnight_after_the_last_day_a_valid_token_opens_nothing(
    house: House, supervisor: pb.Supervisor
) -> None:
    house.town.clock.set(local(2027, 9, 1, 0))

    for request in calls_of_a_supervisor(house, supervisor):
        with pytest.raises(Denied, match="NOT_IN_OFFICE"):
            await house("wanglei", request)


async def test_ended_early_a_valid_token_opens_nothing_at_once(house: House, supervisor: pb.Supervisor) -> None:
    await house("party", pb.EndSupervisorRequest(name=supervisor.name, reason="履职不力。"))

    for request in calls_of_a_supervisor(house, supervisor):
        with pytest.raises(Denied, match="NOT_IN_OFFICE"):
            await house("wanglei", request)


async def test_who_never_was_appointed_has_no_rights_by_the_role_alone(house: House) -> None:
    await house.person("somebody", (Role.SUPERVISOR, house.town.unit("village")))

    with pytest.raises(Denied, match="NOT_IN_OFFICE"):
        await house("somebody", pb.ListPostsRequest(parent=house.town.name))


async def test_another_role_goes_on_when_the_term_is_over(house: House, supervisor: pb.Supervisor) -> None:
    village, finance = house.town.unit("village"), house.town.unit("finance")
    await house.person("wanglei", (Role.SUPERVISOR, village), (Role.UNIT_OFFICER, finance))
    before = (await house("wanglei", pb.ListPostsRequest(parent=house.town.name))).posts

    house.town.clock.set(local(2027, 9, 1, 0))

    after = (await house("wanglei", pb.ListPostsRequest(parent=house.town.name))).posts
    assert {post.unit.rpartition("/")[2] for post in before} == {village, finance}
    assert [post.unit.rpartition("/")[2] for post in after] == [finance]


async def test_a_renewal_carries_the_rights_over_midnight(house: House, supervisor: pb.Supervisor) -> None:
    await appointed(house, "王磊", renews=supervisor.name)

    house.town.clock.set(local(2027, 9, 1, 0))

    await house("wanglei", pb.ListPostsRequest(parent=house.town.name))


async def test_a_term_that_ends_is_announced_once_thirty_days_before_and_on_the_day(
    house: House, supervisor: pb.Supervisor
) -> None:
    await house.sweep_at(local(2027, 7, 31, 23, 59))
    assert not await house.events(pb.SupervisorTermEnding)

    await house.sweep_at(local(2027, 8, 1, 0))
    await house.sweep_at(local(2027, 8, 31, 23, 59))
    assert [event.last_day for event in await house.events(pb.SupervisorTermEnding)] == ["2027-08-31"]
    assert not await house.events(pb.SupervisorExpired)

    await house.sweep_at(local(2027, 9, 1, 0))
    await house.sweep_at(local(2028, 9, 1, 0))
    assert [event.supervisor for event in await house.events(pb.SupervisorExpired)] == [supervisor.name]


async def test_what_was_slept_through_is_caught_up_with(house: House, supervisor: pb.Supervisor) -> None:
    await house.sweep_at(local(2028, 1, 1))

    assert len(await house.events(pb.SupervisorTermEnding)) == len(await house.events(pb.SupervisorExpired)) == 1
    [shown] = await listed(house)
    assert shown.state == pb.Supervisor.STATE_EXPIRED
    assert shown.end_time.ToJsonString() == "2027-08-31T16:00:00Z"


async def test_an_expired_term_shows_as_expired_before_anything_was_announced(
    house: House, supervisor: pb.Supervisor
) -> None:
    house.town.clock.set(local(2027, 9, 1, 0))

    assert [each.state for each in await listed(house)] == [pb.Supervisor.STATE_EXPIRED]
    assert not await house.events(pb.SupervisorExpired)


async def test_of_a_term_that_was_ended_nothing_more_is_announced(house: House, supervisor: pb.Supervisor) -> None:
    await house("party", pb.EndSupervisorRequest(name=supervisor.name, reason="履职不力。"))

    await house.sweep_at(local(2027, 9, 2))

    assert not await house.events(pb.SupervisorTermEnding)
    assert not await house.events(pb.SupervisorExpired)


def an_account(supervisor: pb.Supervisor, account: str, *paths: str) -> pb.UpdateSupervisorRequest:
    named = pb.Supervisor(name=supervisor.name, account=account)
    return pb.UpdateSupervisorRequest(supervisor=named, update_mask=FieldMask(paths=paths or ("account",)))


async def test_an_account_that_is_made_after_the_appointment_can_be_named(house: House) -> None:
    supervisor = await appointed(house, "王磊")
    account = await house.person("wanglei", (Role.SUPERVISOR, house.town.unit("village")))
    with pytest.raises(Denied):
        await house("wanglei", pb.ListPostsRequest(parent=house.town.name))

    for _ in range(2):
        response = await house("party", an_account(supervisor, account))

    assert response.supervisor.account == account
    assert [event.account for event in await house.events(pb.SupervisorAccountNamed)] == [account]
    await house("wanglei", pb.ListPostsRequest(parent=house.town.name))


async def test_an_account_that_is_taken_away_opens_nothing_at_once(house: House, supervisor: pb.Supervisor) -> None:
    await house("party", an_account(supervisor, ""))

    with pytest.raises(Denied, match="NOT_IN_OFFICE"):
        await house("wanglei", pb.ListPostsRequest(parent=house.town.name))


async def test_only_an_account_of_a_supervisor_of_the_unit_is_named_and_only_before_the_term_is_over(
    house: House, supervisor: pb.Supervisor
) -> None:
    elsewhere = await house.person("elsewhere", (Role.SUPERVISOR, house.town.unit("finance")))
    before = await house.ledger_size()

    with pytest.raises(Refused, match="ROLE_MISSING"):
        await house("party", an_account(supervisor, elsewhere))
    with pytest.raises(NotFound):
        await house("party", an_account(supervisor, house.town.account("nobody")))
    with pytest.raises(Invalid, match="OTHER_TENANT"):
        await house("party", an_account(supervisor, "tenants/999999999/accounts/wanglei"))
    with pytest.raises(Invalid, match="update_mask"):
        await house("party", an_account(supervisor, supervisor.account, "account", "person"))
    house.town.clock.set(local(2027, 9, 1, 0))
    with pytest.raises(Refused, match="TERM_OVER"):
        await house("party", an_account(supervisor, ""))

    assert await house.ledger_size() == before
