"""Warnings: raised, merged, heightened, lowered with a reason, due, escalated, answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb
from minshao.watch import v1 as watch

from services.common.access import Role
from services.common.errors import Denied, IllegalMove, NotFound, Refused
from tests.integration.risk.house import House
from tests.unit.watch.reports.builders import local

YELLOW, ORANGE, RED = pb.Warning.COLOUR_YELLOW, pb.Warning.COLOUR_ORANGE, pb.Warning.COLOUR_RED


async def test_another_piece_joins_the_open_warning_and_raises_its_colour(house: House) -> None:
    await house.substantiated("r1")
    await house.record("discipline", pb.RiskInformation.KIND_PETITION)
    [yellow] = await house.warnings("leader")
    await house.substantiated("r2")
    [orange] = await house.warnings("leader")

    assert (yellow.colour, yellow.information_count) == (YELLOW, 2)
    assert (orange.name, orange.colour, orange.information_count, orange.points) == (yellow.name, ORANGE, 3, 90.0)
    raised = await house.events(pb.WarningRaised)
    assert [(each.earlier_colour, each.colour) for each in raised] == [(0, YELLOW), (YELLOW, ORANGE)]
    pieces = {each.name for each in await house.information("leader")}
    assert (len(pieces), set(raised[1].risk_information)) == (3, pieces)
    assert len(await house.events(pb.WarningJoined)) == 1


async def test_a_position_is_warned_of_where_it_comes_up_again(house: House) -> None:
    await house.clerk()
    for report in ("r1", "r2", "r3"):
        await house.substantiated(report, subject_cadre="wang-lei")

    about = {each.subject: each for each in await house.warnings("leader")}

    position = about[pb.AnalysisRules.SUBJECT_POSITION]
    assert (position.title, position.colour, position.rule) == ("财政所 会计", YELLOW, "同一岗位反复出现")
    assert about[pb.AnalysisRules.SUBJECT_POWER].title == "财政所 会计 资金拨付审核"
    assert about[pb.AnalysisRules.SUBJECT_UNIT].colour == ORANGE


async def test_a_red_one_is_owed_by_the_discipline_committee(house: House) -> None:
    for n in range(4):
        await house.substantiated(f"r{n}")

    [warning] = await house.warnings("leader")

    assert (warning.colour, warning.owner_level, warning.last_day) == (RED, common.LEVEL_TOWN, "2026-09-06")
    told = (await house.events(pb.WarningRaised))[-1]
    assert (told.colour, told.unit, told.owner_level) == (RED, house.unit("finance"), common.LEVEL_TOWN)


async def test_a_withdrawn_piece_lets_no_warning_fall(house: House) -> None:
    await house.substantiated("r1")
    [piece] = await house.information("discipline")
    now = piece.current

    await house(
        "discipline",
        pb.CorrectRiskInformationRequest(
            name=piece.name, unit=now.unit, kind=now.kind, day=now.day, withdrawn=True, text="查无此事。"
        ),
    )

    [warning] = await house.warnings("leader")
    assert (warning.colour, warning.state) == (YELLOW, pb.Warning.STATE_OPEN)
    assert (await house.warning(warning.name)).evidence[0].withdrawn
    assert await house.events(pb.WarningLowered) == []


async def test_a_piece_that_is_about_another_unit_by_now_is_shown_to_who_sees_that_unit(house: House) -> None:
    await house.substantiated("r1")
    [piece] = await house.information("discipline")
    village = f"tenants/{house.town}/units/{house.unit('village')}"
    moved = pb.CorrectRiskInformationRequest(
        name=piece.name, unit=village, kind=piece.current.kind, day=piece.current.day, text="是村里的事。"
    )

    await house("discipline", moved)

    [warning] = await house.warnings("leader")
    seen = {who: (await house.warning(warning.name, who)).evidence for who in ("leader", "discipline")}
    assert ([*seen["leader"]], [each.number for each in seen["discipline"]]) == ([], [piece.number])


async def test_it_is_lowered_with_a_reason_and_only_what_comes_after_raises_it_again(house: House) -> None:
    for report in ("r1", "r2"):
        await house.substantiated(report)
    [warning] = await house.warnings("leader")
    house.clock.set(house.clock.now() + timedelta(hours=1))

    await house("discipline", pb.LowerWarningRequest(name=warning.name, colour=YELLOW, reason="两件是同一件事。"))
    house.clock.set(house.clock.now() + timedelta(hours=1))
    await house.substantiated("r3")

    shown = await house.warning(warning.name)
    assert (shown.colour, shown.highest_colour, shown.information_count) == (YELLOW, ORANGE, 3)
    [lowering] = shown.lowerings
    assert (lowering.from_colour, lowering.to_colour, lowering.reason) == (ORANGE, YELLOW, "两件是同一件事。")
    [told] = await house.events(pb.WarningLowered)
    assert (told.earlier_colour, told.colour) == (ORANGE, YELLOW)
    await house.substantiated("r4")
    assert (await house.warning(warning.name)).colour == ORANGE


async def test_nobody_but_the_discipline_organ_lowers_and_only_to_a_milder_colour(house: House) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("leader")
    size = await house.ledger_size()

    for who in ("leader", "officer", "party", "commission"):
        with pytest.raises(Denied):
            await house(who, pb.LowerWarningRequest(name=warning.name, colour=YELLOW, reason="轻微。"))
    for colour in (YELLOW, RED):
        with pytest.raises(Refused):
            await house("discipline", pb.LowerWarningRequest(name=warning.name, colour=colour, reason="轻微。"))

    assert await house.ledger_size() == size


async def test_somebody_of_the_level_that_owes_it_is_named(house: House) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("leader")
    leader = house.claims["leader"].subject

    shown = (await house("leader", pb.AssignWarningOwnerRequest(name=warning.name, owner=leader))).warning

    assert shown.owner == leader
    [told] = await house.events(pb.WarningOwnerAssigned)
    assert told.owner == leader


async def test_nobody_else_can_be_named_or_names(house: House) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("leader")
    size = await house.ledger_size()
    parent = f"tenants/{house.town}/accounts"

    with pytest.raises(Refused):
        await house("leader", pb.AssignWarningOwnerRequest(name=warning.name, owner=f"{parent}/party"))
    with pytest.raises(NotFound):
        await house("leader", pb.AssignWarningOwnerRequest(name=warning.name, owner=f"{parent}/nobody"))
    with pytest.raises(NotFound):
        await house("village-officer", pb.AssignWarningOwnerRequest(name=warning.name, owner=f"{parent}/leader"))
    with pytest.raises(Denied):
        await house("commission", pb.AssignWarningOwnerRequest(name=warning.name, owner=f"{parent}/leader"))

    assert await house.ledger_size() == size


async def leader_is(house: House, cadre: str) -> None:
    """From now on the account of the leader is that of a cadre."""
    role = gateway.RoleGrant(role=common.Role.ValueType(Role.UNIT_LEADER), scope=house.unit("finance"))
    leader, name = house.claims["leader"], await house.cadre(cadre)
    account = gateway.Account(name=leader.subject, cadre=name, roles=[role], revision=2)
    await house.hear_in(house.town, gateway.AccountChanged(account=account))
    house.claims["leader"] = replace(leader, cadre=name)


async def test_nobody_whom_it_is_about_or_who_left_it_is_named(house: House) -> None:
    await leader_is(house, "wang-lei")
    of_village = house.claims["village-officer"].subject
    await house.substantiated("r1", subject_cadre="wang-lei")
    await house.substantiated("r2", "village", recused_accounts=[of_village])
    warned = {each.unit.rpartition("/")[2]: each for each in await house.warnings("discipline")}

    for warning, owner in (
        (warned[house.unit("finance")], house.claims["leader"].subject),
        (warned[house.unit("village")], of_village),
    ):
        async with house.refused(Refused, "NOT_OF_OWNER"):
            await house("discipline", pb.AssignWarningOwnerRequest(name=warning.name, owner=owner))


async def test_nobody_who_has_a_role_in_the_unit_that_it_accuses_as_a_whole_is_named(house: House) -> None:
    owner = await house.deputy()
    await house.accused("r1")
    [warning] = await house.warnings("discipline")

    async with house.refused(Refused, "NOT_OF_OWNER"):
        await house("discipline", pb.AssignWarningOwnerRequest(name=warning.name, owner=owner))


@pytest.mark.parametrize("change", ["a role in the unit", "disabled", "nothing of that"])
async def test_who_was_named_owes_it_no_more_when_by_their_account_they_could_not_be_named_now(
    house: House, change: str
) -> None:
    owner = await house.person("second", Role.TOWN_DISCIPLINE, house.town, house.town)
    await house.accused("r1")
    [warning] = await house.warnings("discipline")
    await house("discipline", pb.AssignWarningOwnerRequest(name=warning.name, owner=owner))

    roles = [gateway.RoleGrant(role=common.ROLE_TOWN_DISCIPLINE, scope=house.town)]
    if change == "a role in the unit":
        roles.append(gateway.RoleGrant(role=common.ROLE_REGISTRAR, scope=house.unit("finance")))
    account = gateway.Account(name=owner, roles=roles, revision=2)
    if change == "disabled":
        account.disable_time.FromDatetime(house.clock.now())
    await house.hear_in(house.town, gateway.AccountChanged(account=account))
    await house.sweep_at(house.clock.now())

    [after] = await house.warnings("discipline")
    assert after.owner == (owner if change == "nothing of that" else "")
    named, *dropped = await house.events(pb.WarningOwnerAssigned)
    assert (named.owner, [each.owner for each in dropped]) == (owner, [""] if not after.owner else [])


@pytest.mark.parametrize(
    ("finding", "colour"), [(watch.Report.FINDING_PARTLY, YELLOW), (watch.Report.FINDING_SUBSTANTIATED, ORANGE)]
)
@pytest.mark.parametrize("later", [False, True])
async def test_who_was_named_owes_it_no_more_when_what_comes_to_it_accuses_their_unit_as_a_whole(
    house: House, finding: watch.Report.Finding.ValueType, colour: int, later: bool
) -> None:
    owner = await house.deputy()
    await house.substantiated("r1", visible_to=common.LEVEL_TOWN)
    [warning] = await house.warnings("deputy")
    await house("discipline", pb.AssignWarningOwnerRequest(name=warning.name, owner=owner))
    await house.record("discipline", pb.RiskInformation.KIND_PETITION)

    if later:
        await house.substantiated("r2", visible_to=common.LEVEL_TOWN, finding=finding)
        accuses = house.report("r2", recused_units=[house.unit("finance")])
        linked = watch.ReportSubjectLinked(report=accuses, visible_to=common.LEVEL_TOWN)
        await house.told("WATCH", ("report", "r2"), linked, 2)
    else:
        await house.accused("r2", finding=finding)

    assert await house.warnings("deputy") == []
    [after] = await house.warnings("discipline")
    assert (after.name, after.colour, after.owner) == (warning.name, colour, "")


@pytest.mark.parametrize(
    ("finding", "colour"), [(watch.Report.FINDING_PARTLY, YELLOW), (watch.Report.FINDING_SUBSTANTIATED, ORANGE)]
)
async def test_who_was_named_owes_it_no_more_when_what_comes_to_it_is_about_them(
    house: House, finding: watch.Report.Finding.ValueType, colour: int
) -> None:
    await leader_is(house, "wang-lei")
    await house.substantiated("r1")
    [warning] = await house.warnings("leader")
    owner = house.claims["leader"].subject
    await house("leader", pb.AssignWarningOwnerRequest(name=warning.name, owner=owner))
    await house.record("discipline", pb.RiskInformation.KIND_PETITION)

    await house.substantiated("r2", subject_cadre="wang-lei", finding=finding)

    assert await house.warnings("leader") == []
    [after] = await house.warnings("officer")
    assert (after.name, after.colour, after.owner) == (warning.name, colour, "")


async def test_it_is_reminded_of_then_overdue_and_goes_up_once_for_each_level(house: House) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("leader")
    assert warning.last_day == "2026-09-16"

    await house.sweep_at(local(2026, 9, 14, 23, 59))
    assert await house.events(pb.WarningDueSoon) == []
    await house.sweep_at(local(2026, 9, 15, 0))
    await house.sweep_at(local(2026, 9, 16, 23, 59))
    assert (len(await house.events(pb.WarningDueSoon)), await house.events(pb.WarningOverdue)) == (1, [])
    await house.sweep_at(local(2026, 9, 17, 0))

    [up] = await house.warnings("discipline")
    assert (up.late, up.owner_level, up.last_day, up.colour) == (True, common.LEVEL_TOWN, "2026-10-02", YELLOW)
    assert await house.warnings("discipline", owner_level=common.LEVEL_TOWN) == [up]
    assert await house.warnings("discipline", owner_level=common.LEVEL_UNIT) == []
    await house.sweep_at(local(2026, 10, 3, 0))
    await house.sweep_at(local(2026, 10, 19, 0))
    await house.sweep_at(local(2027, 3, 1, 0))
    assert [each.to_level for each in await house.events(pb.WarningEscalated)] == [
        common.LEVEL_TOWN,
        common.LEVEL_COUNTY,
    ]
    assert len(await house.events(pb.WarningOverdue)) == 3
    # Of the later periods nobody swept before they were over.
    assert len(await house.events(pb.WarningDueSoon)) == 1


async def test_the_county_acts_in_a_town_once_it_came_up_to_it(house: House) -> None:
    await house.substantiated("r1", visible_to=common.LEVEL_COUNTY)
    [warning] = await house.warnings("commission")
    commission = house.claims["commission"].subject

    shown = (await house("commission", pb.AssignWarningOwnerRequest(name=warning.name, owner=commission))).warning

    assert (shown.owner, shown.owner_level) == (commission, common.LEVEL_COUNTY)
    assert await house.warnings("discipline") == []


async def test_what_moved_up_is_warned_of_above_and_below_all_goes_on_as_if_it_were_not_there(house: House) -> None:
    await house.substantiated("r1")
    await house.substantiated("r2", visible_to=common.LEVEL_TOWN)
    await house.substantiated("r3")

    [below] = await house.warnings("leader")
    above = {each.level: each for each in await house.warnings("discipline")}

    assert (below.colour, below.information_count, below.level) == (ORANGE, 2, common.LEVEL_UNIT)
    assert above[common.LEVEL_UNIT] == below
    hidden = above[common.LEVEL_TOWN]
    assert (hidden.colour, hidden.information_count, hidden.owner_level) == (ORANGE, 3, common.LEVEL_TOWN)
    raised, joined = await house.events(pb.WarningRaised), await house.events(pb.WarningJoined)
    told = [(each.warning, each.visible_to) for each in raised] + [(each.warning, each.visible_to) for each in joined]
    assert all((name == hidden.name) == (level == common.LEVEL_TOWN) for name, level in told)


async def test_what_an_answer_settled_below_counts_no_more_above(house: House) -> None:
    await house.substantiated("r1")
    [below] = await house.warnings("leader")
    house.clock.set(house.clock.now() + timedelta(hours=1))
    await house.answer(below)
    house.clock.set(house.clock.now() + timedelta(hours=1))

    await house.substantiated("r2", visible_to=common.LEVEL_TOWN)

    [above] = [each for each in await house.warnings("discipline") if each.state == pb.Warning.STATE_OPEN]
    assert (above.level, above.colour, above.information_count) == (common.LEVEL_TOWN, YELLOW, 1)


async def test_an_answer_ends_it_and_counting_begins_anew(house: House) -> None:
    for report in ("r1", "r2"):
        await house.substantiated(report)
    [warning] = await house.warnings("leader")
    house.clock.set(house.clock.now() + timedelta(hours=1))
    await house.answer(warning)
    house.clock.set(house.clock.now() + timedelta(hours=1))
    await house.substantiated("r3")

    first, second = sorted(await house.warnings("leader"), key=lambda each: each.number)
    assert (first.state, first.colour, first.late) == (pb.Warning.STATE_ANSWERED, ORANGE, False)
    assert (second.state, second.colour, second.information_count) == (pb.Warning.STATE_OPEN, YELLOW, 1)
    [told] = await house.events(pb.WarningAnswered)
    assert told.warning == warning.name


@pytest.mark.parametrize(("days", "late"), [(15, False), (16, True)])
async def test_an_answer_after_the_last_day_is_late_though_nobody_has_swept_yet(
    house: House, days: int, late: bool
) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("leader")
    house.clock.set(house.clock.now() + timedelta(days=days))

    await house.answer(warning)

    [told] = await house.events(pb.WarningAnswered)
    assert ((await house.warning(warning.name)).late, told.late) == (late, late)


async def test_a_last_day_that_passed_before_the_colour_rose_counts_as_late(house: House) -> None:
    await house.substantiated("r1")
    house.clock.set(house.clock.now() + timedelta(days=16))

    for report in ("r2", "r3"):
        await house.substantiated(report)

    [warning] = await house.warnings("leader")
    assert (warning.colour, warning.last_day, warning.late) == (ORANGE, "2026-09-27", True)


async def test_what_was_answered_neither_moves_nor_falls_due(house: House) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("leader")
    await house.answer(warning)
    size = await house.ledger_size()

    await house.sweep_at(local(2027, 1, 1))
    with pytest.raises(IllegalMove):
        await house("discipline", pb.LowerWarningRequest(name=warning.name, colour=YELLOW, reason="轻微。"))
    with pytest.raises(IllegalMove):
        await house.answer(warning)

    assert await house.ledger_size() == size


async def test_lists_are_filtered_and_ordered(house: House) -> None:
    await house.substantiated("r1")
    for report in ("r2", "r3"):
        await house.substantiated(report, "village")
    parent = f"tenants/{house.town}"

    by_colour = (await house("discipline", pb.ListWarningsRequest(parent=parent, order_by="colour"))).warnings
    by_day = (await house("discipline", pb.ListWarningsRequest(parent=parent, order_by="last_day"))).warnings

    assert [each.colour for each in by_colour] == [ORANGE, YELLOW]
    assert [each.last_day for each in by_day] == ["2026-09-11", "2026-09-16"]
    assert [each.unit for each in await house.warnings("discipline", colour=ORANGE)] == [by_colour[0].unit]
    assert await house.warnings("discipline", late=True) == []
    first = await house("discipline", pb.ListWarningsRequest(parent=parent, page_size=1))
    rest = await house("discipline", pb.ListWarningsRequest(parent=parent, page_token=first.next_page_token))
    assert {first.warnings[0].name, rest.warnings[0].name} == {each.name for each in by_colour}
