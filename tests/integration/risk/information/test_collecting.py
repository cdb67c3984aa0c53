"""Risk information from the events of the other services: each row of the domain's table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.risk import v1 as pb
from minshao.watch import v1 as watch

from services.common.access import Grant, Role
from services.common.errors import NotFound
from services.common.understanding import NotUnderstood
from tests.called import told_of
from tests.integration.risk.house import House
from tests.integration.risk.information.test_by_hand import correct
from tests.unit.watch.reports.builders import local

UNIT = common.LEVEL_UNIT
PARTLY, WHOLLY = watch.Report.FINDING_PARTLY, watch.Report.FINDING_SUBSTANTIATED
KIND_PARTLY = pb.RiskInformation.KIND_REPORT_PARTLY_SUBSTANTIATED
KIND_WHOLLY = pb.RiskInformation.KIND_REPORT_SUBSTANTIATED


def late(house: House, **facts: Any) -> agency.CaseOverdue:
    return agency.CaseOverdue(case=house.case("c1"), visible_to=UNIT, **facts)


async def test_a_substantiated_report_is_about_the_position_that_its_subject_held_and_its_only_power(
    house: House,
) -> None:
    clerk, power = await house.clerk()

    await house.substantiated("r1", subject_cadre="wang-lei")

    [told] = await house.events(pb.RiskInformationCollected)
    assert (told.position, told.power, told.subject_cadre) == (clerk.name, power.name, "wang-lei")
    shown = await house.information("leader")
    assert (shown[0].current.grade, shown[0].current.aspect) == (power.grade, pb.RiskInformation.ASPECT_DUTY)


async def test_of_several_powers_of_a_position_none_is_known(house: House) -> None:
    clerk, _ = await house.clerk()
    await house.power(clerk.name, "票据管理")

    await house.substantiated("r1", subject_cadre="wang-lei")

    [told] = await house.events(pb.RiskInformationCollected)
    assert (told.position, told.power) == (clerk.name, "")


async def test_a_position_that_was_left_before_is_not_meant(house: House) -> None:
    clerk, _ = await house.clerk()
    holder = (await house("officer", pb.GetPositionRequest(name=clerk.name))).position.holders[0]
    await house("officer", pb.EndHolderRequest(name=holder.name, last_day="2026-08-31"))

    await house.substantiated("r1", subject_cadre="wang-lei")

    [told] = await house.events(pb.RiskInformationCollected)
    assert (told.position, told.unit) == ("", house.unit("finance"))


async def test_a_report_that_nobody_was_linked_to_is_about_the_unit_of_its_post(house: House) -> None:
    await house.substantiated("r1", "village", subject_unit="", finding=watch.Report.FINDING_PARTLY)

    [told] = await house.events(pb.RiskInformationCollected)
    assert (told.unit, told.kind) == (house.unit("village"), pb.RiskInformation.KIND_REPORT_PARTLY_SUBSTANTIATED)


async def test_an_overdue_complaint_is_about_the_unit_that_handles_it(house: House) -> None:
    report = house.report("r1", "village", organ=house.unit("finance"), subject_cadre="wang-lei")

    await house.told("WATCH", ("report", "r1"), watch.ReportOverdue(report=report, visible_to=UNIT))

    [told] = await house.events(pb.RiskInformationCollected)
    assert (told.unit, told.position, told.kind, told.origin) == (
        house.unit("finance"),
        "",
        pb.RiskInformation.KIND_REPORT_OVERDUE,
        report.report,
    )


async def test_an_overdue_opinion_that_comes_from_a_bad_rating_says_nothing_about_who_handles_it(house: House) -> None:
    origin, commission = f"tenants/{house.town}/ratings/r1", f"{house.county}.discipline"

    for id, organ in (("r1", house.unit("finance")), ("r2", commission)):
        report = house.report(id, organ=organ, origin=origin, kind=watch.Report.KIND_OPINION)
        await house.told("WATCH", ("report", id), watch.ReportOverdue(report=report, visible_to=UNIT))

    assert await house.events(pb.RiskInformationCollected) == []
    assert await house.events(pb.RiskInformationCollected, house.county) == []


async def test_an_opinion_from_a_bad_rating_that_a_person_made_a_major_matter_is_overdue_where_it_is_handled(
    house: House,
) -> None:
    report = house.report(
        "r1",
        origin=f"tenants/{house.town}/ratings/r1",
        kind=watch.Report.KIND_OPINION,
        classification=watch.Report.CLASSIFICATION_MAJOR,
    )

    await house.told("WATCH", ("report", "r1"), watch.ReportOverdue(report=report, visible_to=common.LEVEL_TOWN))

    [told] = await house.events(pb.RiskInformationCollected)
    assert (told.kind, told.unit) == (pb.RiskInformation.KIND_REPORT_OVERDUE, report.organ)


async def test_an_overdue_case_is_about_every_desk_that_has_it_each_in_its_own_tenant(house: House) -> None:
    window, village = house.unit("civil-affairs", house.county), house.unit("village")

    await house.told("AGENCY", ("case", "c1"), late(house, desks=[window, village]))
    await house.told("AGENCY", ("case", "c1"), late(house, desk=village), version=2)

    [in_town] = await house.events(pb.RiskInformationCollected)
    [in_county] = await house.events(pb.RiskInformationCollected, house.county)
    assert (in_town.unit, in_county.unit) == (village, window)
    assert in_town.origin == in_county.origin == f"tenants/{house.town}/cases/c1"


async def test_only_a_notice_that_was_given_again_counts_and_once_for_a_case(house: House) -> None:
    for version, again in enumerate((False, True, True), start=1):
        said = agency.CaseNotified(case=house.case("c1"), repeated_notice=again, visible_to=UNIT)
        await house.told("AGENCY", ("case", "c1"), said, version)

    [told] = await house.events(pb.RiskInformationCollected)
    assert (told.kind, told.unit) == (pb.RiskInformation.KIND_NOTICE_REPEATED, house.unit("village"))


async def test_a_notice_that_a_window_gave_again_is_the_windows_in_the_county(house: House) -> None:
    window = house.unit("civil-affairs", house.county)
    said = agency.CaseNotified(case=house.case("c1"), repeated_notice=True, desk=window, visible_to=UNIT)

    await house.told("AGENCY", ("case", "c1"), said)

    assert await house.events(pb.RiskInformationCollected) == []
    [told] = await house.events(pb.RiskInformationCollected, house.county)
    assert (told.kind, told.unit) == (pb.RiskInformation.KIND_NOTICE_REPEATED, window)


async def test_events_that_come_doubled_and_out_of_order_count_once(house: House) -> None:
    """Doubled: by the inbox where it is the same event, by its source where it is told anew."""
    first = await house.substantiated("r1")
    overdue = watch.ReportOverdue(report=house.report("r1"), visible_to=UNIT)
    of_before = told_of(("report", "r1"), house.town, overdue, house.clock.now(), version=1)

    stream = house.subscriptions["WATCH"]
    again = replace(first, id=uuid4(), version=first.version + 1)
    await house.take(stream, first, again, again, of_before)
    await house.take(stream, of_before, first)

    assert len(await house.events(pb.RiskInformationCollected)) == 1
    assert len(await house.events(pb.WarningRaised)) == 1


async def test_a_piece_that_moved_up_is_hidden_below_and_shown_above(house: House) -> None:
    await house.substantiated("r1", visible_to=common.LEVEL_TOWN)

    assert await house.information("leader") == []
    assert len(await house.information("discipline")) == 1
    with pytest.raises(NotFound):
        await house("leader", pb.GetRiskInformationRequest(name=(await house.information("discipline"))[0].name))
    [warned] = await house.warnings("discipline")
    assert (await house.warnings("leader"), warned.owner_level) == ([], common.LEVEL_TOWN)


async def test_whoever_a_report_is_about_sees_nothing_that_comes_from_it(house: House) -> None:
    await house.clerk()
    house.claims["clerk"] = replace(house.claims["officer"], cadre=f"tenants/{house.town}/cadres/wang-lei")
    await house.substantiated("r1", subject_cadre="wang-lei", recused_accounts=[house.claims["leader"].subject])

    [seen], [warned] = await house.information("officer"), await house.warnings("officer")
    for who in ("clerk", "leader"):
        assert (await house.information(who), await house.warnings(who)) == ([], [])
        with pytest.raises(NotFound):
            await house(who, pb.GetRiskInformationRequest(name=seen.name))
        with pytest.raises(NotFound):
            await house(who, pb.GetWarningRequest(name=warned.name))


@pytest.mark.parametrize(
    ("role", "scope", "slug"),
    [(Role.TOWN_CLERK, "", "service-centre"), (Role.WINDOW_CLERK, ".finance", "finance")],
)
async def test_the_clerk_of_a_window_or_of_the_centre_is_one_of_the_unit_that_is_accused(
    house: House, role: Role, scope: str, slug: str
) -> None:
    tenant = house.town if role is Role.TOWN_CLERK else house.county
    organ = Role.TOWN_DISCIPLINE if role is Role.TOWN_CLERK else Role.COUNTY_DISCIPLINE
    await house.person("clerk", organ, tenant, tenant, Grant(role, f"{tenant}{scope}"))
    unit = house.unit(slug, tenant)
    report = watch.ReportReference(
        report=f"tenants/{tenant}/reports/r1",
        unit=unit,
        organ=unit,
        subject_unit=unit,
        recused_units=[unit],
        matter=watch.Report.MATTER_NEGLECT_OF_DUTY,
    )
    told = watch.ReportSubstantiated(report=report, finding=WHOLLY, visible_to=common.LEVEL_COUNTY)

    await house.take(house.subscriptions["WATCH"], told_of(("report", "r1"), tenant, told, house.clock.now()))

    assert len(await house.warnings("commission", tenant)) == 1
    assert await house.warnings("clerk", tenant) == []


@pytest.mark.parametrize("role", [Role.UNIT_LEADER, Role.REGISTRAR])
async def test_an_accusation_about_a_unit_as_a_whole_is_kept_from_whoever_has_any_role_there(
    house: House, role: Role
) -> None:
    await house.deputy(role)
    by_hand = await house.record("officer", pb.RiskInformation.KIND_SELF_FOUND)

    await house.accused("r1")

    assert [each.name for each in await house.information("deputy")] == [by_hand.name]
    assert [each.name for each in await house.information("leader")] == [by_hand.name]
    assert await house.warnings("deputy") == []
    [piece] = [each for each in await house.information("discipline") if each.name != by_hand.name]
    [warning] = await house.warnings("discipline")
    note = pb.RecordDispositionRequest(
        parent=f"tenants/{house.town}", warning=warning.name, severity=pb.Disposition.SEVERITY_REMINDER, note="提示。"
    )
    for asked in (
        pb.GetRiskInformationRequest(name=piece.name),
        pb.GetWarningRequest(name=warning.name),
        pb.LowerWarningRequest(name=warning.name, colour=pb.Warning.COLOUR_YELLOW, reason="减轻。"),
        note,
    ):
        async with house.refused(NotFound):
            await house("deputy", asked)
    disposition = (await house("discipline", note)).disposition
    async with house.refused(NotFound):
        await house("deputy", pb.GetDispositionRequest(name=disposition.name))
    of_hand, of_report = await house.events(pb.RiskInformationCollected)
    [raised], [recorded] = await house.events(pb.WarningRaised), await house.events(pb.DispositionRecorded)
    assert list(of_hand.recused_units) == []
    for told in (of_report, raised, recorded):
        assert list(told.recused_units) == [house.unit("finance")]


async def test_what_one_tenant_tells_of_the_unit_of_another_is_put_aside(house: House) -> None:
    report = house.report("r1", report=f"tenants/{house.county}/reports/r1")
    told = watch.ReportSubstantiated(
        report=report, finding=watch.Report.FINDING_SUBSTANTIATED, visible_to=common.LEVEL_COUNTY
    )
    event = told_of(("report", "r1"), house.county, told, house.clock.now())
    size = await house.ledger_size()

    with pytest.raises(NotFound):
        await house.take(house.subscriptions["WATCH"], event)

    assert await house.ledger_size() == size
    assert await house.information("discipline") == []


def without_payload(_house: House) -> list[tuple[str, Message]]:
    return [
        ("WATCH", watch.ReportSubstantiated()),
        ("WATCH", watch.ReportOverdue()),
        ("AGENCY", agency.CaseOverdue()),
        ("AGENCY", agency.CaseOverdueLifted()),
        ("AGENCY", agency.CaseNotified()),
    ]


def of_a_later_version(house: House) -> list[tuple[str, Message]]:
    """With a finding, a matter and a level of which this version does not know."""
    return [
        ("WATCH", watch.ReportSubstantiated(report=house.report("r1"), finding=9, visible_to=UNIT)),
        ("WATCH", watch.ReportOverdue(report=house.report("r1", matter=99), visible_to=UNIT)),
        ("AGENCY", agency.CaseOverdue(case=house.case("c1"), visible_to=9)),
        ("AGENCY", agency.CaseOverdueLifted(case=house.case("c1"), desks=[house.unit("village")], visible_to=9)),
    ]


def of_another_tenant(house: House) -> list[tuple[str, Message]]:
    """A report and a case of another town, units of one, and a report of the county as one of the town."""
    other = f"{house.county}999"
    report = house.report("r1", report=f"tenants/{other}/reports/r1")
    of_county = house.report("r1", report=f"tenants/{house.county}/reports/r1")
    found: dict[str, Any] = {"finding": watch.Report.FINDING_SUBSTANTIATED, "visible_to": UNIT}
    return [
        ("WATCH", watch.ReportSubstantiated(report=report, **found)),
        ("WATCH", watch.ReportSubstantiated(report=of_county, **found)),
        ("WATCH", watch.ReportOverdue(report=house.report("r1", organ=f"{other}.finance"), visible_to=UNIT)),
        ("AGENCY", late(house, desks=[house.unit("civil-affairs", house.county), f"{other}.finance"])),
        ("AGENCY", agency.CaseOverdueLifted(case=a_case(other), desks=[house.unit("village")], visible_to=UNIT)),
        ("AGENCY", agency.CaseOverdueLifted(case=house.case("c1"), desks=[f"{other}.finance"], visible_to=UNIT)),
        ("AGENCY", agency.CaseNotified(case=a_case(other), repeated_notice=True, visible_to=UNIT)),
    ]


def a_case(town: str) -> agency.CaseReference:
    return agency.CaseReference(case=f"tenants/{town}/cases/c1", unit=f"{town}.finance")


@pytest.mark.parametrize("wrong", [without_payload, of_a_later_version, of_another_tenant])
async def test_what_says_nothing_something_unknown_or_of_others_is_put_aside_and_changes_nothing(
    house: House, wrong: Callable[[House], list[tuple[str, Message]]]
) -> None:
    size = await house.ledger_size()

    for stream, told in wrong(house):
        with pytest.raises(NotUnderstood):
            await house.told(stream, ("thing", uuid4().hex), told)

    assert await house.ledger_size() == size
    assert await house.information("discipline") == []


async def test_a_field_of_a_later_version_is_passed_over(house: House) -> None:
    told = watch.ReportSubstantiated(
        report=house.report("r1"), finding=watch.Report.FINDING_SUBSTANTIATED, visible_to=UNIT
    )
    with_more = watch.ReportSubstantiated.FromString(told.SerializeToString() + b"\xf2\x07\x03new")

    await house.told("WATCH", ("report", "r1"), with_more)

    assert len(await house.events(pb.RiskInformationCollected)) == 1


async def test_a_clock_ahead_of_ours_dates_nothing_later_than_today(house: House) -> None:
    midnight = local(2026, 9, 2, 0)
    house.clock.set(midnight - timedelta(milliseconds=100))
    said = watch.ReportSubstantiated(
        report=house.report("r1"), finding=watch.Report.FINDING_SUBSTANTIATED, visible_to=UNIT
    )

    await house.take(house.subscriptions["WATCH"], told_of(("report", "r1"), house.town, said, midnight))

    [piece] = await house.information("leader")
    assert (piece.current.day, len(await house.warnings("leader"))) == ("2026-09-01", 1)


async def found(house: House, finding: watch.Report.Finding.ValueType, version: int, **facts: Any) -> None:
    """A report that was handled is told to be found so."""
    said = watch.ReportSubstantiated(report=house.report("r1", **facts), finding=finding, visible_to=UNIT)
    await house.told("WATCH", ("report", "r1"), said, version)


async def test_what_is_found_worse_when_a_report_is_handled_again_is_written_behind_and_analysed(house: House) -> None:
    clerk, power = await house.clerk()
    await found(house, PARTLY, 1)
    [partly], none = await house.information("leader"), await house.warnings("leader")

    await found(house, WHOLLY, 2, subject_cadre="wang-lei")
    [wholly], [warning] = await house.information("leader"), await house.warnings("leader")

    assert (partly.current.kind, partly.current.position, none) == (KIND_PARTLY, "", [])
    assert (wholly.name, wholly.current.kind) == (partly.name, KIND_WHOLLY)
    assert (wholly.current.position, wholly.current.power) == (clerk.name, power.name)
    assert (warning.information_count, warning.subject) == (1, pb.AnalysisRules.SUBJECT_UNIT)
    [told] = await house.events(pb.RiskInformationCorrected)
    assert (told.ordinal, told.withdrawn, told.HasField("text")) == (1, False, False)
    shown = await house("leader", pb.GetRiskInformationRequest(name=partly.name))
    assert [each.kind for each in shown.risk_information.entries] == [KIND_PARTLY, KIND_WHOLLY]


@pytest.mark.parametrize("together", [True, False])
async def test_the_worse_finding_counts_in_whatever_order_and_however_often_both_are_told(
    house: House, together: bool
) -> None:
    both = [
        told_of(("report", "r1"), house.town, said, house.clock.now(), version)
        for version, said in enumerate(
            [
                watch.ReportSubstantiated(report=house.report("r1"), finding=finding, visible_to=UNIT)
                for finding in (PARTLY, WHOLLY, PARTLY, WHOLLY)
            ],
            start=1,
        )
    ]
    Random(7).shuffle(both)

    for events in [both] if together else [[each] for each in both]:
        await house.take(house.subscriptions["WATCH"], *events)

    [piece], [warning] = await house.information("leader"), await house.warnings("leader")
    assert (piece.current.kind, warning.points, warning.information_count) == (KIND_WHOLLY, 40, 1)
    assert len(await house.events(pb.WarningRaised)) == 1


async def test_where_a_person_has_put_it_a_worse_finding_stays_and_what_they_withdrew_counts_again(
    house: House,
) -> None:
    village = f"tenants/{house.town}/units/{house.unit('village')}"
    await found(house, PARTLY, 1)
    [piece] = await house.information("discipline")
    await correct(house, piece, "discipline", unit=village, withdrawn=True, text="重复，撤回。")

    await found(house, WHOLLY, 2)

    [piece] = await house.information("discipline")
    assert (piece.current.unit, piece.current.kind, piece.current.withdrawn) == (village, KIND_WHOLLY, False)
    assert [each.unit for each in await house.warnings("discipline")] == [village]


async def test_a_finding_that_a_person_has_corrected_stays_so_when_it_is_told_again(house: House) -> None:
    await found(house, WHOLLY, 1)
    [piece] = await house.information("discipline")
    await correct(house, piece, "discipline", kind=KIND_PARTLY, text="仅部分属实。")

    await found(house, WHOLLY, 2)

    [piece] = await house.information("discipline")
    assert piece.current.kind == KIND_PARTLY


@pytest.mark.parametrize("together", [True, False])
async def test_what_is_found_true_of_others_when_a_report_is_handled_again_is_about_them(
    house: House, together: bool
) -> None:
    village, finance = (f"tenants/{house.town}/units/{house.unit(each)}" for each in ("village", "finance"))
    told = [
        told_of(
            ("report", "r1"),
            house.town,
            watch.ReportSubstantiated(report=house.report("r1", subject_unit=unit), finding=WHOLLY, visible_to=UNIT),
            house.clock.now(),
            version,
        )
        for version, unit in enumerate((house.unit("finance"), house.unit("village")), start=1)
    ]

    for events in [told] if together else [[each] for each in told]:
        await house.take(house.subscriptions["WATCH"], *events)

    [piece] = await house.information("discipline")
    assert (piece.current.unit, piece.current.kind) == (village, KIND_WHOLLY)
    assert village in {each.unit for each in await house.warnings("discipline")} <= {village, finance}


async def holder(house: House, cadre: str, position: str) -> pb.Position:
    """A position of the finance office that a cadre holds."""
    made = await house.position(position)
    appointed = pb.AppointHolderRequest(position=made.name, cadre=await house.cadre(cadre), first_day="2026-08-01")
    await house("officer", appointed)
    return made


@pytest.mark.parametrize("together", [True, False])
async def test_what_is_found_true_of_another_cadre_of_the_unit_is_about_that_position(
    house: House, together: bool
) -> None:
    await holder(house, "wang-lei", "会计")
    other = await holder(house, "li-na", "出纳")
    told = [
        watch.ReportSubstantiated(report=house.report("r1", subject_cadre=each), finding=WHOLLY, visible_to=UNIT)
        for each in ("wang-lei", "li-na", "")
    ]
    events = [told_of(("report", "r1"), house.town, each, house.clock.now(), 1 + n) for n, each in enumerate(told)]

    for those in [events] if together else [[each] for each in events]:
        await house.take(house.subscriptions["WATCH"], *those)

    [piece] = await house.information("discipline")
    assert piece.current.position == other.name


async def test_what_is_found_true_again_of_the_same_cadre_is_no_news_though_their_position_is_known_by_now(
    house: House,
) -> None:
    await house.cadre("wang-lei")
    await found(house, WHOLLY, 1, subject_cadre="wang-lei")
    await holder(house, "wang-lei", "会计")

    await found(house, WHOLLY, 2, subject_cadre="wang-lei")

    [piece] = await house.information("discipline")
    shown = await house("discipline", pb.GetRiskInformationRequest(name=piece.name))
    assert len(shown.risk_information.entries) == 1


@pytest.mark.parametrize("correction", [{"withdrawn": True}, {"aspect": pb.RiskInformation.ASPECT_ETHICS}])
async def test_who_only_withdrew_a_piece_or_judged_it_has_not_said_of_whom_it_is_true(
    house: House, correction: dict[str, Any]
) -> None:
    await found(house, WHOLLY, 1)
    [piece] = await house.information("discipline")
    await correct(house, piece, "discipline", **correction)

    await found(house, WHOLLY, 2, subject_unit=house.unit("village"))

    [piece] = await house.information("discipline")
    assert piece.current.unit == f"tenants/{house.town}/units/{house.unit('village')}"
    assert (piece.current.withdrawn, piece.current.aspect) == (
        False,
        correction.get("aspect", pb.RiskInformation.ASPECT_DUTY),
    )


async def test_whoever_held_a_position_on_the_day_of_the_finding_is_meant_though_it_is_retired_since(
    house: House,
) -> None:
    left = await holder(house, "wang-lei", "会计")
    await house("officer", pb.RetirePositionRequest(name=left.name))

    await found(house, WHOLLY, 1, subject_cadre="wang-lei")

    [piece] = await house.information("discipline")
    assert piece.current.position == left.name


@pytest.mark.parametrize("together", [True, False])
async def test_of_what_is_told_of_one_case_the_first_counts(house: House, together: bool) -> None:
    village, centre, now = house.unit("village"), house.unit("service-centre"), house.clock.now()
    told = [
        (late(house, desk=village), now - timedelta(days=20)),
        (late(house, desks=[village]), now),
        (noticed(house, village), now),
        (noticed(house, centre), now),
    ]
    events = [told_of(("case", "c1"), house.town, each, at, 1 + n) for n, (each, at) in enumerate(told)]

    for those in [events] if together else [[each] for each in events]:
        await house.take(house.subscriptions["AGENCY"], *those)

    pieces = {each.current.kind: each.current for each in await house.information("discipline")}
    assert pieces[pb.RiskInformation.KIND_CASE_OVERDUE].day == "2026-08-12"
    assert pieces[pb.RiskInformation.KIND_NOTICE_REPEATED].unit == f"tenants/{house.town}/units/{village}"


def noticed(house: House, desk: str) -> agency.CaseNotified:
    """A notice that a desk gives again."""
    return agency.CaseNotified(case=house.case("c1"), repeated_notice=True, missing_count=1, desk=desk, visible_to=UNIT)


async def test_what_is_found_milder_when_a_report_is_handled_again_is_left_to_a_person(house: House) -> None:
    await found(house, WHOLLY, 1)

    await found(house, PARTLY, 2, subject_unit=house.unit("village"))

    [piece] = await house.information("discipline")
    assert (piece.current.unit, piece.current.kind) == (
        f"tenants/{house.town}/units/{house.unit('finance')}",
        KIND_WHOLLY,
    )
