"""Who decides a case, when it may be, and what the applicant is told with it, through the RPCs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from google.protobuf.message import Message
from minshao.agency import v1 as pb

from services.agency.cases.store import CASES
from services.common.errors import Denied, DomainError, IllegalMove, Invalid, Refused
from services.common.foundation import LEDGER
from services.common.periods import overdue_from, start_of_day
from tests.integration.agency.cases.steps import accepted, application, at_county, done, followed, received, required
from tests.integration.agency.cases.test_deadlines import shown, sweep_at
from tests.integration.agency.cases.test_debts import without_photograph
from tests.integration.agency.house import House
from tests.integration.agency.items.catalogue import publish

Case = pb.Case
GRANTED, REFUSED = Case.OUTCOME_GRANTED, Case.OUTCOME_REFUSED
WITHDRAWN, LAPSED = Case.OUTCOME_WITHDRAWN, Case.OUTCOME_LAPSED
REMEDIES = "可以自收到之日起六十日内申请行政复议。"


def decision(case: Case, outcome: Case.Outcome.ValueType, remedies: str = REMEDIES) -> pb.DecideCaseRequest:
    return pb.DecideCaseRequest(name=case.name, outcome=outcome, reason="材料不符合要求。", remedies=remedies)


async def written(house: House) -> tuple[object, ...]:
    """What a refusal leaves as it is: how many entries the ledger has, and every case."""
    async with house.database.transaction(house.town) as tx:
        entries = await tx.scalar(sa.select(sa.func.count()).select_from(LEDGER).where(LEDGER.c.tenant == tx.tenant))
        cases = await tx.rows(sa.select(CASES).where(CASES.c.tenant == tx.tenant).order_by(CASES.c.id))
        return (entries, *map(tuple, cases))


async def refusal(house: House, login: str, request: Message, error: type[DomainError], reason: str) -> DomainError:
    before = await written(house)
    with pytest.raises(error) as refused:
        await house(login, request)
    assert refused.value.reason == reason
    assert await written(house) == before
    return refused.value


async def test_a_case_lapses_only_when_the_term_of_its_notice_has_passed(office: House) -> None:
    answer = await office("agent", application(office, brought=(await required(office))[1:]))
    case, code = answer.case, answer.receipt_code
    await refusal(office, "agent", decision(case, LAPSED), Refused, "NOT_NOTIFIED")
    assert case.supply_by == ""

    notified = (await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=list(case.lacking)))).case

    # Ten working days after Tuesday 1 September 2026.
    assert notified.supply_by == (await followed(office, code)).supply_by == "2026-09-15"
    for day in (date(2026, 9, 14), date(2026, 9, 15)):
        office.clock.set(start_of_day(day) + timedelta(hours=9))
        await refusal(office, "agent", decision(case, LAPSED), Refused, "STILL_IN_TIME")
    office.clock.set(overdue_from(date(2026, 9, 15)))
    lapsed = (await office("agent", decision(case, LAPSED))).case

    assert (lapsed.outcome, lapsed.supply_by) == (LAPSED, "")


async def test_the_term_runs_from_the_last_notice(office: House) -> None:
    case = await received(office, brought=[])
    await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=list(case.lacking)))
    office.clock.set(start_of_day(date(2026, 9, 7)))

    again = await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=[*case.lacking, "残疾证"]))

    assert again.case.supply_by == "2026-09-20"


async def test_nothing_is_granted_while_materials_are_owed_or_were_asked_for(office: House) -> None:
    case = await without_photograph(office)
    await office("agent", pb.AcceptCaseRequest(name=case.name, owed_until="2026-09-07"))
    await done(office, "agent", case, "village")
    await office("clerk", pb.NotifyApplicantRequest(name=case.name, missing=["收入证明"]))
    await done(office, "clerk", case, "service-centre")

    told = await refusal(office, "agent", decision(case, GRANTED), Refused, "MATERIALS_LACKING")
    assert "其他材料1、照片" in told.message
    await office("agent", pb.SupplyMaterialsRequest(name=case.name, brought=["收入证明"]))
    await refusal(office, "agent", decision(case, GRANTED), Refused, "MATERIALS_LACKING")
    await office("agent", pb.SupplyMaterialsRequest(name=case.name, brought=["照片"]))

    assert (await office("agent", decision(case, GRANTED))).case.outcome == GRANTED


async def test_what_may_follow_is_owed_until_the_promised_date_when_a_case_is_deemed_accepted(office: House) -> None:
    case = await without_photograph(office)

    await sweep_at(office, overdue_from(date(2026, 9, 8)))

    deemed = await shown(office, case)
    assert deemed.accept_date == "2026-09-01"
    assert deemed.owed_until == deemed.promised_date == "2026-09-10"
    await sweep_at(office, overdue_from(date(2026, 9, 10)))
    assert len(await office.events(pb.CaseDebtOverdue)) == 1


@pytest.mark.parametrize(("day", "late"), [(date(2026, 9, 14), False), (date(2026, 9, 18), True)])
async def test_a_notice_makes_no_late_decision_one_in_time(office: House, day: date, late: bool) -> None:
    """Promised for Thursday the 10th. What was asked for on Tuesday the 8th was handed in on the next day, and lies."""
    answer = await office("agent", application(office, "SH-04", brought=await required(office, "SH-04")))
    case = answer.case
    await office("agent", pb.AcceptCaseRequest(name=case.name))
    await done(office, "agent", case, "village")
    office.clock.set(start_of_day(date(2026, 9, 8)))
    await office("clerk", pb.NotifyApplicantRequest(name=case.name, missing=["租房合同"]))
    if late:
        office.clock.set(start_of_day(date(2026, 9, 9)))
        request = pb.AnswerNoticeRequest(parent=f"tenants/{office.town}", code=answer.receipt_code)
        request.materials.append("租房合同")
        await office("citizen", request)
    office.clock.set(start_of_day(day))

    decided = (await office("clerk", decision(case, REFUSED))).case

    # Four working days are taken out by the notice, one where the materials came with the next day.
    assert decided.promised_date == ("2026-09-11" if late else "2026-09-16")
    assert [pause.end_date for pause in decided.pauses] == ["2026-09-09" if late else str(day)]
    [event] = await office.events(pb.CaseDecided)
    assert event.late is late


async def test_once_accepted_a_case_is_refused_by_a_desk_at_work_only(office: House) -> None:
    case = await at_county(office)
    for login in ("agent", "clerk"):
        await refusal(office, login, decision(case, REFUSED), Denied, "NOT_AT_WORK")
    await done(office, "finance", case, "finance", office.county)
    await refusal(office, "finance", decision(case, REFUSED), Denied, "NOT_AT_WORK")

    refused = (await office("window", decision(case, REFUSED))).case

    assert refused.outcome == REFUSED


async def test_one_department_of_a_joint_step_refuses_for_all(office: House) -> None:
    case = await at_county(office)

    await office("finance", decision(case, REFUSED))

    with pytest.raises(IllegalMove):
        await done(office, "window", case, "civil-affairs", office.county)


@pytest.mark.parametrize("outcome", [GRANTED, WITHDRAWN, LAPSED])
@pytest.mark.parametrize("login", ["window", "finance", "clerk"])
async def test_what_is_no_refusal_is_recorded_at_the_point_that_received_it(
    office: House, login: str, outcome: Case.Outcome.ValueType
) -> None:
    case = await at_county(office)

    await refusal(office, login, decision(case, outcome), Denied, "NOT_ITS_POINT")


async def test_before_acceptance_the_point_refuses(office: House) -> None:
    case = await received(office)
    await refusal(office, "clerk", decision(case, REFUSED), Denied, "NOT_ITS_POINT")

    assert (await office("agent", decision(case, REFUSED))).case.outcome == REFUSED


@pytest.mark.parametrize("outcome", [REFUSED, LAPSED])
async def test_what_is_refused_or_lapses_says_what_can_be_done_against_it(
    office: House, outcome: Case.Outcome.ValueType
) -> None:
    case = await received(office, brought=[])

    told = await refusal(office, "agent", decision(case, outcome, ""), Invalid, "NO_REMEDIES")

    assert [violation.field for violation in told.violations] == ["remedies"]


async def test_the_remedies_are_sealed_and_shown_with_the_result(office: House) -> None:
    answer = await office("agent", application(office, brought=await required(office)))
    await office("agent", decision(answer.case, REFUSED))

    view = await followed(office, answer.receipt_code)
    assert (view.result, view.remedies) == ("材料不符合要求。", REMEDIES)
    handled = (await office("agent", pb.GetCaseRequest(name=answer.case.name))).case
    assert (handled.result, handled.remedies) == (view.result, view.remedies)
    [event] = await office.events(pb.CaseDecided)
    assert event.remedies.mac
    async with office.database.transaction(office.town) as tx:
        for table in ("case_texts", "ledger"):
            rows = await tx.rows(sa.text(f"SELECT {table}::text AS everything FROM {table}"))
            assert not any(REMEDIES in row.everything for row in rows)


async def test_what_is_done_at_once_is_not_done_while_materials_are_owed(office: House) -> None:
    materials = [pb.ItemContent.Material(name="照片", required=True, may_follow=True)]
    await publish(office, "QT-01", materials=materials)
    case = await received(office, "QT-01", brought=[])

    told = await refusal(office, "agent", decision(case, GRANTED, ""), Refused, "MATERIALS_OWED")

    assert "照片" in told.message
    await office("agent", pb.SupplyMaterialsRequest(name=case.name, brought=["照片"]))
    assert (await office("agent", decision(case, GRANTED, ""))).case.outcome == GRANTED


def stop(office: House, case: Case, day: date | None) -> pb.StopClockRequest:
    desk = f"tenants/{office.town}/units/{office.unit('village')}"
    request = pb.StopClockRequest(name=case.name, desk=desk, ground=Case.GROUND_HEARING, evidence="通知")
    request.start_date = str(day or "")
    return request


@pytest.mark.parametrize(
    ("today", "start", "reason"),
    [
        # At the village's room since Thursday 10 September, for two working days: until Monday the 14th.
        (date(2026, 9, 14), date(2026, 9, 11), None),
        (date(2026, 9, 14), date(2026, 9, 10), "TOO_LATE"),
        (date(2026, 9, 13), date(2026, 9, 11), None),
        (date(2026, 9, 15), date(2026, 9, 14), "DESK_OVERDUE"),
        (date(2026, 9, 15), None, None),
        (date(2026, 9, 10), date(2026, 9, 9), "BEFORE_IT_CAME"),
    ],
)
async def test_a_pause_is_recorded_by_the_next_working_day_and_not_where_the_desk_is_late(
    office: House, today: date, start: date | None, reason: str | None
) -> None:
    office.clock.set(start_of_day(date(2026, 9, 10)))
    case = await accepted(office, "SH-04")
    office.clock.set(start_of_day(today) + timedelta(hours=10))

    if reason:
        await refusal(office, "agent", stop(office, case, start), DomainError, reason)
    else:
        stopped = (await office("agent", stop(office, case, start))).case
        assert stopped.parts[0].pauses[0].start_date == str(start or today)


@pytest.mark.parametrize(("end", "reason"), [(date(2026, 9, 11), None), (date(2026, 9, 10), "TOO_LATE")])
async def test_the_end_of_a_pause_is_recorded_by_the_next_working_day(
    office: House, end: date, reason: str | None
) -> None:
    office.clock.set(start_of_day(date(2026, 9, 10)))
    case = await accepted(office, "SH-04")
    request = stop(office, case, None)
    await office("agent", request)
    office.clock.set(start_of_day(date(2026, 9, 14)))
    resume = pb.ResumeClockRequest(name=case.name, desk=request.desk, end_date=str(end))

    if reason:
        await refusal(office, "agent", resume, Invalid, reason)
    else:
        assert (await office("agent", resume)).case.parts[0].pauses[0].end_date == str(end)
