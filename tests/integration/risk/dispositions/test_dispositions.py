"""Dispositions of warnings, through the contract: who, how severe, until when, and what of it anybody reads."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.risk import v1 as pb
from minshao.watch import v1 as watch
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.databases import ServiceDatabase
from services.common.access import Role
from services.common.deadlines import Sweeper
from services.common.errors import Denied, IllegalMove, Invalid, NotFound
from services.common.periods import local_date
from services.risk.acting import system_acting
from services.risk.dispositions.store import ROWS
from services.risk.information.collecting import Finding, Origin, collect
from services.risk.information.domain import Facts, Kind
from services.risk.kept import KeptFrom
from services.risk.levels import Level
from tests.integration.risk.house import House
from tests.integration.risk.information.test_by_hand import correct

REMINDER, CRITICISM = pb.Disposition.SEVERITY_REMINDER, pb.Disposition.SEVERITY_CRITICISM
TALK, CORRECTION = pb.Disposition.SEVERITY_ADMONITION, pb.Disposition.SEVERITY_CORRECTION
INVESTIGATION = pb.Disposition.SEVERITY_INVESTIGATION
UNIT = ("leader", "officer")
EYES = (*UNIT, "party", "discipline", "commission")


async def warned(house: House, report: str = "r1", **facts: Any) -> pb.Warning:
    """A warning about the finance office, as whoever has it sees it."""
    _pass(house, minutes=1)
    await house.substantiated(report, **facts)
    who = "commission" if facts.get("visible_to") == common.LEVEL_COUNTY else "discipline"
    open_ones = pb.ListWarningsRequest.Filter(state=pb.Warning.STATE_OPEN)
    [found] = (await house(who, pb.ListWarningsRequest(parent=f"tenants/{house.town}", filter=open_ones))).warnings
    assert isinstance(found, pb.Warning)
    return found


async def disposed(house: House, who: str, warning: pb.Warning, severity: int, **facts: Any) -> pb.Disposition:
    request = pb.RecordDispositionRequest(
        parent=f"tenants/{house.town}",
        warning=warning.name,
        severity=pb.Disposition.Severity.ValueType(severity),
        **{"note": "谈话提醒。", "persons": "王某，财政所会计", **facts},
    )
    recorded: pb.Disposition = (await house(who, request)).disposition
    return recorded


async def test_of_dispositions_at_one_instant_the_last_is_the_one_that_was_recorded_last(house: House) -> None:
    warning = await warned(house)
    for severity in (*[REMINDER] * 9, TALK):
        await disposed(house, "discipline", warning, severity, milder_reason="情节较轻。")

    async with house.refused(Invalid, "轻于上一次"):
        await disposed(house, "discipline", warning, CRITICISM)


async def shown(house: House, who: str, name: str) -> pb.Disposition:
    found: pb.Disposition = (await house(who, pb.GetDispositionRequest(name=name))).disposition
    return found


async def test_a_disposition_answers_its_warning_and_names_the_reports_behind_it(house: House) -> None:
    warning = await warned(house)

    recorded = await disposed(house, "leader", warning, REMINDER)

    answered = (await house("leader", pb.GetWarningRequest(name=warning.name))).warning
    assert (recorded.number, recorded.state) == ("景村处〔2026〕1号", pb.Disposition.STATE_DONE)
    assert (answered.state, answered.disposition) == (pb.Warning.STATE_ANSWERED, recorded.name)
    [told] = await house.events(pb.DispositionRecorded)
    assert (told.warning, told.severity, told.visible_to) == (warning.name, REMINDER, common.LEVEL_UNIT)
    assert list(told.origins) == [f"tenants/{house.town}/reports/r1"]
    [heard] = await house.events(pb.WarningAnswered)
    assert heard.disposition == recorded.name


async def test_all_the_reports_behind_a_disposition_are_told_of_however_many(house: House) -> None:
    names = [f"tenants/{house.town}/reports/earlier{n:03}" for n in range(120)]
    async with house.database.transaction(house.town) as tx:
        acting = system_acting(house.risk, tx, house.clock.now())
        facts = Facts(unit=house.unit("finance"), kind=Kind.REPORT_SUBSTANTIATED, day=acting.today)
        origins = [Origin(source=name, name=name, kept_from=KeptFrom(Level.UNIT)) for name in names]
        await collect(acting, [Finding(id=uuid4().hex, origin=origin, facts=facts) for origin in origins])
    warning = await warned(house)

    await disposed(house, "discipline", warning, TALK)

    [told] = await house.events(pb.DispositionRecorded)
    assert set(told.origins) == {*names, f"tenants/{house.town}/reports/r1"}


async def test_a_disposition_says_of_which_reports_nothing_but_their_delay_is_behind_it(house: House) -> None:
    seen_from = common.LEVEL_UNIT
    for id in ("late", "late-and-true", "late-and-unfounded"):
        overdue = watch.ReportOverdue(report=house.report(id), visible_to=seen_from)
        await house.told("WATCH", ("report", id), overdue)
    for id in ("late-and-true", "late-and-unfounded"):
        finding, report = watch.Report.FINDING_SUBSTANTIATED, house.report(id)
        found = watch.ReportSubstantiated(report=report, finding=finding, visible_to=seen_from)
        await house.told("WATCH", ("report", id), found, version=2)
    late = agency.CaseOverdue(case=house.case("late", "finance"), visible_to=seen_from)
    await house.told("AGENCY", ("case", "late"), late)
    await house.substantiated("true")
    kind = pb.RiskInformation.KIND_REPORT_SUBSTANTIATED
    pieces = {_id(each.origin): each for each in await house.information("discipline", kind=kind)}
    await correct(house, pieces["late-and-unfounded"], "discipline", withdrawn=True, text="查无此事。")
    [warning] = await house.warnings("discipline")

    order = await disposed(house, "discipline", warning, CORRECTION, last_day=str(local_date(house.clock.now())))
    await house("discipline", pb.CheckCorrectionRequest(name=order.name, done=True, note="已整改。"))

    for [told] in (await house.events(pb.DispositionRecorded), await house.events(pb.DispositionCorrected)):
        behind = ["late", "late", "late-and-true", "late-and-unfounded", "true"]
        assert sorted(map(_id, told.origins)) == behind
        assert [*told.delayed_origins] == [house.report(id).report for id in ("late", "late-and-unfounded")]


def _id(name: str) -> str:
    return name.rpartition("/")[2]


async def test_texts_are_read_by_the_leader_and_the_discipline_officer_and_by_nobody_else(house: House) -> None:
    recorded = await disposed(house, "leader", await warned(house), CRITICISM)

    read = {
        who: await shown(house, who, recorded.name)
        for who in ("leader", "discipline", "officer", "party", "commission")
    }

    assert {who for who, each in read.items() if each.note} == {"leader", "discipline"}
    assert read["leader"].persons == "王某，财政所会计"
    assert all(each.severity == CRITICISM for each in read.values())
    told = await house.events(pb.DispositionRecorded)
    assert "王某".encode() not in b"".join(each.SerializeToString() for each in told)


@pytest.mark.parametrize("severity", [TALK, INVESTIGATION])
async def test_a_units_leader_only_reminds_and_criticises(house: House, severity: int) -> None:
    warning = await warned(house)
    size = await house.ledger_size()

    with pytest.raises(Denied) as denied:
        await disposed(house, "leader", warning, severity)

    assert denied.value.reason == "NOT_THE_UNITS"
    assert await house.ledger_size() == size


async def test_what_came_up_to_a_level_is_disposed_of_there(house: House) -> None:
    of_town = await warned(house, visible_to=common.LEVEL_TOWN)
    size = await house.ledger_size()

    with pytest.raises(NotFound):
        await disposed(house, "leader", of_town, REMINDER)
    with pytest.raises(Denied):
        await disposed(house, "commission", of_town, REMINDER)
    assert await house.ledger_size() == size

    assert (await disposed(house, "discipline", of_town, TALK)).organ_level == common.LEVEL_TOWN


async def test_the_county_disposes_of_what_is_the_countys(house: House) -> None:
    of_county = await warned(house, visible_to=common.LEVEL_COUNTY)

    with pytest.raises(NotFound):
        await disposed(house, "discipline", of_county, TALK)
    recorded = await disposed(house, "commission", of_county, TALK)

    assert (recorded.organ_level, recorded.level) == (common.LEVEL_COUNTY, common.LEVEL_COUNTY)
    with pytest.raises(NotFound):
        await shown(house, "discipline", recorded.name)


async def test_a_milder_one_in_the_same_matter_takes_a_reason(house: House) -> None:
    warning = await warned(house)
    await disposed(house, "discipline", warning, TALK)
    size = await house.ledger_size()

    with pytest.raises(Invalid) as refused:
        await disposed(house, "discipline", warning, CRITICISM)
    assert refused.value.violations[0].field == "milder_reason"
    assert await house.ledger_size() == size

    milder = await disposed(house, "discipline", warning, CRITICISM, milder_reason="已经主动整改。")
    assert (milder.milder, milder.milder_reason) == (True, "已经主动整改。")
    [_, told] = await house.events(pb.DispositionRecorded)
    assert (told.milder_level, told.HasField("milder_reason")) == (common.LEVEL_UNIT, True)


async def test_a_later_warning_of_the_same_subject_is_the_same_matter(house: House) -> None:
    await disposed(house, "discipline", await warned(house), TALK)
    again = await warned(house, "r2")

    with pytest.raises(Invalid):
        await disposed(house, "discipline", again, REMINDER)
    as_severe = await disposed(house, "discipline", again, TALK)

    assert not as_severe.milder


async def seen_by(house: House, name: str) -> dict[str, tuple[bool, str]]:
    """Whether a disposition is milder, and why, in the eyes of each."""
    found = {who: await shown(house, who, name) for who in EYES}
    listed = {who: [each.milder for each in await dispositions(house, who) if each.name == name] for who in EYES}
    assert listed == {who: [each.milder] for who, each in found.items()}
    return {who: (each.milder, each.milder_reason) for who, each in found.items()}


async def dispositions(house: House, who: str, **asked: Any) -> list[pb.Disposition]:
    """What somebody sees of the dispositions of the town."""
    wanted = pb.ListDispositionsRequest.Filter(**asked)
    request = pb.ListDispositionsRequest(parent=f"tenants/{house.town}", filter=wanted)
    return list((await house(who, request)).dispositions)


async def test_that_a_warning_was_answered_is_seen_below_and_by_what_only_by_who_sees_it(house: House) -> None:
    warning = await warned(house)
    handed = await disposed(house, "discipline", warning, INVESTIGATION)

    one = {who: await house.warning(warning.name, who) for who in EYES}
    listed = {who: (await house.warnings(who))[0] for who in EYES}
    found = {who: [each.name for each in await dispositions(house, who, warning=warning.name)] for who in EYES}
    still_open = {who: [each.name for each in await dispositions(house, who, open=True)] for who in EYES}

    answers = {who: "" if who in UNIT else handed.name for who in EYES}
    assert {who: each.disposition for who, each in one.items()} == answers
    assert {who: each.disposition for who, each in listed.items()} == answers
    assert {each.state for each in one.values()} == {pb.Warning.STATE_ANSWERED}
    assert found == still_open == {who: [] if who in UNIT else [handed.name] for who in EYES}


async def test_who_does_not_see_the_one_before_is_asked_for_no_reason_and_the_service_keeps_one(house: House) -> None:
    await disposed(house, "discipline", await warned(house), INVESTIGATION)
    again = await warned(house, "r2")

    recorded = await disposed(house, "leader", again, REMINDER)

    assert (recorded.milder, recorded.milder_reason) == (False, "")
    hidden = (True, "上一次处置由上级掌握，未向本次处置人公开。")
    expected = {"leader": (False, ""), "officer": (False, ""), "party": (True, ""), "commission": (True, "")}
    assert await seen_by(house, recorded.name) == {**expected, "discipline": hidden}
    told = (await house.events(pb.DispositionRecorded))[-1]
    assert (told.milder_level, told.visible_to) == (common.LEVEL_TOWN, common.LEVEL_UNIT)
    assert told.HasField("milder_reason")


async def test_a_reason_that_was_given_unasked_is_the_one_that_is_kept(house: House) -> None:
    await disposed(house, "discipline", await warned(house), INVESTIGATION)

    recorded = await disposed(house, "leader", await warned(house, "r2"), REMINDER, milder_reason="已经退款。")

    assert (await seen_by(house, recorded.name))["discipline"] == (True, "已经退款。")


async def test_the_reason_for_one_milder_than_what_is_hidden_is_hidden_with_it(house: House) -> None:
    warning = await warned(house)
    await disposed(house, "discipline", warning, INVESTIGATION)
    async with house.refused(Invalid, "说明理由"):
        await disposed(house, "discipline", warning, TALK)

    recorded = await disposed(house, "discipline", warning, TALK, milder_reason="查处尚未结束，先行提醒。")

    seen = await seen_by(house, recorded.name)
    assert seen["discipline"] == (True, "查处尚未结束，先行提醒。")
    assert {who: seen[who] for who in UNIT} == dict.fromkeys(UNIT, (False, ""))


async def test_what_is_asked_of_a_unit_follows_from_the_last_that_it_sees(house: House) -> None:
    warning = await warned(house)
    await disposed(house, "leader", warning, CRITICISM)
    await disposed(house, "discipline", warning, INVESTIGATION)
    async with house.refused(Invalid, "说明理由"):
        await disposed(house, "leader", warning, REMINDER)

    recorded = await disposed(house, "leader", warning, REMINDER, milder_reason="已经主动整改。")

    seen = await seen_by(house, recorded.name)
    assert seen["leader"] == seen["discipline"] == (True, "已经主动整改。")


async def test_who_a_disposition_is_kept_from_is_not_told_that_theirs_is_milder(house: House) -> None:
    leader = house.claims["leader"].subject
    about_the_leader = await warned(house, recused_accounts=[leader])
    await disposed(house, "discipline", about_the_leader, TALK)
    again = await warned(house, "r2")

    recorded = await disposed(house, "leader", again, REMINDER)

    seen = await seen_by(house, recorded.name)
    assert (seen["leader"], seen["officer"], seen["discipline"][0]) == ((False, ""), (True, ""), True)


async def test_what_was_milder_before_the_upgrade_is_milder_than_the_one_before_it(
    house: House, risk_database: ServiceDatabase
) -> None:
    step = import_module("services.risk.migrations.versions.0011_milder_than")
    warning = await warned(house)
    talk, handed, reminder = [
        await disposed(house, "discipline", warning, severity, milder_reason="已经整改。")
        for severity in (TALK, INVESTIGATION, REMINDER)
    ]
    as_it_was = "UPDATE dispositions SET milder = milder_than IS NOT NULL, milder_than = NULL"
    owner = create_async_engine(risk_database.owner)
    async with owner.begin() as connection:
        await connection.execute(sa.select(sa.func.set_config("app.tenant", house.town, True)))
        for statement in (as_it_was, step.NAME_THE_ONE_BEFORE):
            await connection.execute(sa.text(statement))
    await owner.dispose()

    async with house.database.transaction(house.town) as tx:
        found = await ROWS.find(tx)

    names = {each.id: f"tenants/{house.town}/dispositions/{each.id}" for each in found}
    before = {names[each.id]: names.get(each.milder_than or "") for each in found}
    assert before == {talk.name: None, handed.name: None, reminder.name: handed.name}


async def test_figures_count_an_investigation_for_who_sees_it(house: House) -> None:
    await disposed(house, "discipline", await warned(house), INVESTIGATION)
    parent, unit = f"tenants/{house.town}", f"tenants/{house.town}/units/{house.unit('finance')}"
    request = pb.ListUnitRiskViewsRequest(parent=parent, unit=unit, period="2026-09")

    figures = {who: (await house(who, request)).units[0].figures for who in EYES}

    assert {who: each.warnings_answered_in_time for who, each in figures.items()} == dict.fromkeys(EYES, 1)
    handed = {who: (each.dispositions_investigation, each.investigations_handed_over) for who, each in figures.items()}
    assert handed == {who: (0, 0) if who in UNIT else (1, 1) for who in EYES}


@pytest.mark.parametrize(
    ("severity", "last_day"),
    [(CORRECTION, ""), (TALK, "2026-09-20"), (CORRECTION, "2026-08-31"), (CORRECTION, "2028-01-01")],
)
async def test_a_last_day_belongs_to_an_order_to_correct_and_lies_ahead(
    house: House, severity: int, last_day: str
) -> None:
    warning = await warned(house)
    size = await house.ledger_size()

    with pytest.raises(Invalid) as refused:
        await disposed(house, "discipline", warning, severity, last_day=last_day)

    assert refused.value.violations[0].field == "last_day"
    assert await house.ledger_size() == size


async def test_a_correction_is_owed_until_a_look_finds_it_done(house: House) -> None:
    ordered = await disposed(house, "discipline", await warned(house), CORRECTION, last_day="2026-09-20")

    again = pb.CheckCorrectionRequest(name=ordered.name, note="只改了一半。", last_day="2026-10-10")
    not_done = (await house("discipline", again)).disposition
    with pytest.raises(Denied):
        await house("commission", pb.CheckCorrectionRequest(name=ordered.name, done=True, note="已改。"))
    _pass(house, minutes=1)
    done = (
        await house("discipline", pb.CheckCorrectionRequest(name=ordered.name, done=True, note="已全部整改。"))
    ).disposition

    assert (ordered.state, not_done.state, done.state) == (
        pb.Disposition.STATE_CORRECTING,
        pb.Disposition.STATE_CORRECTING,
        pb.Disposition.STATE_DONE,
    )
    assert [(each.done, each.note, each.last_day) for each in done.checks] == [
        (False, "只改了一半。", "2026-09-20"),
        (True, "已全部整改。", "2026-10-10"),
    ]
    assert (len(await house.events(pb.DispositionNotCorrected)), len(await house.events(pb.DispositionCorrected))) == (
        1,
        1,
    )
    size = await house.ledger_size()
    with pytest.raises(IllegalMove):
        await house("discipline", pb.CheckCorrectionRequest(name=ordered.name, done=True, note="再查。"))
    assert await house.ledger_size() == size


async def test_a_correction_that_is_not_done_in_time_is_told_once_for_each_last_day(house: House) -> None:
    ordered = await disposed(house, "discipline", await warned(house), CORRECTION, last_day="2026-09-20")

    await _sweep(house, 19)
    before = await house.events(pb.DispositionOverdue)
    await _sweep(house, 1)
    await _sweep(house, 3)
    await house("discipline", pb.CheckCorrectionRequest(name=ordered.name, note="还没有改。", last_day="2026-10-10"))
    await _sweep(house, 30)

    assert before == []
    assert [each.last_day for each in await house.events(pb.DispositionOverdue)] == ["2026-09-20", "2026-10-10"]
    assert (await shown(house, "discipline", ordered.name)).late


@pytest.mark.parametrize("looked", [{"done": True}, {"last_day": "2026-10-10"}])
async def test_a_look_after_the_last_day_finds_it_late_though_nobody_has_swept_yet(
    house: House, looked: dict[str, Any]
) -> None:
    ordered = await disposed(house, "discipline", await warned(house), CORRECTION, last_day="2026-09-20")
    _pass(house, days=20)

    seen = (
        await house("discipline", pb.CheckCorrectionRequest(name=ordered.name, note="看过。", **looked))
    ).disposition

    assert (seen.late, seen.checks[0].last_day) == (True, "2026-09-20")


async def test_an_investigation_goes_to_the_county_is_accepted_by_name_and_comes_back(house: House) -> None:
    handed = await disposed(house, "discipline", await warned(house), INVESTIGATION)
    size = await house.ledger_size()
    returning = pb.ReturnInvestigationResultRequest(
        name=handed.name, result=pb.Disposition.RESULT_VIOLATION, note="查实王某违纪。"
    )
    with pytest.raises(IllegalMove):
        await house("commission", returning)
    assert await house.ledger_size() == size

    accepted = (await house("commission", pb.AcceptInvestigationRequest(name=handed.name))).disposition
    await house("commission", returning)

    seen = await shown(house, "discipline", handed.name)
    assert (handed.state, accepted.state) == (pb.Disposition.STATE_HANDED_OVER, pb.Disposition.STATE_ACCEPTED)
    assert accepted.acceptor == f"tenants/{house.county}/accounts/commission"
    assert (seen.state, seen.result, seen.result_note) == (
        pb.Disposition.STATE_DONE,
        pb.Disposition.RESULT_VIOLATION,
        "查实王某违纪。",
    )
    [told] = await house.events(pb.DispositionHandedOver)
    assert told.visible_to == common.LEVEL_TOWN
    with pytest.raises(IllegalMove):
        await house("commission", pb.AcceptInvestigationRequest(name=handed.name))


async def test_an_investigation_is_kept_from_the_unit(house: House) -> None:
    handed = await disposed(house, "discipline", await warned(house), INVESTIGATION)

    with pytest.raises(NotFound):
        await shown(house, "leader", handed.name)
    listed = await house("leader", pb.ListDispositionsRequest(parent=f"tenants/{house.town}"))

    assert list(listed.dispositions) == []


async def test_dispositions_are_listed_by_what_is_owed(house: House) -> None:
    first = await disposed(house, "discipline", await warned(house), CORRECTION, last_day="2026-09-20")
    second = await disposed(house, "discipline", await warned(house, "r2"), CORRECTION, last_day="2026-09-10")
    done = await disposed(house, "discipline", await warned(house, "r3"), TALK, milder_reason="已经整改。")

    async def names(**asked: Any) -> list[str]:
        filter = pb.ListDispositionsRequest.Filter(**asked.pop("filter", {}))
        request = pb.ListDispositionsRequest(parent=f"tenants/{house.town}", filter=filter, **asked)
        return [each.name for each in (await house("discipline", request)).dispositions]

    assert set(await names()) == {first.name, second.name, done.name}
    assert await names(filter={"open": True}, order_by="last_day") == [second.name, first.name]
    assert await names(filter={"severity": TALK}) == [done.name]
    assert await names(filter={"warning": first.warning}) == [first.name]
    assert await names(order_by="last_day", page_size=1) == [second.name]


async def test_the_same_request_again_records_nothing_more(house: House) -> None:
    warning = await warned(house)

    first = await disposed(house, "discipline", warning, TALK, request_id="d0b07389-65fc-593c-be99-d53773ebc901")
    again = await disposed(house, "discipline", warning, TALK, request_id="d0b07389-65fc-593c-be99-d53773ebc901")

    assert again == first
    assert len(await house.events(pb.DispositionRecorded)) == 1


async def _sweep(house: House, days: int) -> None:
    """So many days pass, and what is due by then fires."""
    _pass(house, days=days)
    while await Sweeper(house.database, house.listing, house.fired, house.clock).sweep():
        pass


def _pass(house: House, **span: int) -> None:
    house.clock.set(house.clock.now() + timedelta(**span))


async def test_who_reported_what_counts_no_more_or_is_about_another_unit_is_not_told_of_a_disposition(
    house: House,
) -> None:
    for report in ("r1", "r2", "r3"):
        await house.substantiated(report)
    pieces = {each.origin.rpartition("/")[2]: each for each in await house.information("discipline")}
    village = f"tenants/{house.town}/units/{house.unit('village')}"
    await correct(house, pieces["r1"], "discipline", withdrawn=True, text="查无此事。")
    await correct(house, pieces["r2"], "discipline", unit=village, text="是村里的事。")

    for warning in await house.warnings("discipline"):
        await disposed(house, "discipline", warning, TALK)

    told = {
        each.unit: [origin.rpartition("/")[2] for origin in each.origins]
        for each in await house.events(pb.DispositionRecorded)
    }
    assert told == {house.unit("finance"): ["r3"], house.unit("village"): ["r2"]}


async def test_an_investigation_of_the_party_committee_is_kept_from_it(house: House) -> None:
    await house.substantiated("r1", "party-committee")
    [warning] = await house.warnings("discipline")

    handed = await disposed(house, "discipline", warning, INVESTIGATION)

    with pytest.raises(NotFound):
        await shown(house, "party", handed.name)
    assert (await house.warning(warning.name, "party")).disposition == ""
    assert (await shown(house, "commission", handed.name)).severity == INVESTIGATION


async def test_an_investigation_is_kept_from_an_officer_who_has_a_role_in_the_unit(house: House) -> None:
    await house.deputy(Role.UNIT_LEADER)

    handed = await disposed(house, "discipline", await warned(house), INVESTIGATION)

    with pytest.raises(NotFound):
        await shown(house, "deputy", handed.name)
    assert (await shown(house, "discipline", handed.name)).severity == INVESTIGATION
