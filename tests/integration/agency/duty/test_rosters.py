"""Duty rosters: who is planned, who is there, and to whom what comes in goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.common.errors import Denied, DomainError, IllegalMove, Invalid, NotFound, Refused
from services.common.periods import start_of_day
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.duty.people import account, change, grants_of
from tests.integration.agency.duty.steps import (
    answers,
    check_in,
    check_out,
    declare,
    entries,
    plan,
    the_day_after,
    today,
)
from tests.integration.agency.house import LONG_AGO, House

ON_DUTY, LEFT, MISSED = pb.Shift.STATE_ON_DUTY, pb.Shift.STATE_LEFT, pb.Shift.STATE_MISSED


def told_of(roster: pb.Roster) -> dict[str, tuple[bool, int]]:
    """Whether each officer was planned, and their state."""
    return {shift.officer.rpartition("/")[2]: (shift.planned, shift.state) for shift in roster.shifts}


@pytest.mark.parametrize("login", ["agent", "colleague", "leader", "secretary", "clerk"])
async def test_a_point_is_planned_by_its_officers_who_leads_it_and_the_clerks_of_the_town(
    office: House, login: str
) -> None:
    roster = await plan(office, login, "colleague", "agent")

    assert told_of(roster) == {"agent": (True, pb.Shift.STATE_PLANNED), "colleague": (True, pb.Shift.STATE_PLANNED)}
    [event] = await office.events(pb.DutyPlanned)
    assert (event.point, event.day) == (office.point("village"), today(office))
    assert list(event.officers) == [account(office, "agent"), account(office, "colleague")]


@pytest.mark.parametrize("login", ["neighbour", "other-leader", "county-window", "discipline", "citizen"])
async def test_nobody_else_plans_it(office: House, login: str) -> None:
    before = await entries(office)

    with pytest.raises(Denied):
        await plan(office, login, "agent")

    assert await entries(office) == before


async def test_a_window_is_planned_by_its_own_clerks(office: House) -> None:
    request = pb.PlanRosterRequest(
        point=office.point("civil-affairs", office.county),
        day=today(office),
        officers=[account(office, "county-second")],
    )
    with pytest.raises(Denied):
        await office("county-finance", request)

    roster = (await office("county-window", request)).roster

    assert [shift.officer for shift in roster.shifts] == [account(office, "county-second")]


async def test_what_was_planned_is_replaced_and_the_same_plan_again_changes_nothing(office: House) -> None:
    await plan(office, "agent", "agent")
    await plan(office, "agent", "colleague")
    roster = await plan(office, "agent", "colleague")

    assert list(told_of(roster)) == ["colleague"]
    assert len(await office.events(pb.DutyPlanned)) == 2


async def test_who_has_come_already_stays_in_a_roster_that_is_planned_anew(office: House) -> None:
    await plan(office, "agent", "agent")
    await check_in(office, "agent")

    assert told_of(await plan(office, "agent", "colleague"))["agent"] == (False, ON_DUTY)


@pytest.mark.parametrize(
    ("days", "officers", "error", "what"),
    [
        (-1, ["agent"], Refused, "DAY_PAST"),
        (367, ["agent"], Invalid, "day"),
        (0, ["agent", "neighbour"], Invalid, r"officers\[1\]"),
        (0, ["agent", "agent"], Invalid, r"officers\[1\]"),
        (0, ["leader"], Invalid, r"officers\[0\]"),
        (1, ["colleague"], Invalid, r"officers\[0\]"),
    ],
    ids=["past", "too far", "of another point", "twice", "no officer", "absent"],
)
async def test_what_cannot_be_planned_is_refused(
    office: House, days: int, officers: list[str], error: type[DomainError], what: str
) -> None:
    await declare(office, "colleague", "agent", begins=1)
    before = await entries(office)

    with pytest.raises(error, match=what):
        await plan(office, "agent", *officers, day=today(office, days))

    assert await entries(office) == before


@pytest.mark.parametrize("day", ["2026-02-30", "1800-01-01"])
async def test_a_day_that_is_none_is_refused(office: House, day: str) -> None:
    with pytest.raises(Invalid, match="day"):
        await plan(office, "agent", "agent", day=day)


async def test_officers_check_in_and_out_with_the_time(office: House) -> None:
    await plan(office, "agent", "agent")
    began = office.clock.now()
    assert told_of(await check_in(office, "agent")) == {"agent": (True, ON_DUTY)}
    office.clock.set(began + timedelta(hours=8))

    [shift] = (await check_out(office, "agent")).shifts

    assert (shift.state, shift.closed_by_midnight) == (LEFT, False)
    assert shift.check_in_time.ToDatetime(began.tzinfo) == began
    assert shift.check_out_time.ToDatetime(began.tzinfo) == began + timedelta(hours=8)
    assert [event.planned for event in await office.events(pb.DutyCheckedIn)] == [True]
    assert [event.closed_by_midnight for event in await office.events(pb.DutyCheckedOut)] == [False]


async def test_a_check_in_without_a_planned_shift_is_marked(office: House) -> None:
    assert told_of(await check_in(office, "agent")) == {"agent": (False, ON_DUTY)}

    [event] = await office.events(pb.DutyCheckedIn)
    assert not event.planned


async def test_who_has_gone_home_can_come_back_on_the_same_day(office: House) -> None:
    await check_in(office, "agent")
    await check_out(office, "agent")

    [shift] = (await check_in(office, "agent")).shifts

    assert shift.state == ON_DUTY
    assert not shift.HasField("check_out_time")


async def test_nobody_checks_in_twice_or_out_without_being_there(office: House) -> None:
    with pytest.raises(Refused, match="NOT_ON_DUTY"):
        await check_out(office, "agent")
    await check_in(office, "agent")
    before = await entries(office)

    with pytest.raises(IllegalMove):
        await check_in(office, "agent")
    for login in ("neighbour", "clerk"):
        with pytest.raises(Denied, match="NOT_OWN_POINT"):
            await check_in(office, login)

    assert await entries(office) == before


async def test_nobody_checks_in_at_a_point_that_was_retired(office: House) -> None:
    retired = office.unit_message("village", revision=2, retire_time=LONG_AGO)
    await office.hear_in(office.town, gateway.UnitRetired(unit=retired))

    with pytest.raises(Refused, match="POINT_RETIRED"):
        await check_in(office, "agent")


async def test_a_forgotten_check_out_is_closed_by_the_midnight_that_ends_the_day(office: House) -> None:
    roster = await check_in(office, "agent")
    midnight = start_of_day(the_day_after(today(office)))

    await sweep_at(office, midnight - timedelta(seconds=1))
    assert await office.events(pb.DutyCheckedOut) == []
    await sweep_at(office, midnight + timedelta(minutes=5))

    [shift] = (await office("agent", pb.GetRosterRequest(name=roster.name))).roster.shifts
    assert (shift.state, shift.closed_by_midnight) == (LEFT, True)
    assert shift.check_out_time.ToDatetime(midnight.tzinfo) == midnight
    [event] = await office.events(pb.DutyCheckedOut)
    assert event.closed_by_midnight
    with pytest.raises(Refused, match="NOT_ON_DUTY"):
        await check_out(office, "agent")


async def test_a_planned_officer_who_never_came_is_announced_once_and_one_who_is_absent_is_not(office: House) -> None:
    await plan(office, "agent", "agent", "colleague")
    await declare(office, "colleague", "agent")

    await sweep_at(office, start_of_day(the_day_after(today(office))))
    await sweep_at(office, office.clock.now() + timedelta(days=3))

    [event] = await office.events(pb.DutyMissed)
    assert event.officer == account(office, "agent")
    request = pb.ListRostersRequest(parent=f"tenants/{office.town}", missed=True)
    [roster] = (await office("discipline", request)).rosters
    assert told_of(roster) == {"agent": (True, MISSED), "colleague": (True, pb.Shift.STATE_PLANNED)}


async def test_what_comes_in_goes_to_who_is_on_duty_else_planned_else_not_absent_else_to_the_centre(
    office: House,
) -> None:
    assert await answers(office) == "agent"
    await plan(office, "agent", "colleague")
    assert await answers(office) == "colleague"
    await check_in(office, "agent")
    assert await answers(office) == "agent"
    await check_out(office, "agent")
    assert await answers(office) == "colleague"

    await declare(office, "colleague", "agent")
    assert await answers(office) == "agent"
    await declare(office, "agent", "clerk")
    assert await answers(office) == "clerk"
    await check_in(office, "second-clerk", "service-centre")
    assert await answers(office) == "second-clerk"


async def test_where_everybody_is_absent_nobody_answers_for_what_comes_in(office: House) -> None:
    await declare(office, "clerk", "second-clerk")
    await change(office, "second-clerk", *grants_of(office)["second-clerk"], revision=2, disabled=True)

    with pytest.raises(Refused, match="NO_OFFICER"):
        await answers(office, "service-centre")


async def test_everybody_sees_who_works_at_a_point_and_who_is_there_and_no_account(office: House) -> None:
    await plan(office, "agent", "colleague")
    await check_in(office, "agent")
    request = pb.ListOfficersRequest(parent=office.point("village"))

    agent, colleague = (await office("citizen", request)).officers

    assert (agent.display_name, agent.position) == ("李会计", "村会计、代办员")
    assert (agent.on_duty, agent.planned, agent.absent) == (True, False, False)
    assert (colleague.display_name, colleague.on_duty, colleague.planned) == ("", False, True)
    assert {agent.account, colleague.account} == {""}
    assert (await office("agent", request)).officers[0].account == account(office, "agent")
    present = pb.ListOfficersRequest(parent=office.point("village"), on_duty=True)
    assert len((await office("citizen", present)).officers) == 1
    with pytest.raises(NotFound):
        await office("citizen", pb.ListOfficersRequest(parent=f"tenants/{office.town}/points/{office.town}.finance"))


async def test_officers_are_listed_page_by_page_in_either_order(office: House) -> None:
    for order, wanted in (("account", ["agent", "colleague"]), ("account desc", ["colleague", "agent"])):
        found: list[str] = []
        token = ""
        while True:
            request = pb.ListOfficersRequest(
                parent=office.point("village"), page_size=1, page_token=token, order_by=order
            )
            page = await office("agent", request)
            found += [each.account.rpartition("/")[2] for each in page.officers]
            if not (token := page.next_page_token):
                break
        assert found == wanted


async def test_rosters_are_listed_by_day_and_point_for_who_sees_them(office: House) -> None:
    for day in range(3):
        await plan(office, "clerk", "agent", day=today(office, day))
        await plan(office, "clerk", "neighbour", slug="community", day=today(office, day))

    async def listed(login: str, **wanted: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        token = ""
        while True:
            request = pb.ListRostersRequest(
                parent=f"tenants/{office.town}",
                page_size=2,
                page_token=token,
                **wanted,  # type: ignore[arg-type]
            )
            page = await office(login, request)
            found += [(each.day, each.point) for each in page.rosters]
            if not (token := page.next_page_token):
                return found

    everything = await listed("discipline", order_by="day")
    assert (len(everything), everything) == (6, sorted(everything))
    assert await listed("clerk") == everything[::-1]
    own = [each for each in everything if each[1] == office.point("village")]
    for login in ("agent", "leader", "secretary"):
        assert await listed(login, order_by="day") == own
    assert await listed("county-window") == []
    one = await listed("clerk", first_day=today(office, 1), last_day=today(office, 1), point=office.point("community"))
    assert one == [(today(office, 1), office.point("community"))]


async def test_the_roster_of_another_point_does_not_exist_for_its_neighbours(office: House) -> None:
    roster = await plan(office, "agent", "agent")

    with pytest.raises(NotFound, match="NO_ROSTER"):
        await office("neighbour", pb.GetRosterRequest(name=roster.name))
    with pytest.raises(NotFound, match="NO_ROSTER"):
        await office("agent", pb.GetRosterRequest(name=roster.name.replace(today(office), today(office, 1))))
