"""Leading groups: who sets them up, who is in them, and which units stand under them."""

from __future__ import annotations

from typing import Any

import pytest
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from services.common.errors import AlreadyExists, Denied, Invalid, NotFound, Refused
from services.risk.groups.covering import has_group_above
from tests.integration.risk.groups.steps import (
    LEADERS,
    Member,
    adding,
    appoint_leader,
    cadre_of,
    group,
    member,
    tenant,
    units,
)
from tests.integration.risk.house import House
from tests.town_house import LONG_AGO


@pytest.fixture(autouse=True)
async def leader(house: House) -> None:
    await appoint_leader(house)


async def stands_under_one(house: House, slug: str, tenant: str = "") -> bool:
    async with house.database.transaction(tenant or house.town) as tx:
        return await has_group_above(tx, house.unit(slug, tenant))


async def groups(house: House, login: str, tenant: str = "", **wanted: Any) -> list[str]:
    request = pb.ListRiskGroupsRequest(parent=f"tenants/{tenant or house.town}", **wanted)
    return [each.title for each in (await house(login, request)).risk_groups]


async def members(house: House, login: str = "party", **wanted: Any) -> list[str]:
    request = pb.ListRiskGroupMembersRequest(parent=f"tenants/{house.town}", **wanted)
    return [each.display_name for each in (await house(login, request)).risk_group_members]


@pytest.mark.parametrize(
    ("who", "called"),
    [
        ("party", "景村镇廉政风险防控管理工作领导小组"),
        ("commission", "洛南县廉政风险防控管理工作领导小组"),
        ("department-leader", "县财政局廉政风险防控管理工作领导小组"),
    ],
)
async def test_the_town_the_county_and_a_department_have_groups_of_their_own(
    house: House, who: str, called: str
) -> None:
    made = await group(house, who)

    assert (made.title, made.member_count, made.plan) == (called, 0, "")
    assert (await house(who, pb.GetRiskGroupRequest(name=made.name))).risk_group == made
    [told] = await house.events(pb.RiskGroupCreated, tenant(house, who))
    assert told.risk_group == made.name


@pytest.mark.parametrize("who", LEADERS)
async def test_there_is_one_group_at_a_time(house: House, who: str) -> None:
    first = await group(house, who)
    async with house.refused(AlreadyExists):
        await group(house, who)

    await house(who, pb.RetireRiskGroupRequest(name=first.name))

    assert (await group(house, who)).name != first.name


@pytest.mark.parametrize(
    ("login", "of_county", "of_unit"),
    [
        ("commission", False, False),
        ("leader", False, False),
        ("department-leader", True, False),
        ("commission", True, True),
    ],
)
async def test_nobody_sets_up_the_group_of_others(house: House, login: str, of_county: bool, of_unit: bool) -> None:
    parent = f"tenants/{house.county if of_county else house.town}"
    unit = units(house, "finance")[0] if of_unit else ""

    async with house.refused(Denied):
        await house(login, pb.CreateRiskGroupRequest(parent=parent, unit=unit))


async def test_a_department_leader_does_not_touch_the_countys_group(house: House) -> None:
    countys = await group(house, "commission")

    async with house.refused(Denied):
        await house("department-leader", pb.RetireRiskGroupRequest(name=countys.name))
    async with house.refused(Denied):
        await member(house, countys, who="department-leader")


async def test_a_unit_of_a_town_has_no_group_of_its_own(house: House) -> None:
    unit = units(house, "finance", tenant=house.town)[0]

    async with house.refused(Refused, "NO_DEPARTMENT"):
        await house("leader", pb.CreateRiskGroupRequest(parent=f"tenants/{house.town}", unit=unit))


async def test_without_a_group_no_unit_stands_under_one(house: House) -> None:
    assert not await stands_under_one(house, "finance")
    assert not await stands_under_one(house, "finance", house.county)


async def test_all_units_of_a_town_stand_under_the_towns_group_while_it_is_in_use(house: House) -> None:
    made = await group(house)

    assert await stands_under_one(house, "finance")
    assert await stands_under_one(house, "village")
    assert not await stands_under_one(house, "finance", house.county)

    await house("party", pb.RetireRiskGroupRequest(name=made.name))
    assert not await stands_under_one(house, "finance")


async def test_departments_and_through_its_towns_their_units_stand_under_the_countys_group(house: House) -> None:
    await group(house, "commission")

    assert await stands_under_one(house, "civil-affairs", house.county)
    assert await stands_under_one(house, "village")


async def test_under_a_departments_group_stand_the_department_and_the_units_that_it_names(house: House) -> None:
    await group(house, "department-leader", units=units(house, "civil-affairs"))

    assert await stands_under_one(house, "finance", house.county)
    assert await stands_under_one(house, "civil-affairs", house.county)
    assert not await stands_under_one(house, "discipline", house.county)
    assert not await stands_under_one(house, "finance")


async def test_which_units_stand_under_a_departments_group_is_said_anew(house: House) -> None:
    made = await group(house, "department-leader", units=units(house, "civil-affairs"))
    request = pb.SetRiskGroupUnitsRequest(name=made.name, units=units(house, "discipline"))

    for _ in range(2):
        changed = (await house("department-leader", request)).risk_group

    assert list(changed.units) == units(house, "discipline")
    assert not await stands_under_one(house, "civil-affairs", house.county)
    [told] = await house.events(pb.RiskGroupUnitsSet, house.county)
    assert list(told.units) == [house.unit("discipline", house.county)]


async def test_units_that_cannot_stand_under_a_group_are_refused_with_the_reason(house: House) -> None:
    gone = house.unit_message("discipline", house.county, revision=2, retire_time=LONG_AGO)
    await house.hear_in(house.county, gateway.UnitChanged(unit=gone))
    parent, unit = f"tenants/{house.county}", units(house, "finance")[0]

    async with house.refused(Refused, "UNIT_RETIRED"):
        await group(house, "department-leader", units=units(house, "discipline"))
    async with house.refused(NotFound, "NO_UNIT"):
        await group(house, "department-leader", units=[f"{parent}/units/{house.county}.nothing"])
    async with house.refused(Invalid, "units"):
        await group(house, "department-leader", units=[unit])
    async with house.refused(Invalid, "units"):
        await group(house, "commission", units=[unit])
    async with house.refused(Invalid, "units"):
        await group(house, "department-leader", units=units(house, "finance", tenant=house.town))
    countys = await group(house, "commission")
    for login in ("commission", "department-leader"):
        async with house.refused(Denied):
            await house(login, pb.SetRiskGroupUnitsRequest(name=countys.name))


async def test_people_of_a_unit_see_the_groups_under_which_it_stands(house: House) -> None:
    await group(house)
    await group(house, "commission")
    departments = await group(house, "department-leader")

    assert await groups(house, "village-officer") == ["景村镇廉政风险防控管理工作领导小组"]
    assert len(await groups(house, "department-officer", house.county)) == 2
    assert await groups(house, "department-neighbour", house.county) == ["洛南县廉政风险防控管理工作领导小组"]
    with pytest.raises(NotFound):
        await house("department-neighbour", pb.GetRiskGroupRequest(name=departments.name))

    naming = pb.SetRiskGroupUnitsRequest(name=departments.name, units=units(house, "civil-affairs"))
    await house("department-leader", naming)
    assert await house("department-neighbour", pb.GetRiskGroupRequest(name=departments.name))


async def test_groups_are_listed_by_unit_the_countys_first(house: House) -> None:
    await group(house, "department-leader")
    await group(house, "commission")

    titles = await groups(house, "commission", house.county)

    assert titles == ["洛南县廉政风险防控管理工作领导小组", "县财政局廉政风险防控管理工作领导小组"]
    over_civil_affairs = units(house, "civil-affairs")[0]
    assert await groups(house, "commission", house.county, unit=over_civil_affairs) == titles[:1]


async def test_members_have_a_duty_and_are_in_the_group_from_a_day_to_a_day(house: House) -> None:
    made = await group(house)
    await member(house, made, "accountant", charge="台账")
    deputy = await member(house, made, "deputy", duty=Member.DUTY_DEPUTY)
    await member(house, made, "head", duty=Member.DUTY_HEAD)
    assert await members(house, "village-officer") == ["head", "deputy", "accountant"]

    await house("party", pb.EndRiskGroupMemberRequest(name=deputy.name, last_day="2026-08-31"))

    ended = (await house("party", pb.GetRiskGroupMemberRequest(name=deputy.name))).risk_group_member
    assert (ended.first_day, ended.last_day) == ("2026-01-05", "2026-08-31")
    assert await members(house, risk_group=made.name) == ["head", "accountant"]
    assert await members(house, show_past=True) == ["head", "deputy", "accountant"]
    assert (await house("party", pb.GetRiskGroupRequest(name=made.name))).risk_group.member_count == 2
    assert [told.duty for told in await house.events(pb.RiskGroupMemberAdded)] == [3, 2, 1]
    [told] = await house.events(pb.RiskGroupMemberEnded)
    assert (told.risk_group_member, told.last_day) == (deputy.name, "2026-08-31")


async def test_who_cannot_be_a_member_is_refused(house: House) -> None:
    made = await group(house)
    await member(house, made, "head", duty=Member.DUTY_HEAD)
    nobody = f"tenants/{house.town}/cadres/nobody"
    gone = await cadre_of(house, house.town, "gone", retire_time=LONG_AGO)

    async with house.refused(Refused, "IN_GROUP"):
        await member(house, made, "head")
    async with house.refused(NotFound, "NO_CADRE"):
        await house("party", adding(made.name, nobody))
    async with house.refused(Refused, "CADRE_RETIRED"):
        await house("party", adding(made.name, gone))
    await cadre_of(house, house.town, "other")
    async with house.refused(Refused, "HAS_HEAD"):
        await member(house, made, "other", duty=Member.DUTY_HEAD)
    async with house.refused(Invalid, "first_day"):
        await member(house, made, "other", first_day="2026-09-02")


async def test_terms_of_one_cadre_in_a_group_do_not_overlap(house: House) -> None:
    made = await group(house)
    name = (await member(house, made)).name
    await house("party", pb.EndRiskGroupMemberRequest(name=name, last_day="2026-08-20"))

    for day in ("2025-12-01", "2026-01-05", "2026-08-20"):
        async with house.refused(Refused, "IN_GROUP"):
            await member(house, made, first_day=day)
    await member(house, made, first_day="2026-08-21")


@pytest.mark.parametrize("last_day", ["2026-01-04", "2026-09-02"])
async def test_a_member_leaves_between_the_first_day_and_today_and_once(house: House, last_day: str) -> None:
    name = (await member(house, await group(house))).name

    async with house.refused(Invalid, "last_day"):
        await house("party", pb.EndRiskGroupMemberRequest(name=name, last_day=last_day))

    await house("party", pb.EndRiskGroupMemberRequest(name=name, last_day="2026-09-01"))
    async with house.refused(Refused, "LEFT"):
        await house("party", pb.EndRiskGroupMemberRequest(name=name, last_day="2026-09-01"))


async def test_with_a_group_that_is_dissolved_its_members_leave_and_nothing_more_is_written_in_it(house: House) -> None:
    made = await group(house)
    await member(house, made)

    retired = (await house("party", pb.RetireRiskGroupRequest(name=made.name))).risk_group

    assert retired.HasField("retire_time")
    assert await members(house) == []
    [left] = await house.events(pb.RiskGroupMemberEnded)
    assert left.last_day == "2026-09-01"
    assert [told.risk_group for told in await house.events(pb.RiskGroupRetired)] == [made.name]
    assert await groups(house, "party") == []
    assert len(await groups(house, "party", show_retired=True)) == 1
    async with house.refused(Refused, "GROUP_RETIRED"):
        await house("party", pb.RetireRiskGroupRequest(name=made.name))
    async with house.refused(Refused, "GROUP_RETIRED"):
        await member(house, made, "other")


async def test_a_repeated_call_sets_up_one_group(house: House) -> None:
    request_id = "5b0b3e0e-6a0e-4a6e-9a39-0d9d3f1b6c11"

    first = await group(house, request_id=request_id)

    assert await group(house, request_id=request_id) == first
    assert len(await house.events(pb.RiskGroupCreated)) == 1


async def test_with_a_department_that_is_retired_its_group_ends_and_stands_above_nobody(house: House) -> None:
    led = await group(house, "department-leader", units=units(house, "civil-affairs"))
    gone = house.unit_message("finance", house.county, revision=2, retire_time=LONG_AGO)

    await house.hear_in(house.county, gateway.UnitRetired(unit=gone))

    assert not await stands_under_one(house, "civil-affairs", house.county)
    [told] = await house.events(pb.RiskGroupRetired, house.county)
    assert told.risk_group == led.name


async def test_who_retires_leaves_their_groups_on_that_day_and_who_moves_stays(house: House) -> None:
    made = await group(house)
    head = await member(house, made, "head", duty=Member.DUTY_HEAD)
    await member(house, made, "mover")
    village = units(house, "village", tenant=house.town)[0]

    for _ in range(2):
        await tell_of_cadre(house, head.cadre, gateway.CadreRetired, retire_time=LONG_AGO)
        await tell_of_cadre(house, f"tenants/{house.town}/cadres/mover", gateway.CadreChanged, unit=village)

    assert await members(house) == ["mover"]
    [told] = await house.events(pb.RiskGroupMemberEnded)
    assert (told.risk_group_member, told.cadre, told.last_day) == (head.name, head.cadre, "2026-09-01")
    await member(house, made, "successor", duty=Member.DUTY_HEAD)


async def tell_of_cadre(
    house: House, name: str, kind: type[gateway.CadreChanged | gateway.CadreRetired], **facts: Any
) -> None:
    """The gateway tells what a cadre of the finance office is now."""
    now = {"unit": units(house, "finance", tenant=house.town)[0], "position": "干事", "revision": 2, **facts}
    cadre = gateway.Cadre(name=name, display_name=name.rpartition("/")[2], **now)
    await house.hear_in(house.town, kind(cadre=cadre))
