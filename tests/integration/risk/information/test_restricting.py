"""What becomes known of a report after something came of it."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from google.protobuf.message import Message
from minshao.common import v1 as common
from minshao.risk import v1 as pb
from minshao.watch import v1 as watch

from services.common.errors import NotFound
from services.common.events import Event
from tests.called import told_of
from tests.integration.risk.house import House

UNIT, TOWN, COUNTY = common.LEVEL_UNIT, common.LEVEL_TOWN, common.LEVEL_COUNTY


def left(house: House, report: str, *logins: str, **facts: Any) -> watch.ReportConflictDeclared:
    """Watch tells that people declared a conflict and left a report."""
    accounts = [house.claims[each].subject for each in logins]
    return watch.ReportConflictDeclared(
        report=house.report(report, recused_accounts=accounts, **facts), visible_to=UNIT
    )


def moved(house: House, report: str, level: common.Level.ValueType, **facts: Any) -> watch.ReportRerouted:
    """Watch tells that a level above has a report from now on."""
    return watch.ReportRerouted(report=house.report(report, **facts), visible_to=level)


async def tell(house: House, report: str, told: Message, version: int = 2) -> None:
    await house.told("WATCH", ("report", report), told, version)


async def reminded(house: House, who: str, warning: str) -> pb.Disposition:
    request = pb.RecordDispositionRequest(
        parent=f"tenants/{house.town}", warning=warning, severity=pb.Disposition.SEVERITY_REMINDER, note="提示。"
    )
    made: pb.Disposition = (await house(who, request)).disposition
    return made


async def test_who_leaves_a_report_sees_nothing_that_came_of_it_and_answers_no_warning(house: House) -> None:
    await house.substantiated("r1")
    [piece], [warning] = await house.information("leader"), await house.warnings("leader")

    await tell(house, "r1", left(house, "r1", "leader", "discipline"))

    assert (await house.information("leader"), await house.warnings("leader")) == ([], [])
    lowered = pb.LowerWarningRequest(name=warning.name, colour=pb.Warning.COLOUR_YELLOW, reason="减轻。")
    async with house.refused(NotFound):
        await house("discipline", lowered)
    for asked in (
        pb.GetRiskInformationRequest(name=piece.name),
        pb.GetWarningRequest(name=warning.name),
        pb.AssignWarningOwnerRequest(name=warning.name, owner=house.claims["officer"].subject),
    ):
        async with house.refused(NotFound):
            await house("leader", asked)
    async with house.refused(NotFound):
        await reminded(house, "leader", warning.name)
    assert [each.name for each in await house.information("officer")] == [piece.name]
    assert [each.name for each in await house.warnings("officer")] == [warning.name]


async def test_a_disposition_is_hidden_with_its_warning_also_of_one_that_was_answered(house: House) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("leader")
    name = (await reminded(house, "leader", warning.name)).name

    await tell(house, "r1", left(house, "r1", "leader"))

    with pytest.raises(NotFound):
        await house("leader", pb.GetDispositionRequest(name=name))
    listed = pb.ListDispositionsRequest(parent=f"tenants/{house.town}")
    assert list((await house("leader", listed)).dispositions) == []
    assert [each.name for each in (await house("discipline", listed)).dispositions] == [name]
    [told] = await house.events(pb.DispositionRestricted)
    assert list(told.recused_accounts) == [house.claims["leader"].subject]


async def test_whom_a_report_turns_out_to_be_about_sees_nothing_that_came_of_it(house: House) -> None:
    subject = await house.cadre("wang-lei")
    house.claims["clerk"] = replace(house.claims["officer"], cadre=subject)
    overdue = watch.ReportOverdue(report=house.report("r1"), visible_to=UNIT)
    await house.told("WATCH", ("report", "r1"), overdue)
    await house.substantiated("r2")
    [warning] = await house.warnings("clerk")

    for report in ("r1", "r2"):
        linked = watch.ReportSubjectLinked(report=house.report(report, subject_cadre="wang-lei"), visible_to=UNIT)
        await tell(house, report, linked)
    await tell(
        house, "r1", watch.ReportSubjectLinked(report=house.report("r1", subject_cadre="li-na"), visible_to=UNIT), 3
    )

    assert (await house.information("clerk"), await house.warnings("clerk")) == ([], [])
    assert len(await house.information("leader")) == 2
    assert [each.name for each in await house.warnings("leader")] == [warning.name]
    *_, told = await house.events(pb.RiskInformationRestricted)
    cadres = [f"tenants/{house.town}/cadres/{each}" for each in ("li-na", "wang-lei")]
    assert (list(told.recused_cadres), told.kind) == (cadres, pb.RiskInformation.KIND_REPORT_OVERDUE)


def accuses(house: House, report: str) -> watch.ReportSubjectLinked:
    """Watch tells that a report accuses the finance office as a whole, and that the town has it from now on."""
    return watch.ReportSubjectLinked(
        report=house.report(report, recused_units=[house.unit("finance")]), visible_to=TOWN
    )


async def test_what_came_of_a_report_is_kept_from_a_unit_that_it_turns_out_to_accuse_as_a_whole(house: House) -> None:
    await house.deputy()
    await house.substantiated("r1", visible_to=TOWN)
    [warning] = await house.warnings("deputy")
    answer = await reminded(house, "deputy", warning.name)

    await tell(house, "r1", accuses(house, "r1"))
    await tell(house, "r1", watch.ReportSubjectLinked(report=house.report("r1"), visible_to=TOWN), 3)

    assert (await house.information("deputy"), await house.warnings("deputy")) == ([], [])
    for asked in (pb.GetWarningRequest(name=warning.name), pb.GetDispositionRequest(name=answer.name)):
        async with house.refused(NotFound):
            await house("deputy", asked)
        await house("discipline", asked)
    [of_piece], [of_warning] = (
        await house.events(pb.RiskInformationRestricted),
        await house.events(pb.WarningRestricted),
    )
    [of_answer] = await house.events(pb.DispositionRestricted)
    for told in (of_piece, of_warning, of_answer):
        assert list(told.recused_units) == [house.unit("finance")]


async def test_a_warning_that_stays_below_stays_with_its_unit_until_all_of_it_has_moved_up(house: House) -> None:
    await house.deputy()
    await house.substantiated("r1")
    await house.substantiated("r2")

    await tell(house, "r1", accuses(house, "r1"))

    for who in ("leader", "deputy"):
        [kept], [warning] = await house.information(who), await house.warnings(who)
        assert (warning.level, warning.information_count) == (UNIT, 2)
        assert [each.risk_information for each in (await house.warning(warning.name, who)).evidence] == [kept.name]
    assert all(list(each.recused_units) == [] for each in await house.events(pb.WarningRestricted))
    await tell(house, "r2", moved(house, "r2", TOWN))
    assert await house.warnings("leader") == await house.warnings("deputy") == []
    assert [each.name for each in await house.warnings("discipline")] == [warning.name]
    *_, told = await house.events(pb.WarningRestricted)
    assert (told.visible_to, list(told.recused_units)) == (TOWN, [house.unit("finance")])


async def test_a_warning_moves_up_with_all_that_is_behind_it_and_is_owed_there(house: House) -> None:
    await house.substantiated("r1")
    [before] = await house.warnings("leader")
    await house.pass_days(3)

    await tell(house, "r1", moved(house, "r1", COUNTY))

    for who in ("leader", "discipline"):
        assert (await house.information(who), await house.warnings(who)) == ([], [])
    [after] = await house.warnings("commission")
    assert (after.name, after.level, after.owner_level, after.colour) == (before.name, COUNTY, COUNTY, before.colour)
    assert after.last_day > before.last_day
    [told] = await house.events(pb.WarningRestricted)
    assert (told.visible_to, told.owner_level, told.last_day) == (COUNTY, COUNTY, after.last_day)
    assert (await house("commission", pb.GetWarningRequest(name=after.name))).warning.evidence
    await house.substantiated("r2")
    [anew] = await house.warnings("leader")
    assert (anew.level, anew.information_count) == (UNIT, 1)


async def test_a_warning_stays_below_as_long_as_something_behind_it_does(house: House) -> None:
    await house.substantiated("r1")
    await house.substantiated("r2")

    await tell(house, "r1", moved(house, "r1", TOWN))

    [kept] = await house.information("leader")
    [warning] = await house.warnings("leader")
    assert (warning.level, warning.information_count) == (UNIT, 2)
    assert [each.risk_information for each in (await house.warning(warning.name, "leader")).evidence] == [kept.name]
    assert len((await house.warning(warning.name)).evidence) == 2
    assert await house.events(pb.WarningRestricted) == []
    await tell(house, "r2", moved(house, "r2", TOWN))
    assert await house.warnings("leader") == []


async def test_what_moves_up_may_stand_beside_another_warning_about_the_same(house: House) -> None:
    await house.substantiated("r1")
    for report in ("r2", "r3", "r4"):
        await house.substantiated(report, visible_to=TOWN)
    assert {each.level for each in await house.warnings("discipline")} == {TOWN, UNIT}

    await tell(house, "r1", moved(house, "r1", TOWN))
    await house.substantiated("r5", visible_to=TOWN)

    both = await house.warnings("discipline", state=pb.Warning.STATE_OPEN)
    assert [(each.level, each.owner_level) for each in both] == [(TOWN, TOWN)] * 2
    assert min(each.information_count for each in both) == 1
    assert await house.warnings("leader") == []


async def test_a_named_owner_from_whom_a_warning_is_kept_owes_it_no_more(house: House) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("leader")
    owner = house.claims["officer"].subject
    await house("leader", pb.AssignWarningOwnerRequest(name=warning.name, owner=owner))

    await tell(house, "r1", left(house, "r1", "officer"))

    [after] = await house.warnings("leader")
    assert (after.owner, after.last_day) == ("", warning.last_day)


async def test_what_is_told_again_or_is_nothing_new_is_not_told_on(house: House) -> None:
    await house.substantiated("r1")
    await tell(house, "r1", left(house, "r1", "leader"))
    size = await house.ledger_size()

    await tell(house, "r1", left(house, "r1", "leader"), 3)
    await tell(house, "r1", left(house, "r1"), 4)

    assert await house.ledger_size() == size


async def test_a_report_of_a_town_that_the_county_has_is_restricted_in_the_county_too(house: House) -> None:
    organ = house.unit("finance", house.county)
    overdue = watch.ReportOverdue(report=house.report("r1", organ=organ), visible_to=COUNTY)
    await house.told("WATCH", ("report", "r1"), overdue)
    listed = pb.ListRiskInformationRequest(parent=f"tenants/{house.county}")
    assert len((await house("commission", listed)).risk_information) == 1

    await tell(house, "r1", left(house, "r1", "commission", organ=organ))

    assert list((await house("commission", listed)).risk_information) == []


async def test_what_came_of_a_report_while_the_county_had_it_is_restricted_there_when_it_has_come_back_down(
    house: House,
) -> None:
    organ = house.unit("discipline", house.county)
    overdue = watch.ReportOverdue(report=house.report("r1", organ=organ), visible_to=COUNTY)
    await house.told("WATCH", ("report", "r1"), overdue)
    await tell(house, "r1", watch.ReportRerouted(report=house.report("r1"), visible_to=UNIT), 2)

    await tell(house, "r1", left(house, "r1", "commission"), 3)

    listed = pb.ListRiskInformationRequest(parent=f"tenants/{house.county}")
    assert list((await house("commission", listed)).risk_information) == []


def life_of(house: House, chance: Random) -> list[Event]:
    """What watch tells of a report, which is kept from more and more people, in its order."""
    logins, level, cadre, units = ["leader", "officer", "party"], UNIT, "", list[str]()
    gone, events = list[str](), list[Event]()
    chance.shuffle(logins)
    for version in range(1, 8):
        match chance.randrange(4):
            case 0 if logins:
                gone.append(house.claims[logins.pop()].subject)
            case 1:
                cadre, units = chance.choice(("wang-lei", "li-na")), []
            case 2:
                cadre, units, level = "", [house.unit(chance.choice(("finance", "village")))], max(level, TOWN)
            case _:
                level = common.Level.ValueType(min(level + chance.randrange(2), COUNTY))
        report = house.report("r1", recused_accounts=gone, subject_cadre=cadre, recused_units=units)
        kind = chance.choice((watch.ReportSubjectLinked, watch.ReportConflictDeclared, watch.ReportRerouted))
        told: Message = kind(report=report, visible_to=level)
        if version == 2:
            told = watch.ReportOverdue(report=report, visible_to=level)
        if version == 4:
            finding = watch.Report.FINDING_SUBSTANTIATED
            told = watch.ReportSubstantiated(report=report, finding=finding, visible_to=level)
        events.append(told_of(("report", "r1"), house.town, told, house.clock.now(), version))
    return events


@pytest.mark.parametrize("seed", range(8))
async def test_in_whatever_order_it_comes_all_is_kept_from_the_same_people(house: House, seed: int) -> None:
    """Also what is replayed by hand, out of its order, after it was put aside."""
    chance = Random(seed)
    events = life_of(house, chance)
    played = [*events, *chance.sample(events, 3)]
    chance.shuffle(played)

    for event in played:
        async with house.database.transaction(house.town) as tx:
            await house.subscriptions["WATCH"].handlers[event.type](tx, event, house.clock.now())

    said: list[Any] = [each.message for each in events]
    level = max(each.visible_to for each in said)
    accounts = {account for each in said for account in each.report.recused_accounts}
    cadres = {f"tenants/{house.town}/cadres/{each.report.subject_cadre}" for each in said if each.report.subject_cadre}
    units = {unit for each in said for unit in each.report.recused_units}
    told: list[Any] = [
        *await house.events(pb.RiskInformationCollected),
        *await house.events(pb.RiskInformationRestricted),
    ]
    last = {each.risk_information: each for each in told}
    assert len(last) == 2
    for piece in last.values():
        assert (piece.visible_to, {*piece.recused_accounts}, {*piece.recused_cadres}) == (level, accounts, cadres)
        assert {*piece.recused_units} == units
    seen = await house.warnings("commission" if level == COUNTY else "discipline")
    assert all(each.level == level for each in seen)
    for who in ("leader", "officer", "party"):
        if house.claims[who].subject in accounts:
            assert (await house.information(who), await house.warnings(who)) == ([], [])


async def test_a_correction_of_what_has_moved_up_is_read_and_checked_there(house: House) -> None:
    await house.substantiated("r1")
    [warning] = await house.warnings("discipline")
    order = pb.RecordDispositionRequest(
        parent=f"tenants/{house.town}",
        warning=warning.name,
        severity=pb.Disposition.SEVERITY_CORRECTION,
        note="限期退还。",
        last_day="2026-09-20",
    )
    ordered = (await house("discipline", order)).disposition
    checked = pb.CheckCorrectionRequest(name=ordered.name, done=True, note="已退还。")

    await tell(house, "r1", moved(house, "r1", COUNTY))
    read = (await house("commission", pb.GetDispositionRequest(name=ordered.name))).disposition
    with pytest.raises(NotFound):
        await house("discipline", checked)
    done = (await house("commission", checked)).disposition

    assert (read.note, done.state) == ("限期退还。", pb.Disposition.STATE_DONE)


async def test_what_an_answer_below_has_settled_counts_no_more_when_it_moves_up(house: House) -> None:
    await house.substantiated("r1")
    await house.substantiated("r2")
    [warning] = await house.warnings("leader")
    await reminded(house, "leader", warning.name)

    await tell(house, "r2", moved(house, "r2", COUNTY))
    await house("discipline", pb.RunAnalysisRequest(parent=f"tenants/{house.town}"))
    await house.substantiated("r3", finding=watch.Report.FINDING_PARTLY)
    settled = await house.warnings("commission")
    await house.substantiated("r4", visible_to=COUNTY)

    assert [each.name for each in settled] == [warning.name]
    [above] = [each for each in await house.warnings("commission") if each.name != warning.name]
    assert (above.level, above.points, above.information_count) == (COUNTY, 60, 2)
    shown = await house.warning(above.name, "commission")
    assert [each.points for each in shown.evidence] == [40, 20]


async def test_what_stood_behind_a_warning_when_it_moved_up_is_settled_with_it(house: House) -> None:
    await house.substantiated("r1")
    await house.substantiated("r2")
    [warning] = await house.warnings("leader")

    await tell(house, "r2", moved(house, "r2", COUNTY))
    await reminded(house, "leader", warning.name)
    await house("discipline", pb.RunAnalysisRequest(parent=f"tenants/{house.town}"))

    assert [each.name for each in await house.warnings("commission")] == [warning.name]


@pytest.mark.parametrize("together", [True, False])
async def test_what_comes_of_a_report_that_has_come_back_down_is_seen_there(house: House, together: bool) -> None:
    """Somebody ticked that a town leader is meant, and put it right."""
    there_and_back = [
        told_of(("report", "r1"), house.town, moved(house, "r1", level), house.clock.now(), version)
        for version, level in enumerate((COUNTY, UNIT), start=1)
    ]
    for events in [there_and_back] if together else [[each] for each in there_and_back]:
        await house.take(house.subscriptions["WATCH"], *events)

    found = watch.ReportSubstantiated(
        report=house.report("r1"), finding=watch.Report.FINDING_SUBSTANTIATED, visible_to=UNIT
    )
    await tell(house, "r1", found, version=3)

    [piece], [warning] = await house.information("leader"), await house.warnings("leader")
    assert (piece.level, warning.level, warning.owner_level) == (UNIT, UNIT, UNIT)


async def test_what_was_there_already_stays_where_its_report_took_it(house: House) -> None:
    await house.substantiated("r1")

    for version, level in enumerate((COUNTY, UNIT), start=2):
        await tell(house, "r1", moved(house, "r1", level), version)

    assert await house.information("leader") == []
    [piece] = await house.information("commission")
    assert piece.level == COUNTY
