"""Puts something of every kind at every place of the county."""

from __future__ import annotations

from typing import Any

from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from deploy.local.standards import publication as standards
from tests.isolation.county import NOTHING, County, Place, place_above, slugs, unit_place
from tests.isolation.people import (
    CITIZEN,
    CIVIL_AFFAIRS,
    COUNTY,
    FINANCE,
    TENANTS,
    VILLAGE,
    Person,
    person,
    unit_code,
    unit_with_point,
)

ITEM = "SH-02"
"""The service item that each county publishes, and each of its towns offers."""

APPLICANT = agency.Case.Applicant(name="张三", phone="13809140001")

POWER = risk.PowerContent(
    title="资金拨付审核",
    kind=risk.Power.KIND_MANAGEMENT,
    extent=risk.Power.EXTENT_PARTIAL,
    basis="《会计法》",
    boundary="只审核已经批准的支出。",
    responsibility="对审核结果负责。",
    importance=2,
    frequency=risk.Power.FREQUENCY_WEEKLY,
)

SOON, LATER = "2026-12-01", "2026-12-02"

NOT_THERE = ("nominations", "supervisors", "meetings", "boxOpenings", "posts")
"""What belongs to supervision posts, of which the county's own departments have none."""


async def furnish(county: County) -> None:
    """Everything that the calls of a matrix are aimed at."""
    for tenant in TENANTS:
        is_county = len(tenant) == len(COUNTY)
        if is_county:
            await county.call(person(COUNTY, "operator"), publication(tenant))
            await county.call(person(COUNTY, "operator"), standards(tenant))
        for slug in slugs(tenant):
            place = county.units[tenant, slug] = unit_place(tenant, slug)
            _name_what_everybody_has(county, place)
            await _receive_case(county, place)
            await _keep_inventory(county, place)
            await _keep_records(county, place)
            await _rate_case(county, place)
            await _plan_duty(county, place)
            await _inspect(county, place)
            await _ask(county, place)
            if not is_county:
                await _furnish_post(county, place)
                await _furnish_reports_of_unit(county, place)
        if not is_county:
            place = county.towns[tenant] = place_above(tenant, tenant)
            _name_what_everybody_has(county, place)
            _take_over(place, county.units[tenant, place.slug])
            accusation = {"kind": watch.Report.KIND_ACCUSATION, "matter": watch.Report.MATTER_POLICY}
            await _file(county, place, **accusation)
        place = county.county[tenant] = place_above(tenant, tenant[: len(COUNTY)])
        _name_what_everybody_has(county, place)
        _take_over(place, county.units[tenant, place.slug])
        await _file(county, place, subject=watch.Subject(about="镇领导", town_leadership=True))
        await _review_whole(county, tenant)
        await _furnish_accounts(county, tenant)
        of_tenant = {"assessments": await _publish_assessment(county, tenant), **await _set_up_group(county, tenant)}
        for place in county.places():
            if place.tenant == tenant:
                place.names |= of_tenant
        await _publish_catalogues(county, tenant)
    for place in county.places():
        for collection in NOT_THERE:
            place.names.setdefault(collection, f"{place.parent}/{collection}/{NOTHING}")


def _name_what_everybody_has(county: County, place: Place) -> None:
    place.names |= {
        "units": f"{place.parent}/units/{place.unit}",
        "posts": f"{place.parent}/posts/{place.unit}",
        "inventories": f"{place.parent}/inventories/{place.unit}",
        "points": f"{place.parent}/points/{unit_with_point(place.tenant, place.slug)}",
        "items": f"{place.parent}/items/{ITEM}",
        "cadres": place.person("officer").cadre or "",
        "accounts": place.person("officer").account,
        "calendarDays": f"{place.parent}/calendarDays/{county.soon}",
    }
    place.first_password = county.first_passwords[place.names["accounts"]]


def _take_over(place: Place, of_unit: Place) -> None:
    """What is at the unit is at the place above it too."""
    place.names.update(of_unit.names)
    place.case_code, place.card_code = of_unit.case_code, of_unit.card_code
    place.rated_code, place.objection_code = of_unit.rated_code, of_unit.objection_code
    place.case_number, place.consultation_code = of_unit.case_number, of_unit.consultation_code


async def _publish_assessment(county: County, tenant: str) -> str:
    """The resource name of the assessment of August, in which nothing had come in yet."""
    judge = person(tenant, "discipline-1" if len(tenant) == len(COUNTY) else "party")
    request = agency.PublishAssessmentRequest(parent=f"tenants/{tenant}", period="2026-08")
    name: str = (await county.call(judge, request)).assessment.name
    return name


async def _set_up_group(county: County, tenant: str) -> dict[str, str]:
    """The leading group of the town or the county, with a member, a plan and what publicity it held; their names."""
    leader = person(tenant, "discipline-1" if len(tenant) == len(COUNTY) else "party")
    create = risk.CreateRiskGroupRequest(parent=f"tenants/{tenant}")
    group = (await county.call(leader, create)).risk_group.name
    joining = risk.AddRiskGroupMemberRequest(
        risk_group=group, cadre=leader.cadre or "", duty=risk.RiskGroupMember.DUTY_HEAD, first_day=county.today
    )
    head = (await county.call(leader, joining)).risk_group_member.name
    measure = risk.PlannedStage.Measure(text="召开动员会。", owner=head, due_date=county.soon)
    stage = risk.PlannedStage(title="动员部署", first_day=county.today, last_day=county.soon, measures=[measure])
    plan = risk.AdoptPlanRequest(risk_group=group, objectives="防控到位。", stages=[stage])
    adopted = (await county.call(leader, plan)).plan
    session = risk.RecordPublicitySessionRequest(
        risk_group=group, kind=risk.PublicitySession.KIND_MEETING, date=county.today, reach_count=30, note="动员会。"
    )
    held = (await county.call(leader, session)).publicity_session.name
    return {
        "riskGroups": group,
        "riskGroupMembers": head,
        "plans": adopted.name,
        "planMeasures": adopted.stages[0].measures[0].name,
        "publicitySessions": held,
    }


async def _review_whole(county: County, tenant: str) -> None:
    """The risk review of the whole tenant at the places above its units."""
    review = await _publish_risk_review(county, person(tenant, "discipline-1"), f"tenants/{tenant}")
    for place in (county.towns.get(tenant), county.county[tenant]):
        if place is not None:
            place.names["riskReviews"] = review


async def _publish_risk_review(county: County, who: Person, parent: str, unit: str = "") -> str:
    """The resource name of the risk review of August, of a unit or of the whole tenant."""
    request = risk.PublishRiskReviewRequest(parent=parent, unit=unit, period="2026-08", improvements="健全复核制度。")
    name: str = (await county.call(who, request)).risk_review.name
    return name


async def _receive_case(county: County, place: Place) -> None:
    """A case that came in at the point of the place, under oversight."""
    received = await county.call(_at_point(place), _application(place))
    place.names["cases"], place.case_code = received.case.name, received.receipt_code
    desk = place.names["points"].replace("/points/", "/units/")
    order = agency.OrderCaseOversightRequest(case=received.case.name, desk=desk, text="请说明办理情况。")
    ordered = await county.call(person(place.tenant, "discipline-1"), order)
    place.names["caseOversights"] = ordered.case_oversight.name
    place.case_number = received.case.number


async def _keep_inventory(county: County, place: Place) -> None:
    """A position of the unit, who holds it, a power that it exercises, a meeting of the leadership that graded it as
    1, a risk point, a chart."""
    officer = place.person("risk")
    new = risk.CreatePositionRequest(
        parent=place.parent, unit=place.names["units"], title="会计", standing=risk.Position.STANDING_HANDLING
    )
    position = (await county.call(officer, new)).position.name
    appointment = risk.AppointHolderRequest(position=position, cadre=place.names["cadres"], first_day=county.today)
    held = await county.call(officer, appointment)
    power = await county.call(officer, risk.CreatePowerRequest(position=position, content=POWER))
    place.names |= {
        "positions": position,
        "positionHolders": held.position.holders[0].name,
        "powers": power.power.name,
        "analysisRules": f"{place.parent}/analysisRules/0",
    }
    held = await county.call(officer, meeting(place, power.power.name))
    place.names["leadershipMeetings"] = held.leadership_meeting.name
    await _warn(county, place)
    await county.call(officer, grades(place))
    await _publicize_risk_point(county, place)
    await _draw_chart(county, place)
    place.names["riskReviews"] = await _publish_risk_review(county, officer, place.parent, place.names["units"])


async def _draw_chart(county: County, place: Place) -> None:
    """The chart of a business of the unit, whose steps its position does."""
    chart = risk.CreateFlowChartRequest(
        parent=place.parent,
        unit=place.names["units"],
        kind=risk.FlowChart.KIND_BUSINESS,
        content=flow_chart(place.names["positions"]),
    )
    place.names["flowCharts"] = (await county.call(place.person("risk"), chart)).flow_chart.name


def flow_chart(position: str, title: str = "资金拨付办理") -> risk.FlowChartContent:
    """What a chart shows whose two steps are done by one position."""
    start, end = risk.FlowChartStep.KIND_START, risk.FlowChartStep.KIND_END
    return risk.FlowChartContent(
        title=title,
        steps=[
            risk.FlowChartStep(id="apply", title="受理申请", kind=start, position=position),
            risk.FlowChartStep(id="pay", title="拨付资金", kind=end, position=position),
        ],
        edges=[risk.FlowChartEdge(source="apply", target="pay")],
    )


def grades(place: Place) -> risk.DecideGradesRequest:
    """What the meeting decided on the power of the place."""
    decision = risk.DecideGradesRequest.Decision(power=place.names["powers"], grade=1, reason="资金量大。")
    return risk.DecideGradesRequest(leadership_meeting=place.names["leadershipMeetings"], decisions=[decision])


async def _publicize_risk_point(county: County, place: Place) -> None:
    """A risk point of the unit, with an opinion, that is publicized to everybody, with an objection that is not
    answered."""
    officer = place.person("risk")
    draft = risk.CreateRiskPointRequest(parent=place.parent, unit=place.names["units"], content=risk_content(place))
    name = place.names["riskPoints"] = (await county.call(officer, draft)).risk_point.name
    await county.call(officer, risk.ConsultOnRiskPointRequest(name=name, scope=risk.SCOPE_EVERYBODY))
    await county.call(
        CITIZEN, risk.GiveRiskOpinionRequest(risk_point=name, source=risk.SOURCE_SERVED, text="排队太久。")
    )
    publicity = risk.PublicizeRiskPointRequest(
        name=name, scope=risk.SCOPE_EVERYBODY, first_day=county.today, last_day=SOON
    )
    await county.call(officer, publicity)
    objection = risk.RaiseObjectionRequest(risk_point=name, source=risk.SOURCE_SERVED, text="措施太空。")
    place.objection_code = (await county.call(CITIZEN, objection)).receipt_code
    [raised] = (await county.call(officer, risk.ListObjectionsRequest(risk_point=name))).objections
    place.names["objections"] = raised.name


def risk_content(place: Place) -> risk.RiskPointContent:
    """A risk of the unit of the place, about which its officer does something."""
    owner = place.person("officer").cadre or ""
    return risk.RiskPointContent(
        level=risk.RiskPoint.LEVEL_UNIT,
        aspect=risk.RiskPoint.ASPECT_PROCESS,
        method=risk.RiskPoint.METHOD_MASSES,
        manifestation="拨付拖延。",
        controls=[risk.RiskControl(measure="限时拨付。", owner_cadre=owner, due_date=LATER)],
    )


async def _publish_catalogues(county: County, tenant: str) -> None:
    """Of each unit, at the places above it too."""
    for slug in slugs(tenant):
        await _publish_catalogue(county, county.units[tenant, slug])
    for place in county.places():
        if place.tenant == tenant:
            of_unit = county.units[tenant, place.slug].names
            place.names |= {each: of_unit[each] for each in ("catalogueEditions", "drafts")}


async def _publish_catalogue(county: County, place: Place) -> None:
    """An edition for everybody, and a draft of the next one, in which there is a power more."""
    officer, leader = place.person("risk"), place.person("leader")
    compile_ = risk.CompileCatalogueEditionRequest(parent=place.parent, unit=place.names["units"])
    edition = (await county.call(officer, compile_)).catalogue_edition.name
    held = await county.call(officer, meeting(place, edition, county.today))
    await county.call(
        leader,
        risk.PublishCatalogueEditionRequest(
            name=edition, leadership_meeting=held.leadership_meeting.name, scope=risk.SCOPE_EVERYBODY
        ),
    )
    more = risk.PowerContent()
    more.CopyFrom(POWER)
    more.title = "凭证审核"
    await county.call(officer, risk.CreatePowerRequest(position=place.names["positions"], content=more))
    draft = (await county.call(officer, compile_)).catalogue_edition.name
    place.names |= {"catalogueEditions": edition, "drafts": draft}


def meeting(place: Place, subject: str, date: str = "2026-09-01") -> risk.RecordLeadershipMeetingRequest:
    """A meeting of the leadership of the unit of the place that votes for one matter."""
    there = [place.person(who).cadre or "" for who in ("leader", "officer")]
    ballots = [risk.Ballot(cadre=cadre, vote=risk.LeadershipMeeting.VOTE_FOR) for cadre in there]
    return risk.RecordLeadershipMeetingRequest(
        parent=place.parent,
        unit=place.names["units"],
        date=date,
        attendees=there,
        minutes="一致同意。",
        agenda=[risk.RecordLeadershipMeetingRequest.Item(subject=subject, ballots=ballots)],
    )


async def _warn(county: County, place: Place) -> None:
    """What two audits have found at the unit of the place, and the warning that follows, with an order to correct."""
    officer, audit = place.person("risk"), risk.RiskInformation.KIND_AUDIT
    for _ in range(2):
        found = risk.RecordRiskInformationRequest(
            parent=place.parent, unit=place.names["units"], kind=audit, day=county.today, text="票据不齐。"
        )
        recorded = await county.call(officer, found)
        place.names["riskInformation"] = recorded.risk_information.name
    warned = await county.call(officer, risk.ListWarningsRequest(parent=place.parent))
    place.names["warnings"] = warned.warnings[0].name
    order = risk.RecordDispositionRequest(
        parent=place.parent,
        warning=place.names["warnings"],
        severity=risk.Disposition.SEVERITY_CORRECTION,
        note="请按规定报账。",
        last_day=SOON,
    )
    recorded = await county.call(person(place.tenant, "discipline-1"), order)
    place.names["dispositions"] = recorded.disposition.name


async def _ask(county: County, place: Place) -> None:
    """A consultation on line at the point of the place."""
    question = agency.AskConsultationRequest(parent=place.parent, point=place.names["points"], question="要带什么？")
    place.consultation_code = (await county.call(CITIZEN, question)).receipt_code
    listed = agency.ListConsultationsRequest(
        parent=place.parent, filter=agency.ListConsultationsRequest.Filter(point=question.point)
    )
    [asked] = (await county.call(_at_point(place), listed)).consultations
    place.names["consultations"] = asked.name


async def _keep_records(county: County, place: Place) -> None:
    """What the point of the place puts on record about itself."""
    at_point = _at_point(place)
    card = agency.HandOutCardRequest(parent=place.parent, point=place.names["points"])
    handed = await county.call(at_point, card)
    place.names["cards"], place.card_code = handed.card.name, handed.return_code
    here = {"parent": place.parent, "point": place.names["points"]}
    service = agency.Commitment.KIND_SERVICE
    commitment = agency.PublishCommitmentRequest(**here, kind=service, text="随到随办。", first_day=county.today)
    place.names["commitments"] = (await county.call(at_point, commitment)).commitment.name
    entry = agency.WriteDiaryEntryRequest(
        **here, date=county.today, visited=place.names["units"], text="走访三户。", follow_up="已报民政办。"
    )
    place.names["diaryEntries"] = (await county.call(at_point, entry)).diary_entry.name
    letter = agency.SignResponsibilityLetterRequest(
        **here,
        signer=at_point.account,
        leader=place.names["cadres"] if len(place.tenant) == len(COUNTY) else f"{place.parent}/cadres/party",
        sign_date=county.today,
        first_day=county.today,
        last_day=county.today,
    )
    signed = await county.call(_head(place), letter)
    place.names["responsibilityLetters"] = signed.responsibility_letter.name
    await _furnish_group(county, place)
    await _furnish_judgements(county, place)


async def _furnish_judgements(county: County, place: Place) -> None:
    """How the point was judged, what it reported, and what its people were taught."""
    here, head, at_point = {"parent": place.parent, "point": place.names["points"]}, _head(place), _at_point(place)
    accused = agency.OpenAccountabilityCaseRequest(
        **here,
        officer=at_point.account,
        ground=agency.AccountabilityCase.GROUND_RUDE,
        facts="态度生硬。",
        hear_until=SOON,
    )
    opened = await county.call(person(place.tenant, "discipline-1"), accused)
    place.names["accountabilityCases"] = opened.accountability_case.name
    round_ = agency.OpenAppraisalRequest(parent=place.parent, date=county.today, points=[place.names["points"]])
    place.names["appraisals"] = (await county.call(head, round_)).appraisal.name
    report = agency.SubmitWorkReportRequest(**here, period=county.today[:7], text="办件三十件。")
    place.names["workReports"] = (await county.call(at_point, report)).work_report.name
    month = {VILLAGE: "2025-01", FINANCE: "2025-02", CIVIL_AFFAIRS: "2025-03"}[place.slug]
    called = agency.CallForWorkReportsRequest(parent=place.parent, period=month, last_day="2027-12-01")
    place.names["workReportCalls"] = (await county.call(head, called)).work_report_call.name
    came = sorted({at_point.account, place.person("agent").account, place.person("volunteer").account})
    training = agency.RecordTrainingRequest(
        parent=place.parent, date=county.today, topic="怎么写告知书", minutes=90, attendees=came
    )
    place.names["trainings"] = (await county.call(head, training)).training.name


async def _furnish_group(county: County, place: Place) -> None:
    """Somebody of the unit in the leading group, and a meeting with a decision."""
    added = agency.AddGroupMemberRequest(
        parent=place.parent, cadre=place.names["cadres"], duty=agency.GroupMember.DUTY_MEMBER, first_day="2026-01-05"
    )
    member = place.names["groupMembers"] = (await county.call(_head(place), added)).group_member.name
    decision = agency.RecordGroupMeetingRequest.Decision(text="配电脑。", member=member, due_date=county.today)
    meeting = agency.RecordGroupMeetingRequest(
        parent=place.parent, date=county.today, attendees=[member], discussed="没有电脑。", decisions=[decision]
    )
    held = (await county.call(_head(place), meeting)).group_meeting
    place.names["groupMeetings"], place.names["groupDecisions"] = held.name, held.decisions[0].name


def _head(place: Place) -> Person:
    """Who leads the group of the tenant, and signs for it."""
    return person(place.tenant, "discipline-1" if len(place.tenant) == len(COUNTY) else "party")


async def _rate_case(county: County, place: Place) -> None:
    """Another one, which was withdrawn, with a bad rating."""
    received = await county.call(_at_point(place), _application(place))
    withdrawn = agency.Case.OUTCOME_WITHDRAWN
    decision = agency.DecideCaseRequest(name=received.case.name, outcome=withdrawn, reason="申请人撤回。")
    await county.call(_at_point(place), decision)
    place.rated_code = received.receipt_code
    opinion = agency.RateCaseRequest(
        parent=place.parent,
        code=place.rated_code,
        kind=agency.Rating.KIND_OVERALL,
        level=agency.Rating.LEVEL_DISSATISFIED,
    )
    place.names["ratings"] = (await county.call(CITIZEN, opinion)).rating.name


def _application(place: Place) -> agency.CreateCaseRequest:
    return agency.CreateCaseRequest(parent=place.parent, point=place.names["points"], item=ITEM, applicant=APPLICANT)


def _at_point(place: Place) -> Person:
    """Who works at the point of the place."""
    duty = {VILLAGE: f"{VILLAGE}-agent", FINANCE: "clerk", CIVIL_AFFAIRS: "window"}[place.slug]
    return person(place.tenant, duty)


async def _plan_duty(county: County, place: Place) -> None:
    """A roster of the point of the place, and an absence that is to come of somebody who works in its unit."""
    at_point = _at_point(place)
    plan = agency.PlanRosterRequest(point=place.names["points"], day=SOON, officers=[at_point.account])
    place.names["rosters"] = (await county.call(at_point, plan)).roster.name
    officer, deputy = {
        VILLAGE: (f"{VILLAGE}-agent", "clerk"),
        FINANCE: (f"{FINANCE}-agent", "clerk"),
        CIVIL_AFFAIRS: ("window", f"{CIVIL_AFFAIRS}-agent"),
    }[place.slug]
    absence = agency.DeclareAbsenceRequest(
        parent=place.parent,
        deputy=person(place.tenant, deputy).account,
        first_day=LATER,
        last_day=LATER,
        reason="陪护住院的家人。",
    )
    place.names["absences"] = (await county.call(person(place.tenant, officer), absence)).absence.name


async def _inspect(county: County, place: Place) -> None:
    """A volunteer of the point of the place, and an inspection of it with a finding that is open."""
    is_county = len(place.tenant) == len(COUNTY)
    volunteer = agency.AppointVolunteerRequest(
        parent=place.parent,
        person="王磊",
        standing=agency.Volunteer.STANDING_PEOPLES_DEPUTY,
        account=place.person("volunteer").account,
        points=[place.names["points"]],
        last_day="2027-08-31",
    )
    appointing = person(place.tenant, "discipline-1" if is_county else "party")
    place.names["volunteers"] = (await county.call(appointing, volunteer)).volunteer.name
    inspection = agency.CreateInspectionRequest(
        parent=place.parent,
        point=place.names["points"],
        date=county.today,
        results=verdicts(place.tenant),
        grade=3,
        findings=[agency.CreateInspectionRequest.Draft(text="公示栏内容过期。", mend_by="2026-11-20")],
    )
    inspected = (await county.call(person(place.tenant, "discipline-1"), inspection)).inspection
    place.names["inspections"], place.names["findings"] = inspected.name, inspected.findings[0].name


def verdicts(tenant: str) -> list[agency.Inspection.Result]:
    """Everything that the standards ask for is there; a window of the county is not asked."""
    content = standards(tenant).content
    checks = () if len(tenant) == len(COUNTY) else (*content.six_haves, *content.ten_ones)
    met = agency.Inspection.VERDICT_MET
    return [agency.Inspection.Result(check=check.code, verdict=met) for check in checks]


def publication(county: str, code: str = ITEM) -> agency.PublishItemRequest:
    """An item that a county publishes: decided in the village, the town and a department."""
    desk = f"tenants/{county}/units/{unit_code(county, CIVIL_AFFAIRS)}"
    steps = ((agency.Point.TIER_VILLAGE, "", 2), (agency.Point.TIER_TOWN, "", 5), (agency.Point.TIER_COUNTY, desk, 10))
    content = agency.ItemContent(
        title="救济补助申领",
        category=agency.ItemContent.CATEGORY_SOCIAL,
        handling=agency.ItemContent.HANDLING_REPORT_UP,
        applicants="基本生活暂时有困难的家庭。",
        conditions="困难属实。",
        legal_basis="《社会救助暂行办法》。",
    )
    for tier, department, days in steps:
        content.route.add(tier=tier).parts.add(department=department, days=days)
    return agency.PublishItemRequest(name=f"tenants/{county}/items/{code}", content=content)


async def _furnish_post(county: County, place: Place) -> None:
    """A nomination, two supervisors in office, a meeting, an opening of the box, an oversight of the unit."""
    unit, secretary = place.names["units"], place.person("secretary")
    for duty in ("colleague", "supervisor"):
        name, account = f"在任{place.slug}{duty}", place.person(duty).account
        place.names["supervisors"] = await county.appoint(place, name, account)
    place.names["nominations"] = await county.nominate(place, f"候选{place.slug}")
    meeting = watch.CreateMeetingRequest(
        parent=place.parent,
        unit=unit,
        date=county.today,
        attendees=["支部书记"],
        items=[watch.Meeting.Item(text="修路灯。")],
    )
    place.names["meetings"] = (await county.call(secretary, meeting)).meeting.name
    opening = watch.LogBoxOpeningRequest(
        parent=place.parent, unit=unit, box=watch.BoxOpening.BOX_COMPLAINT, openers=["甲", "乙"], letter_count=9
    )
    place.names["boxOpenings"] = (await county.call(place.person("registrar"), opening)).box_opening.name
    discipline = person(place.tenant, "discipline-1")
    order = watch.OrderOversightRequest(parent=place.parent, unit=unit, note="请报送整改情况。", last_day="2026-12-01")
    place.names["oversights"] = (await county.call(discipline, order)).oversight.name


async def _furnish_reports_of_unit(county: County, place: Place) -> None:
    """An opinion that an officer of the unit handles, with a message; and one whose answer was published."""
    await _file(county, place)
    secretary, name = place.person("secretary"), (await county.file(place)).report.name
    steps = (
        watch.AssignReportRequest(name=name, officer=secretary.account),
        watch.StartInvestigationRequest(name=name),
        watch.AnswerReportRequest(name=name, finding=watch.Report.FINDING_SUBSTANTIATED, text="已经修好。"),
        watch.PublishAnswerRequest(name=name, title="路灯", answer="已经修好。"),
    )
    for step in steps:
        await county.call(secretary, step)


async def _file(county: County, place: Place, **facts: Any) -> None:
    """The report of a place, assigned, with a message of its reporter and, above the unit, an oversight."""
    filed = await county.file(place, **facts)
    place.names["reports"], place.code = filed.report.name, filed.receipt_code
    assigner = place.person("secretary") if place.officer.login.startswith(place.slug) else place.successor
    await county.call(assigner, watch.AssignReportRequest(name=filed.report.name, officer=place.officer.account))
    message = watch.PostReceiptMessageRequest(parent=place.parent, code=place.code, text="请尽快办理。")
    await county.call(CITIZEN, message)
    if assigner is place.successor:
        order = watch.OrderOversightRequest(
            parent=place.parent, report=filed.report.name, note="请尽快答复。", last_day="2026-12-01"
        )
        place.names["oversights"] = (await county.call(assigner, order)).oversight.name


async def _furnish_accounts(county: County, tenant: str) -> None:
    """An open proposal, and discipline officers of whom the first two use their accounts."""
    first, second = person(tenant, "discipline-1"), person(tenant, "discipline-2")
    tokens = await county.take_into_use(first)
    await county.take_into_use(second)
    beneficiary = county.county[tenant].person("deputy")
    await county.take_into_use(beneficiary)
    grant = gateway.RoleGrant(role=common.Role.ValueType(first.grants[0].role), scope=tenant)
    proposed = await county.call(first, gateway.GrantRoleRequest(name=beneficiary.account, grant=grant))
    for place in county.places():
        if place.tenant == tenant:
            place.names["roleProposals"] = proposed.proposal.name
            place.refresh_token = tokens.refresh_token
