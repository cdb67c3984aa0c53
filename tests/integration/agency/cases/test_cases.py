"""Cases from the village's room to the county's windows and back to the applicant, through the RPCs."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb

from services.agency.cases.store import CASES
from services.common.errors import AlreadyExists, Denied, Invalid, NotFound, Refused
from services.common.periods import local_date
from tests.integration.agency.cases.steps import (
    IDENTITY_NUMBER,
    PHONE,
    accepted,
    application,
    at_county,
    done,
    followed,
    received,
    required,
)
from tests.integration.agency.house import House

Case = pb.Case


async def shown(house: House, case: Case, login: str = "clerk") -> Case:
    found: Case = (await house(login, pb.GetCaseRequest(name=case.name))).case
    return found


async def count(house: House) -> int:
    async with house.database.transaction(house.town) as tx:
        return await tx.scalar(sa.select(sa.func.count()).select_from(CASES)) or 0


async def test_a_case_is_received_with_a_number_an_owner_and_a_receipt(office: House) -> None:
    answer = await office("agent", application(office, brought=await required(office)))

    case = answer.case
    assert case.number == "景村镇八一村代〔2026〕1号"
    assert case.owner == f"tenants/{office.town}/accounts/agent"
    assert case.state == Case.STATE_RECEIVED
    assert len(answer.receipt_code) == 16
    assert case.promised_date == ""
    [event] = await office.events(pb.CaseReceived)
    assert (event.case.number, event.case.item, event.case.unit) == (case.number, "SH-01", office.unit("village"))


async def test_numbers_have_no_gaps_within_point_and_year(office: House) -> None:
    cases = await asyncio.gather(*(received(office, "SH-04") for _ in range(8)))
    elsewhere = await received(office, "SH-04", "neighbour", slug="community")

    assert {case.number for case in cases} == {f"景村镇八一村代〔2026〕{n}号" for n in range(1, 9)}
    assert elsewhere.number == "景村镇东街社区代〔2026〕1号"


async def test_a_promise_is_the_sum_of_the_routes_days_and_is_explained_day_by_day(office: House) -> None:
    case = await accepted(office)

    # Tuesday 1 September 2026 and 17 working days: 20 September is a Sunday that is worked.
    assert case.promised_date == "2026-09-23"
    explained = await office("agent", pb.ExplainPromiseRequest(name=case.name))
    assert explained.working_days == 17
    assert sum(day.counted for day in explained.days) == 17
    assert explained.days[0].text == "2026年9月1日（周二，起算当日）不计"
    assert explained.days[-1].date == case.promised_date
    assert {day.date: day.text for day in explained.days}["2026-09-20"].endswith("计 1 天")


async def test_it_goes_from_the_village_to_both_departments_and_back_to_the_applicant(office: House) -> None:
    case = await at_county(office)
    running = {part.desk.rpartition("/")[2] for part in case.parts if part.start_date and not part.end_date}
    assert running == {office.unit("civil-affairs", office.county), office.unit("finance", office.county)}

    await done(office, "finance", case, "finance", office.county)
    await done(office, "window", case, "civil-affairs", office.county)
    decided = (
        await office("agent", pb.DecideCaseRequest(name=case.name, outcome=Case.OUTCOME_GRANTED, reason="予以办理。"))
    ).case
    told = (await office("agent", pb.TellResultRequest(name=case.name, manner="当面告知"))).case

    assert (decided.state, told.state) == (Case.STATE_DECIDED, Case.STATE_CLOSED)
    assert told.outcome == Case.OUTCOME_GRANTED
    assert (told.result, told.manner) == ("予以办理。", "当面告知")
    [event] = await office.events(pb.CaseDecided)
    assert not event.late


async def test_nothing_is_granted_while_a_department_is_at_work(office: House) -> None:
    case = await at_county(office)
    await done(office, "finance", case, "finance", office.county)

    with pytest.raises(Refused, match="NOT_DONE"):
        await office("agent", pb.DecideCaseRequest(name=case.name, outcome=Case.OUTCOME_GRANTED, reason="办。"))

    assert (await shown(office, case)).state == Case.STATE_HANDLING


async def test_what_is_done_at_once_is_done_on_the_spot(office: House) -> None:
    case = await received(office, "QT-01")

    done_case = (
        await office("agent", pb.DecideCaseRequest(name=case.name, outcome=Case.OUTCOME_GRANTED, reason="已答复。"))
    ).case

    assert done_case.state == Case.STATE_DECIDED
    assert done_case.accept_date == done_case.decide_date == "2026-09-01"


async def test_what_cannot_be_done_at_once_is_accepted_and_the_applicant_is_told_why(office: House) -> None:
    answer = await office("agent", application(office, "QT-01"))
    name, why = answer.case.name, "需向县民政局核实低保信息，今天系统停机。"
    with pytest.raises(Invalid, match="NO_REASON"):
        await office("agent", pb.AcceptCaseRequest(name=name))
    assert await shown(office, answer.case, "agent") == answer.case

    accepted_case = (await office("agent", pb.AcceptCaseRequest(name=name, delay_reason=why))).case

    assert (accepted_case.delay_reason, accepted_case.promised_date) == (why, "2026-09-01")
    assert (await followed(office, answer.receipt_code)).delay_reason == why
    assert (await shown(office, answer.case)).delay_reason == ""


async def test_of_what_has_its_steps_and_days_no_reason_is_asked(office: House) -> None:
    case = await received(office)

    with pytest.raises(Invalid, match="NOT_AT_ONCE"):
        await office("agent", pb.AcceptCaseRequest(name=case.name, delay_reason="今天系统停机。"))

    assert await shown(office, case, "agent") == case


async def test_one_notice_lists_everything_and_the_clock_starts_when_all_is_there(office: House) -> None:
    materials = await required(office)
    case = await received(office, brought=materials[1:])
    with pytest.raises(Refused, match="MATERIALS_LACKING"):
        await office("agent", pb.AcceptCaseRequest(name=case.name))

    await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=list(case.lacking)))
    office.clock.set(office.clock.now() + timedelta(days=3))
    await office("agent", pb.SupplyMaterialsRequest(name=case.name, brought=list(case.lacking)))
    handled = (await office("agent", pb.AcceptCaseRequest(name=case.name))).case

    assert handled.accept_date == "2026-09-04"
    [notice] = await office.events(pb.CaseNotified)
    assert not notice.repeated_notice


async def test_a_second_notice_is_told_as_a_breach(office: House) -> None:
    case = await received(office, brought=[])
    for missing in (list(case.lacking), [*case.lacking, "残疾证"]):
        await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=missing))

    assert [event.repeated_notice for event in await office.events(pb.CaseNotified)] == [False, True]


async def test_a_notice_says_which_desk_asks_once_the_case_has_come_to_one(office: House) -> None:
    first = await received(office, brought=[])
    await office("agent", pb.NotifyApplicantRequest(name=first.name, missing=list(first.lacking)))
    case = await at_county(office)
    await office("window", pb.NotifyApplicantRequest(name=case.name, missing=["残疾证"]))

    told = {event.case.case: event.desk for event in await office.events(pb.CaseNotified)}
    assert told == {first.name: "", case.name: office.unit("civil-affairs", office.county)}


async def test_materials_that_are_asked_for_later_stop_the_promise(office: House) -> None:
    case = await accepted(office)
    waiting = (await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=["收入证明"]))).case
    assert waiting.promised_date == ""
    office.clock.set(office.clock.now() + timedelta(days=2))

    going_on = (await office("agent", pb.SupplyMaterialsRequest(name=case.name, brought=["收入证明"]))).case

    # Two days later than the 23rd: the 24th and, behind Mid-Autumn from the 25th to the 27th, the 28th.
    assert going_on.promised_date == "2026-09-28"


async def test_a_hearing_stops_the_clock_of_its_desk_with_its_ground(office: House) -> None:
    case = await at_county(office)
    desk = f"tenants/{office.county}/units/{office.unit('civil-affairs', office.county)}"

    stop = pb.StopClockRequest(name=case.name, desk=desk, ground=Case.GROUND_HEARING, evidence="听证通知书〔2026〕7号")
    stopped = (await office("window", stop)).case
    assert stopped.promised_date == ""
    assert [part.paused for part in stopped.parts if part.desk == desk] == [True]
    office.clock.set(office.clock.now() + timedelta(days=3))
    resumed = (await office("window", pb.ResumeClockRequest(name=case.name, desk=desk))).case

    assert resumed.promised_date == "2026-09-29"
    [event] = await office.events(pb.CaseStopped)
    assert (event.ground, event.start_date) == (Case.GROUND_HEARING, "2026-09-01")
    [pause] = next(part.pauses for part in resumed.parts if part.desk == desk)
    assert (pause.start_date, pause.end_date, pause.evidence) == ("2026-09-01", "2026-09-04", "听证通知书〔2026〕7号")
    [seen_by_owner] = (await office("agent", pb.GetCaseRequest(name=case.name))).case.parts[2].pauses
    assert seen_by_owner == pause


@pytest.mark.parametrize(
    ("days_before", "field", "reason"), [(1, "start_date", "BEFORE_IT_CAME"), (-1, "start_date", "IN_THE_FUTURE")]
)
async def test_a_pause_begins_not_before_the_case_came_nor_in_the_future(
    office: House, days_before: int, field: str, reason: str
) -> None:
    case = await at_county(office)
    desk = f"tenants/{office.county}/units/{office.unit('civil-affairs', office.county)}"
    day = local_date(office.clock.now()) - timedelta(days=days_before)
    stop = pb.StopClockRequest(
        name=case.name, desk=desk, ground=Case.GROUND_HEARING, evidence="通知", start_date=str(day)
    )

    with pytest.raises(Invalid) as refused:
        await office("window", stop)

    assert (refused.value.violations[0].field, refused.value.violations[0].reason) == (field, reason)
    assert await office.events(pb.CaseStopped) == []


async def test_a_pause_that_ends_before_it_starts_is_refused_and_one_without_ground_or_evidence_too(
    office: House,
) -> None:
    case = await at_county(office)
    desk = f"tenants/{office.county}/units/{office.unit('civil-affairs', office.county)}"
    for stop in (
        pb.StopClockRequest(name=case.name, desk=desk, evidence="通知"),
        pb.StopClockRequest(name=case.name, desk=desk, ground=Case.GROUND_HEARING),
    ):
        with pytest.raises(Invalid):
            await office("window", stop)
    stop = pb.StopClockRequest(name=case.name, desk=desk, ground=Case.GROUND_HEARING, evidence="通知")
    await office("window", stop)

    with pytest.raises(Invalid) as refused:
        await office("window", pb.ResumeClockRequest(name=case.name, desk=desk, end_date="2026-08-31"))

    assert refused.value.violations[0].reason == "ENDS_BEFORE_IT_STARTS"
    assert await office.events(pb.CaseResumed) == []


async def test_who_was_asked_first_answers_until_another_accepts_by_name(office: House) -> None:
    case = await received(office)
    other = f"tenants/{office.town}/accounts/neighbour"
    with pytest.raises(NotFound):
        await office("neighbour", pb.TakeCaseRequest(name=case.name))
    with pytest.raises(Denied, match="NOT_OWNER"):
        await office("clerk", pb.OfferCaseRequest(name=case.name, to=other))

    offered = (await office("agent", pb.OfferCaseRequest(name=case.name, to=other))).case
    assert offered.owner.endswith("/agent")
    taken = (await office("neighbour", pb.TakeCaseRequest(name=case.name))).case

    assert (taken.owner, taken.offered_to) == (other, "")


@pytest.mark.parametrize(("to", "error"), [("nobody", NotFound), ("secretary", Refused), ("agent", Refused)], ids=str)
async def test_nothing_is_handed_to_who_could_not_act(office: House, to: str, error: type[Exception]) -> None:
    case = await received(office)

    with pytest.raises(error):
        await office("agent", pb.OfferCaseRequest(name=case.name, to=f"tenants/{office.town}/accounts/{to}"))


async def test_nothing_is_handed_to_another_town(office: House) -> None:
    case = await received(office)

    with pytest.raises(Invalid) as refusal:
        await office("agent", pb.OfferCaseRequest(name=case.name, to=f"tenants/{office.county}999/accounts/agent"))

    assert refusal.value.reason == "OTHER_TENANT"


async def test_people_of_other_points_and_departments_know_nothing_of_a_case(office: House) -> None:
    case = await accepted(office)
    for login in ("neighbour", "stranger"):
        with pytest.raises(NotFound):
            await shown(office, case, login)
    with pytest.raises(NotFound):
        await office("neighbour", pb.AcceptCaseRequest(name=case.name))


async def test_a_department_sees_who_applied_only_when_the_case_has_come_to_it(office: House) -> None:
    case = await accepted(office)
    before = await shown(office, case, "window")
    await done(office, "agent", case, "village")
    await done(office, "clerk", case, "service-centre")

    after = await shown(office, case, "window")

    assert not before.HasField("applicant")
    assert (after.applicant.name, after.applicant.phone) == ("张三", PHONE)


async def test_a_desk_does_its_own_part_only(office: House) -> None:
    case = await at_county(office)

    with pytest.raises(Denied, match="NOT_OWN_DESK"):
        await done(office, "finance", case, "civil-affairs", office.county)
    with pytest.raises(Refused, match="NOT_AT_DESK"):
        await done(office, "agent", case, "village")


async def test_who_applied_lies_sealed(office: House) -> None:
    await accepted(office)

    async with office.database.transaction(office.town) as tx:
        for table in ("cases", "case_texts", "case_parts", "ledger"):
            rows = await tx.rows(sa.text(f"SELECT {table}::text AS everything FROM {table}"))
            for row in rows:
                assert not any(secret in row.everything for secret in ("张三", PHONE, IDENTITY_NUMBER))


APPLICANT = pb.Case.Applicant(name="张三", phone=PHONE)
BAD = {
    "an identity number with a wrong check digit": (
        {"applicant": pb.Case.Applicant(name="张三", phone=PHONE, identity_number="110105194912310021")},
        Invalid,
    ),
    "an identity number that is too short": (
        {"applicant": pb.Case.Applicant(name="张三", phone=PHONE, identity_number="1101051949123100")},
        Invalid,
    ),
    "a telephone number with letters": ({"applicant": pb.Case.Applicant(name="张三", phone="1380914OOO1")}, Invalid),
    "no telephone number": ({"applicant": pb.Case.Applicant(name="张三")}, Invalid),
    "no name": ({"applicant": pb.Case.Applicant(name=" ", phone=PHONE)}, Invalid),
    "an unknown item": ({"item": "XX-99"}, NotFound),
    "a material that the item does not know": ({"brought": ["驾驶证"]}, Invalid),
    "another's point": ({"slug": "community"}, Denied),
    "a unit without a point": ({"slug": "finance"}, NotFound),
}


@pytest.mark.parametrize(("facts", "error"), BAD.values(), ids=BAD.keys())
async def test_what_cannot_be_received_changes_nothing(
    office: House, facts: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await office("agent", application(office, **facts))  # type: ignore[arg-type]

    assert await count(office) == 0
    assert await office.events(pb.CaseReceived) == []


async def test_a_telephone_number_may_be_typed_in_groups(office: House) -> None:
    typed = pb.Case.Applicant(name="张三", phone="138-0914 ０００１")
    answer = await office("agent", application(office, "QT-01", applicant=typed))

    assert answer.case.applicant.phone == PHONE


async def test_a_creation_that_is_repeated_returns_the_first_case_and_its_code(office: House) -> None:
    request = application(office, "QT-01", request_id="a8f77b51-8744-5917-b80c-8ea678b466ec")

    first, again = await office("agent", request), await office("agent", request)

    assert first == again
    assert await count(office) == 1
    with pytest.raises(AlreadyExists):
        await office("agent", application(office, "SH-04", request_id="a8f77b51-8744-5917-b80c-8ea678b466ec"))


async def test_there_is_no_promise_to_explain_before_acceptance(office: House) -> None:
    case = await received(office)

    with pytest.raises(Refused, match="NOT_ACCEPTED"):
        await office("agent", pb.ExplainPromiseRequest(name=case.name))
