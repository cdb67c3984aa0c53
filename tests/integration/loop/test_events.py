"""What follows in one service from what happened in another (domain §4): each row of the table, from what somebody does
to what somebody else sees, once and in one tenant."""

from __future__ import annotations

from collections import Counter
from typing import Any

from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from tests.integration.loop.county import COMMISSION, OFFICER, Loop
from tests.integration.risk.house import content
from tests.isolation.county import Place
from tests.isolation.people import (
    CENTRE,
    CITIZEN,
    CIVIL_AFFAIRS,
    COUNTY,
    FINANCE,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    Person,
    person,
)

STRANGER = person(OTHER_TOWN, "discipline-1")
VIEWER = person(COUNTY, "viewer")
Kind = risk.RiskInformation


async def about(loop: Loop, kind: Kind.Kind.ValueType) -> list[str]:
    """The units of the town about which a piece of this kind was collected; a stranger sees none of them."""
    assert await loop.information(STRANGER, OTHER_TOWN) == []
    return [each.current.unit for each in await loop.information() if each.current.kind == kind]


async def told(loop: Loop, *types: str) -> list[tuple[str, str]]:
    """What the county's feed holds of these types, with its town; the feed of another town holds nothing."""
    assert await loop.feed(STRANGER, *types) == []
    return [(each.type, each.town) for each in await loop.feed(VIEWER, *types)]


async def waiting(loop: Loop, who: Person, place: Place) -> list[str]:
    wanted = watch.ListReportsRequest.Filter(waiting_for_my_level=True)
    request = watch.ListReportsRequest(parent=place.parent, filter=wanted)
    return [each.name for each in (await loop.call(who, request)).reports]


async def asked(loop: Loop, who: Person, level: common.Level.ValueType) -> list[str]:
    """The cases of which somebody finds an oversight of this level that waits for its answer."""
    wanted = agency.ListCaseOversightsRequest.Filter(open=True, level=level, kind=agency.CaseOversight.KIND_OVERSIGHT)
    request = agency.ListCaseOversightsRequest(parent=f"tenants/{TOWN}/cases/-", filter=wanted)
    return [each.name.partition("/oversights/")[0] for each in (await loop.call(who, request)).case_oversights]


async def accepted(loop: Loop, place: Place) -> str:
    """The name of a case that was accepted at the point of a village."""
    case: agency.Case = (await loop.received(place)).case
    await loop.call(place.person("agent"), agency.AcceptCaseRequest(name=case.name))
    return case.name


async def badly_rated(loop: Loop, place: Place, code: str, **contact: Any) -> str:
    """The name of a rating with two stars that an applicant gives by the code of a decided case; all hear of it."""
    level = agency.Rating.LEVEL_DISSATISFIED
    request = agency.RateCaseRequest(parent=place.parent, code=code, level=level, **contact)
    name: str = (await loop.call(CITIZEN, request)).rating.name
    await loop.carry()
    return name


async def disliked(loop: Loop, place: Place) -> str:
    """The name of a bad rating of the point of a village."""
    received, withdrawn = await loop.received(place), agency.Case.OUTCOME_WITHDRAWN
    decision = agency.DecideCaseRequest(name=received.case.name, outcome=withdrawn, reason="申请人撤回。")
    await loop.call(place.person("agent"), decision)
    return await badly_rated(loop, place, received.receipt_code, kind=agency.Rating.KIND_OVERALL)


async def opinion(loop: Loop, who: Person, tenant: str) -> watch.Report:
    """The only report of a tenant."""
    [report] = (await loop.call(who, watch.ListReportsRequest(parent=f"tenants/{tenant}"))).reports
    shown: watch.Report = report
    return shown


def unit(place: Place) -> str:
    return f"{place.parent}/units/{place.unit}"


async def test_each_unit_of_a_new_town_has_its_post_its_point_and_its_inventory(loop: Loop) -> None:
    village = loop.units[TOWN, VILLAGE]

    post = (await loop.call(OFFICER, watch.GetPostRequest(name=f"{village.parent}/posts/{village.unit}"))).post
    point = (await loop.call(OFFICER, agency.GetPointRequest(name=f"{village.parent}/points/{village.unit}"))).point
    inventories = (await loop.call(OFFICER, risk.ListInventoriesRequest(parent=village.parent))).inventories

    assert (post.unit, point.tier) == (unit(village), agency.Point.TIER_VILLAGE)
    assert [each.unit for each in inventories].count(unit(village)) == 1


async def test_what_becomes_of_a_report_is_told_to_the_county_step_by_step(loop: Loop) -> None:
    village = loop.units[TOWN, VILLAGE]
    secretary = village.person("secretary")

    filed = await loop.file(village)
    name = filed.report.name
    await loop.call(secretary, watch.AssignReportRequest(name=name, officer=secretary.account))
    await loop.call(secretary, watch.StartInvestigationRequest(name=name))
    answer = watch.AnswerReportRequest(name=name, finding=watch.Report.FINDING_UNSUBSTANTIATED, text="路灯已修好。")
    await loop.call(secretary, answer)
    await loop.call(CITIZEN, watch.AcceptAnswerRequest(parent=village.parent, code=filed.receipt_code))
    await loop.carry()

    steps = [f"watch.report.{step}" for step in ("registered", "assigned", "answered", "closed")]
    assert await told(loop, *steps) == [(step, TOWN) for step in steps]
    assert {each.resource for each in await loop.feed(VIEWER, *steps)} == {name}


async def test_an_overdue_report_is_told_escalated_and_risk_information_about_who_handles_it(loop: Loop) -> None:
    village = loop.units[TOWN, VILLAGE]
    name = (await loop.file(village)).report.name

    await loop.pass_days(9)

    assert await told(loop, "watch.report.overdue", "watch.report.escalated") == [
        ("watch.report.overdue", TOWN),
        ("watch.report.escalated", TOWN),
    ]
    assert await about(loop, Kind.KIND_REPORT_OVERDUE) == [unit(village)]
    assert await waiting(loop, OFFICER, village) == [name]
    assert await waiting(loop, person(TOWN, f"{FINANCE}-secretary"), village) == []
    overdue = (await loop.call(VIEWER, gateway.ListOverdueRequest(parent=f"tenants/{COUNTY}"))).matters
    assert [each.resource for each in overdue] == [name]


async def test_overdue_cases_are_risk_information_and_the_third_brings_the_point_under_oversight(loop: Loop) -> None:
    village = loop.units[TOWN, VILLAGE]
    for _ in range(4):
        await accepted(loop, village)

    await loop.pass_days(7)

    assert Counter(await told(loop, "agency.case.overdue")) == {("agency.case.overdue", TOWN): 4}
    assert await about(loop, Kind.KIND_CASE_OVERDUE) == [unit(village)] * 4
    [oversight] = await loop.oversights()
    assert (oversight.origin, oversight.post) == (
        watch.Oversight.ORIGIN_EVENT,
        f"{village.parent}/posts/{village.unit}",
    )
    assert await loop.oversights(STRANGER, OTHER_TOWN) == []


async def test_cases_that_only_the_snow_made_late_count_no_more_when_the_town_has_written_it_down(loop: Loop) -> None:
    village, snow = loop.units[TOWN, VILLAGE], ("2026-09-02", "2026-09-03", "2026-09-04")
    cases = {await accepted(loop, village) for _ in range(12)}
    await loop.pass_days(4)
    before = await about(loop, Kind.KIND_CASE_OVERDUE)

    for day in snow:
        off = gateway.SetCalendarDayRequest(
            name=f"tenants/{TOWN}/calendarDays/{day}", kind=gateway.CalendarDay.KIND_OFF, reason="雪灾放假"
        )
        await loop.call(person(TOWN, "party"), off)
    await loop.carry()
    await loop.pass_days(0)

    assert (before, await about(loop, Kind.KIND_CASE_OVERDUE)) == ([unit(village)] * 12, [])
    lifted = await loop.feed(VIEWER, "agency.case.overdue_lifted")
    assert {each.resource for each in lifted} == cases
    [warning] = await loop.warnings()
    of_warning, of_cases = sorted(await loop.oversights(), key=lambda each: not each.warning)
    assert warning.state == risk.Warning.STATE_OPEN
    assert (of_warning.warning, of_cases.state) == (warning.name, watch.Oversight.STATE_OPEN)
    assert [each.lifted for each in of_cases.late_cases] == [True] * 12
    evidence = (await loop.call(OFFICER, risk.GetWarningRequest(name=warning.name))).warning.evidence
    assert [each.withdrawn for each in evidence] == [True] * 12


async def test_an_overdue_case_comes_before_the_town_and_then_before_the_county_which_is_told_of_both(
    loop: Loop,
) -> None:
    village = loop.units[TOWN, VILLAGE]
    case = await accepted(loop, village)
    clerk, escalated = person(TOWN, "clerk"), "agency.case.escalated"

    await loop.pass_days(3)
    first = (await asked(loop, clerk, common.LEVEL_TOWN), await asked(loop, COMMISSION, common.LEVEL_COUNTY))
    told_first = await told(loop, escalated)
    await loop.pass_days(6)

    assert (first, told_first) == (([case], []), [(escalated, TOWN)])
    assert await asked(loop, COMMISSION, common.LEVEL_COUNTY) == [case]
    assert await told(loop, escalated) == [(escalated, TOWN)] * 2
    assert len(await loop.feed(OFFICER, escalated)) == 1
    [overdue] = (await loop.call(VIEWER, gateway.ListOverdueRequest(parent=f"tenants/{COUNTY}"))).matters
    assert (overdue.resource, overdue.escalated_to) == (case, common.LEVEL_COUNTY)


async def test_the_third_late_case_of_a_county_window_brings_it_under_the_countys_oversight(loop: Loop) -> None:
    village, window = loop.units[TOWN, VILLAGE], f"tenants/{COUNTY}/units/{COUNTY}.{CIVIL_AFFAIRS}"
    centre = f"{village.parent}/units/{village.tenant}.{CENTRE}"
    cases = {await accepted(loop, village) for _ in range(3)}
    for case in cases:
        await loop.call(village.person("agent"), agency.CompletePartRequest(name=case, desk=unit(village)))
        await loop.call(person(TOWN, "clerk"), agency.CompletePartRequest(name=case, desk=centre))

    await loop.pass_days(20)

    assert Counter(await told(loop, "agency.case.overdue")) == {("agency.case.overdue", TOWN): 3}
    [oversight] = await loop.oversights(COMMISSION, COUNTY)
    assert (oversight.origin, oversight.unit) == (watch.Oversight.ORIGIN_EVENT, window)
    assert {each.case for each in oversight.late_cases} == cases
    of_county = await loop.information(COMMISSION, COUNTY)
    assert [(each.current.kind, each.current.unit) for each in of_county] == [(Kind.KIND_CASE_OVERDUE, window)] * 3
    assert (await loop.oversights(), await about(loop, Kind.KIND_CASE_OVERDUE)) == ([], [])


async def test_who_applied_sees_that_something_was_done_about_the_delay(loop: Loop) -> None:
    village = loop.units[TOWN, VILLAGE]
    received = [await loop.received(village) for _ in range(3)]
    for each in received:
        await loop.call(village.person("agent"), agency.AcceptCaseRequest(name=each.case.name))
    await loop.pass_days(7)
    [warning] = await loop.warnings()

    await loop.disposed(warning.name, risk.Disposition.SEVERITY_CORRECTION, last_day="2026-09-30")

    for each in received:
        view = (await loop.call(CITIZEN, agency.FollowCaseRequest(parent=village.parent, code=each.receipt_code))).view
        assert list(view.effects) == ["因您办理的事项，有关单位已被责令纠错（2026年9月8日）。"]
    assert await told(loop, "agency.effect.told") == [("agency.effect.told", TOWN)] * 3


async def test_a_second_correction_notice_for_one_case_is_risk_information(loop: Loop) -> None:
    village = loop.units[TOWN, VILLAGE]
    case = (await loop.received(village)).case
    once, twice = ["收入证明"], ["收入证明", "残疾证"]

    await loop.call(village.person("agent"), agency.NotifyApplicantRequest(name=case.name, missing=once))
    await loop.carry()
    after_one = await about(loop, Kind.KIND_NOTICE_REPEATED)
    await loop.call(village.person("agent"), agency.NotifyApplicantRequest(name=case.name, missing=twice))
    await loop.carry()

    assert (after_one, await about(loop, Kind.KIND_NOTICE_REPEATED)) == ([], [unit(village)])


async def test_a_bad_rating_opens_an_opinion_in_watch_which_the_agencys_follow_up_answers(loop: Loop) -> None:
    village = loop.units[TOWN, VILLAGE]

    rating = await disliked(loop, village)
    opened = await opinion(loop, OFFICER, TOWN)
    await loop.call(village.person("agent"), agency.AnswerRatingRequest(name=rating, text="已向您说明并改正。"))
    await loop.carry()

    answered = await opinion(loop, OFFICER, TOWN)
    assert (opened.kind, opened.unit, opened.origin) == (watch.Report.KIND_OPINION, unit(village), rating)
    assert opened.state == watch.Report.STATE_REGISTERED
    assert (answered.name, answered.state) == (opened.name, watch.Report.STATE_ANSWERED)
    assert list((await loop.call(STRANGER, watch.ListReportsRequest(parent=f"tenants/{OTHER_TOWN}"))).reports) == []


async def test_a_case_is_told_with_the_opinion_that_its_bad_rating_became_and_with_all_that_came_of_that(
    loop: Loop,
) -> None:
    village = loop.units[TOWN, VILLAGE]
    rating = await disliked(loop, village)
    opened = await opinion(loop, OFFICER, TOWN)
    await loop.found_true(opened.name, village.person("secretary"))
    [information], [warning] = await loop.information(), await loop.warnings()
    disposition = await loop.disposed(warning.name, risk.Disposition.SEVERITY_REMINDER)

    case = (await loop.call(OFFICER, agency.GetRatingRequest(name=rating))).rating.case
    chain = [case, opened.name, information.name, warning.name, disposition.name]
    for who, resource in ((who, each) for who in (OFFICER, VIEWER) for each in chain):
        parts = await loop.matter(who, resource)
        assert [part.name for part in parts] == chain
        assert [list(part.follows_from) for part in parts] == [[], *([each] for each in chain[:-1])]


async def test_over_the_national_day_the_opinion_of_a_bad_rating_is_as_much_in_time_as_the_follow_up(
    loop: Loop,
) -> None:
    village = loop.units[TOWN, VILLAGE]
    agent, late = village.person("agent"), ("watch.report.overdue", "watch.report.escalated", "agency.rating.escalated")
    await loop.pass_days(29)
    rating = await disliked(loop, village)
    opened = await opinion(loop, OFFICER, TOWN)

    await loop.pass_days(13)
    follow_up = (await loop.call(agent, agency.GetRatingRequest(name=rating))).rating.follow_up
    await loop.call(agent, agency.AnswerRatingRequest(name=rating, text="已向您说明并改正。"))
    await loop.carry()
    await loop.pass_days(9)

    assert (opened.last_day, follow_up.due_date) == ("2026-10-13", "2026-10-13")
    answered = await opinion(loop, OFFICER, TOWN)
    assert (answered.state, answered.late) == (watch.Report.STATE_ANSWERED, False)
    assert (await told(loop, *late), await loop.oversights(), await loop.information()) == ([], [], [])


async def test_a_bad_rating_that_nobody_answers_is_carried_up_with_its_opinion_and_is_no_risk_information(
    loop: Loop,
) -> None:
    village = loop.units[TOWN, VILLAGE]
    await loop.pass_days(29)
    await disliked(loop, village)

    await loop.pass_days(14)

    steps = ("watch.report.overdue", "watch.report.escalated", "agency.rating.escalated")
    assert sorted(await told(loop, *steps)) == sorted((step, TOWN) for step in steps)
    assert await loop.information() == []


async def test_a_county_window_that_does_not_answer_its_bad_rating_makes_nothing_of_the_commission_that_handles_it(
    loop: Loop,
) -> None:
    village, window = loop.units[TOWN, VILLAGE], f"tenants/{COUNTY}/units/{COUNTY}.{CIVIL_AFFAIRS}"
    centre, agent = f"{village.parent}/units/{village.tenant}.{CENTRE}", village.person("agent")
    received = await loop.received(village)
    case, at_desk = received.case.name, agency.Rating.KIND_DESK
    refusal = agency.DecideCaseRequest(
        name=case, outcome=agency.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    await loop.call(agent, agency.AcceptCaseRequest(name=case))
    await loop.call(agent, agency.CompletePartRequest(name=case, desk=unit(village)))
    await loop.call(person(TOWN, "clerk"), agency.CompletePartRequest(name=case, desk=centre))
    await loop.call(person(COUNTY, "window"), refusal)

    rating = await badly_rated(loop, village, received.receipt_code, kind=at_desk, desk=window)
    await loop.pass_days(9)

    report = await opinion(loop, COMMISSION, COUNTY)
    assert (report.unit, report.origin, report.late) == (window, rating, True)
    assert (await loop.information(COMMISSION, COUNTY), await loop.information()) == ([], [])
    follow_up = (await loop.call(COMMISSION, agency.GetRatingRequest(name=rating))).rating.follow_up
    assert (follow_up.organ, follow_up.late) == (agency.Rating.FollowUp.ORGAN_COUNTY_DISCIPLINE, True)


async def test_a_grade_1_position_without_a_risk_point_for_90_days_is_told_to_the_county(loop: Loop) -> None:
    finance = loop.units[TOWN, FINANCE]
    officer, standing = finance.person("risk"), risk.Position.STANDING_LEADING
    new = risk.CreatePositionRequest(parent=finance.parent, unit=unit(finance), title="所长", standing=standing)
    position = (await loop.call(officer, new)).position.name
    decisive = content(extent=risk.Power.EXTENT_DECISIVE)
    await loop.call(officer, risk.CreatePowerRequest(position=position, content=decisive))

    await loop.pass_days(90)
    before = await told(loop, "risk.position.unprotected")
    await loop.pass_days(1)
    await loop.pass_days(60)

    assert (before, await told(loop, "risk.position.unprotected")) == ([], [("risk.position.unprotected", TOWN)])
    [entry] = await loop.feed(VIEWER, "risk.position.unprotected")
    assert entry.resource == position


async def test_what_the_county_orders_starts_its_clock_and_comes_before_the_unit_and_the_county(loop: Loop) -> None:
    village = loop.units[TOWN, VILLAGE]
    name = (await loop.file(village)).report.name
    order = watch.OrderOversightRequest(parent=village.parent, report=name, note="请说明。", last_day="2026-09-04")

    oversight = (await loop.call(COMMISSION, order)).oversight
    await loop.carry()

    assert await told(loop, "watch.oversight.ordered") == [("watch.oversight.ordered", TOWN)]
    assert await waiting(loop, village.person("secretary"), village) == [name]
    assert [each.name for each in await loop.oversights(COMMISSION)] == [oversight.name]
    await loop.pass_days(4)
    assert await told(loop, "watch.oversight.overdue") == [("watch.oversight.overdue", TOWN)]


async def test_what_the_county_orders_of_a_case_starts_its_clock_and_comes_before_the_point_and_the_county(
    loop: Loop,
) -> None:
    village = loop.units[TOWN, VILLAGE]
    case = (await loop.received(village)).case.name
    order = agency.OrderCaseOversightRequest(case=case, desk=unit(village), text="请说明。", last_day="2026-09-04")

    ordered = (await loop.call(COMMISSION, order)).case_oversight
    await loop.carry()

    assert (ordered.last_day, ordered.late) == ("2026-09-04", False)
    assert await told(loop, "agency.case.oversight_ordered") == [("agency.case.oversight_ordered", TOWN)]
    for who in (village.person("agent"), COMMISSION):
        assert await asked(loop, who, common.LEVEL_COUNTY) == [case]
    await loop.pass_days(3)
    before = await told(loop, "agency.case.oversight_overdue")
    await loop.pass_days(1)
    assert (before, await told(loop, "agency.case.oversight_overdue")) == (
        [],
        [("agency.case.oversight_overdue", TOWN)],
    )
    late = (await loop.call(village.person("agent"), agency.GetCaseOversightRequest(name=ordered.name))).case_oversight
    assert (late.state, late.late) == (agency.CaseOversight.STATE_OPEN, True)
