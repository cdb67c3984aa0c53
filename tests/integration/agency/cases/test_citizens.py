"""What citizens do themselves: apply on line, answer a notice, withdraw, and see state and step by number and phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.agency.cases.store import CASES
from services.common.errors import AlreadyExists, IllegalMove, Invalid, NotFound, Refused, TooMany
from services.common.foundation import LEDGER
from tests.integration.agency.cases.steps import (
    IDENTITY_NUMBER,
    PHONE,
    application,
    done,
    followed,
    received,
    required,
    stamps,
)
from tests.integration.agency.house import LONG_AGO, House

Case = pb.Case


async def count(house: House) -> tuple[int, int]:
    """How many cases there are, and how many entries of cases in the ledger."""
    async with house.database.transaction(house.town) as tx:
        cases = await tx.scalar(sa.select(sa.func.count()).select_from(CASES)) or 0
        entries = sa.select(sa.func.count()).select_from(LEDGER).where(LEDGER.c.aggregate == "case")
        return cases, await tx.scalar(entries) or 0


def on_line(house: House, item: str = "SH-01", slug: str = "village", **facts: Any) -> pb.ApplyForItemRequest:
    """The same application, by the applicant."""
    request = application(house, item, slug, **facts)
    return pb.ApplyForItemRequest.FromString(request.SerializeToString())


def later(house: House, days: int) -> None:
    house.clock.set(house.clock.now() + timedelta(days=days))


async def lacking(house: House) -> tuple[pb.Case, str, list[str]]:
    """A case whose applicant was told on the day of the receipt that two materials are missing."""
    materials = await required(house)
    answer = await house("agent", application(house, brought=materials[2:]))
    notice = pb.NotifyApplicantRequest(name=answer.case.name, missing=materials[:2])
    return (await house("agent", notice)).case, answer.receipt_code, materials[:2]


async def handed_in(house: House, code: str, *materials: str) -> pb.CaseView:
    request = pb.AnswerNoticeRequest(parent=f"tenants/{house.town}", code=code, materials=materials)
    view: pb.CaseView = (await house("citizen", request)).view
    return view


async def confirmed(house: House, case: Case, *materials: str, **facts: Any) -> Case:
    request = pb.SupplyMaterialsRequest(name=case.name, brought=materials, **facts)
    shown: Case = (await house("agent", request)).case
    return shown


async def looked_up(house: House, number: str, phone: str = PHONE) -> pb.LookUpCaseResponse:
    request = pb.LookUpCaseRequest(parent=f"tenants/{house.town}", number=number, phone=phone)
    shown: pb.LookUpCaseResponse = await house("citizen", request)
    return shown


async def test_who_applies_on_line_gets_a_number_and_a_code_and_somebody_answers_at_once(office: House) -> None:
    answer = await office("citizen", on_line(office, brought=await required(office)))

    assert answer.view.number == "景村镇八一村代〔2026〕1号"
    assert answer.view == await followed(office, answer.receipt_code)
    [case] = (await office("agent", pb.ListCasesRequest(parent=f"tenants/{office.town}"))).cases
    assert case.owner == f"tenants/{office.town}/accounts/agent"
    accepted = (await office("agent", pb.AcceptCaseRequest(name=case.name))).case
    assert (accepted.promised_date, accepted.applicant.phone) == ("2026-09-23", PHONE)
    async with office.database.transaction(office.town) as tx:
        [entry] = await tx.rows(sa.select(LEDGER.c.actor).where(LEDGER.c.type == "agency.case.received"))
    assert entry.actor == "citizen"


async def test_who_applies_on_line_is_told_what_is_missing_by_the_same_rules(office: House) -> None:
    materials = await required(office)

    answer = await office("citizen", on_line(office, brought=materials[1:]))

    assert list(answer.view.lacking) == materials[:1]
    assert answer.view.state == Case.STATE_RECEIVED


async def test_an_application_that_is_repeated_returns_the_first_case_and_its_code(office: House) -> None:
    request = on_line(office, "QT-01", request_id="80b68ef0-f0c3-58a3-971b-108562e7ed6d")

    first, again = await office("citizen", request), await office("citizen", request)

    assert first == again
    assert await count(office) == (1, 1)
    with pytest.raises(AlreadyExists):
        await office("citizen", on_line(office, "SH-04", request_id="80b68ef0-f0c3-58a3-971b-108562e7ed6d"))


BAD: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "an identity number with a wrong check digit": (
        {"applicant": Case.Applicant(name="张三", phone=PHONE, identity_number="110105194912310021")},
        Invalid,
    ),
    "an identity number of who was born on 30 February": (
        {"applicant": Case.Applicant(name="张三", phone=PHONE, identity_number="611021199002300021")},
        Invalid,
    ),
    "a telephone number with letters": ({"applicant": Case.Applicant(name="张三", phone="1380914OOO1")}, Invalid),
    "no name": ({"applicant": Case.Applicant(phone=PHONE)}, Invalid),
    "an unknown item": ({"item": "XX-99"}, NotFound),
    "a material that the item does not know": ({"brought": ["驾驶证"]}, Invalid),
    "a unit without a point": ({"slug": "finance"}, NotFound),
}


@pytest.mark.parametrize(("facts", "error"), BAD.values(), ids=BAD.keys())
async def test_what_cannot_be_applied_for_changes_nothing(
    office: House, facts: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error) as refusal:
        await office("citizen", on_line(office, **facts))

    assert await count(office) == (0, 0)
    assert not any(secret in str(refusal.value) for secret in ("110105194912310021", "1380914OOO1"))


async def test_a_retired_point_and_one_where_nobody_works_take_no_applications(office: House) -> None:
    gone = office.unit_message("village", revision=2, retire_time=LONG_AGO)
    await office.hear_in(office.town, gateway.UnitRetired(unit=gone))
    with pytest.raises(Refused, match="POINT_RETIRED"):
        await office("citizen", on_line(office))
    for login in ("neighbour", "clerk"):
        account = gateway.Account(name=f"tenants/{office.town}/accounts/{login}", revision=2)
        await office.hear_in(office.town, gateway.AccountChanged(account=account))
    with pytest.raises(Refused, match="NO_OFFICER"):
        await office("citizen", on_line(office, slug="community"))

    assert await count(office) == (0, 0)


FURTHER = "张三的收入证明"


async def test_what_a_notice_calls_a_further_material_is_read_by_handlers_and_the_applicant_only(
    office: House,
) -> None:
    case, code, (first, second) = await lacking(office)
    again = [first, second, FURTHER, "情况说明"]

    told = (await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=again))).case
    view = await handed_in(office, code, FURTHER)

    assert list(told.lacking) == list(view.lacking) == again
    assert [each.material for each in view.handed_in] == [FURTHER]
    hidden = [first, second, "其他材料1", "其他材料2"]
    listed = (await office("agent", pb.ListCasesRequest(parent=f"tenants/{office.town}"))).cases[0]
    overseen = (await office("discipline", pb.GetCaseRequest(name=case.name))).case
    for shown in (listed, overseen):
        assert (list(shown.lacking), shown.handed_in[0].material) == (hidden, "其他材料1")
    notified = (await office.events(pb.CaseNotified))[-1]
    assert len(notified.further) == 2
    async with office.database.transaction(office.town) as tx:
        assert FURTHER not in str(await tx.rows(sa.select(CASES)))


async def test_further_materials_are_supplied_as_they_are_called_and_numbered_once(office: House) -> None:
    case, _, (first, second) = await lacking(office)
    await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=[first, second, FURTHER]))
    with pytest.raises(Invalid) as refusal:
        await confirmed(office, case, FURTHER, "李四的驾驶证")
    assert "李四" not in str(refusal.value)

    supplied = await confirmed(office, case, FURTHER)
    both = [*supplied.lacking, "李四的证明"]
    told = (await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=both))).case
    none = await confirmed(office, case, first, second, "其他材料2")

    assert list(supplied.lacking) == [first, second]
    assert list(told.lacking) == both
    assert (none.state, list(none.lacking)) == (Case.STATE_RECEIVED, [])


async def test_the_day_on_which_the_last_material_was_handed_in_counts_however_late_it_is_confirmed(
    office: House,
) -> None:
    case, code, (first, second) = await lacking(office)
    later(office, 1)
    await handed_in(office, code, first)
    later(office, 1)
    view = await handed_in(office, code, second)
    later(office, 5)

    supplied = await confirmed(office, case, first, second)

    assert [(each.material, each.date) for each in view.handed_in] == [(first, "2026-09-02"), (second, "2026-09-03")]
    assert supplied.complete_date == "2026-09-03"
    assert not supplied.handed_in
    assert [event.hand_in_date for event in await office.events(pb.CaseSupplied)] == ["2026-09-03"]
    assert [event.material_count for event in await office.events(pb.CaseHandedIn)] == [1, 1]


async def test_after_acceptance_the_clocks_go_on_from_the_day_on_which_they_were_handed_in(office: House) -> None:
    answer = await office("agent", application(office, brought=await required(office)))
    await office("agent", pb.AcceptCaseRequest(name=answer.case.name))
    await office("agent", pb.NotifyApplicantRequest(name=answer.case.name, missing=["租房合同"]))
    later(office, 2)
    await handed_in(office, answer.receipt_code, "租房合同")
    later(office, 5)

    case = await confirmed(office, answer.case, "租房合同")

    # The two days of the 2nd and 3rd of September are the applicant's; without them it was 23 September.
    assert case.promised_date == "2026-09-28"


async def test_what_has_come_only_today_counts_from_today_whatever_was_said(office: House) -> None:
    case, code, missing = await lacking(office)
    later(office, 1)
    await handed_in(office, code, *missing)
    later(office, 6)

    supplied = await confirmed(office, case, *missing, came_today=True)

    assert supplied.complete_date == "2026-09-08"


async def test_a_case_does_not_lapse_while_what_was_handed_in_waits_to_be_confirmed(office: House) -> None:
    case, code, missing = await lacking(office)
    await handed_in(office, code, *missing)

    with pytest.raises(Refused, match="HANDED_IN"):
        lapse = pb.DecideCaseRequest(
            name=case.name, outcome=Case.OUTCOME_LAPSED, reason="逾期未补正。", remedies="可以申请行政复议。"
        )
        await office("agent", lapse)

    assert (await followed(office, code)).state == Case.STATE_AWAITING_MATERIALS


async def test_only_what_is_missing_is_handed_in_once_and_after_a_notice(office: House) -> None:
    materials = await required(office)
    early = await office("agent", application(office, brought=materials[1:]))
    _, code, (first, second) = await lacking(office)
    await handed_in(office, code, first)
    before = await count(office)

    with pytest.raises(IllegalMove):
        await handed_in(office, early.receipt_code, materials[0])
    with pytest.raises(Invalid) as refusal:
        await handed_in(office, code, second, "驾驶证")
    with pytest.raises(Refused, match="SAID_ALREADY"):
        await handed_in(office, code, first)

    assert refusal.value.reason == "NOT_LACKING"
    assert await count(office) == before
    assert [each.material for each in (await followed(office, code)).handed_in] == [first]


async def test_an_applicant_withdraws_their_case_and_need_not_be_told(office: House) -> None:
    answer = await office("agent", application(office, brought=await required(office)))
    await office("agent", pb.AcceptCaseRequest(name=answer.case.name))
    request = pb.WithdrawCaseRequest(parent=f"tenants/{office.town}", code=answer.receipt_code)

    view = (await office("citizen", request)).view

    assert (view.state, view.outcome) == (Case.STATE_CLOSED, Case.OUTCOME_WITHDRAWN)
    [event] = await office.events(pb.CaseDecided)
    assert (event.outcome, event.late) == (Case.OUTCOME_WITHDRAWN, False)
    with pytest.raises(IllegalMove):
        await office("citizen", request)
    with pytest.raises(IllegalMove):
        await office("agent", pb.TellResultRequest(name=answer.case.name, manner="电话告知"))
    assert len(await office.events(pb.CaseDecided)) == 1


async def test_number_and_phone_show_state_and_step_and_nothing_else(office: House) -> None:
    case = await received(office)
    waiting = await looked_up(office, case.number)
    await office("agent", pb.AcceptCaseRequest(name=case.name))
    await done(office, "agent", case, "village")

    typed = await looked_up(office, " 景村镇八一村代[２０２６] 1 号", "138-0914-0001")

    assert waiting == pb.LookUpCaseResponse(state=Case.STATE_RECEIVED)
    assert typed == pb.LookUpCaseResponse(state=Case.STATE_HANDLING, step=2, tier=pb.Point.TIER_TOWN)
    assert {field.name for field in pb.LookUpCaseResponse.DESCRIPTOR.fields} == {"state", "step", "tier"}


async def test_a_number_with_the_code_of_the_country_is_the_same_number(office: House) -> None:
    case = await received(office, applicant=Case.Applicant(name="李四", phone="+86 138-0914-0002"))

    for typed in ("13809140002", "138 0914 0002", "0086 13809140002"):
        assert (await looked_up(office, case.number, typed)).state == Case.STATE_RECEIVED


async def test_a_wrong_phone_a_wrong_number_and_anothers_phone_are_not_told_apart(office: House) -> None:
    mine = await received(office)
    theirs = await received(office, applicant=Case.Applicant(name="李四", phone="13809140002"))
    told = set()
    for number, phone in ((mine.number, "13809140002"), (theirs.number, PHONE), ("景村镇八一村代〔2026〕9号", PHONE)):
        with pytest.raises(NotFound) as refusal:
            await looked_up(office, number, phone)
        told.add((refusal.value.reason, refusal.value.message, tuple(refusal.value.metadata)))
    assert len(told) == 1

    with pytest.raises(Invalid):
        await looked_up(office, mine.number, "1380914OOO1")


async def test_wrong_pairs_are_counted_by_client_and_by_number(office: House) -> None:
    case, other = await received(office), await received(office)
    citizen = office.claims["citizen"]

    async def guess(client: str, number: str, phone: str) -> None:
        office.claims["citizen"] = replace(citizen, client=client)
        with pytest.raises(NotFound):
            await looked_up(office, number, phone)

    for client in ("a", "b", "c"):
        for n in range(10):
            await guess(client, case.number, f"139{ord(client):04}{n:04}")
    office.claims["citizen"] = replace(citizen, client="a")
    with pytest.raises(TooMany):
        await looked_up(office, other.number)
    office.claims["citizen"] = replace(citizen, client="holder")
    with pytest.raises(TooMany):
        await looked_up(office, case.number)

    assert (await looked_up(office, other.number)).state == Case.STATE_RECEIVED
    office.clock.set(office.clock.now() + timedelta(minutes=15))
    assert (await looked_up(office, case.number)).state == Case.STATE_RECEIVED


async def test_who_knows_it_may_look_as_often_as_they_like(office: House) -> None:
    case = await received(office)

    for _ in range(31):
        assert (await looked_up(office, case.number)).state == Case.STATE_RECEIVED


async def test_number_and_phone_open_nothing_that_asks_for_the_code(office: House) -> None:
    case = await received(office)

    for typed in (PHONE, f"{PHONE}00001"):
        with pytest.raises((Invalid, NotFound)):
            await followed(office, typed)
    assert (await looked_up(office, case.number)).state == Case.STATE_RECEIVED


async def test_what_was_told_on_line_stands_nowhere_in_the_clear(office: House) -> None:
    await office("citizen", on_line(office))

    async with office.database.transaction(office.town) as tx:
        for table in ("cases", "case_texts", "case_parts", "case_receipts", "receipt_tries", "requests", "ledger"):
            for row in await tx.rows(sa.text(f"SELECT {table}::text AS everything FROM {table}")):
                assert not any(secret in row.everything for secret in ("张三", PHONE, IDENTITY_NUMBER))


async def test_the_seven_links_say_who_and_when(office: House) -> None:
    case = await received(office)
    await office("agent", pb.AcceptCaseRequest(name=case.name))
    await done(office, "agent", case, "village")
    later(office, 1)
    await done(office, "clerk", case, "service-centre")
    await done(office, "finance", case, "finance", office.county)
    await done(office, "window", case, "civil-affairs", office.county)
    granted = pb.DecideCaseRequest(name=case.name, outcome=Case.OUTCOME_GRANTED, reason="予以办理。")
    await office("agent", granted)
    await office("agent", pb.TellResultRequest(name=case.name, manner="当面告知"))

    links = (await office("clerk", pb.GetCaseLinksRequest(name=case.name))).links

    assert [link.kind for link in links] == list(range(1, 8))
    assert stamps(links) == {
        "ACCEPT": [("agent", "代理件受理", "")],
        "CLASSIFY": [("agent", "联办", "")],
        "CO_HANDLE": [("finance", "协办办结", "finance"), ("window", "协办办结", "civil-affairs")],
        "REPORT_UP": [
            ("agent", "上报镇（街道）便民服务中心", "service-centre"),
            ("clerk", "上报县直部门窗口", "civil-affairs"),
            ("clerk", "上报县直部门窗口", "finance"),
        ],
        "FEED_BACK": [("agent", "结果反馈", "")],
    }
    [accept] = links[1].stamps
    assert accept.time.ToJsonString() == "2026-09-01T01:00:00Z"


async def test_what_is_done_at_once_is_accepted_and_classified_by_that(office: House) -> None:
    case = await received(office, "QT-01")
    granted = pb.DecideCaseRequest(name=case.name, outcome=Case.OUTCOME_GRANTED, reason="已答复。")
    await office("agent", granted)

    links = (await office("agent", pb.GetCaseLinksRequest(name=case.name))).links

    assert stamps(links) == {"ACCEPT": [("agent", "代理件办结", "")], "CLASSIFY": [("agent", "即办", "")]}


async def test_a_withdrawal_by_the_applicant_is_the_feedback(office: House) -> None:
    answer = await office("citizen", on_line(office))
    await office("citizen", pb.WithdrawCaseRequest(parent=f"tenants/{office.town}", code=answer.receipt_code))
    [case] = (await office("agent", pb.ListCasesRequest(parent=f"tenants/{office.town}"))).cases

    links = (await office("agent", pb.GetCaseLinksRequest(name=case.name))).links

    assert stamps(links) == {"FEED_BACK": [("citizen", "代理件办结", "")]}


async def test_urging_and_its_answer_are_the_link_of_supervision(office: House) -> None:
    case = await received(office)
    await office("agent", pb.AcceptCaseRequest(name=case.name))
    desk = f"tenants/{office.town}/units/{office.unit('village')}"
    urging = (await office("discipline", pb.UrgeCaseRequest(case=case.name, desk=desk, text="请抓紧。"))).case_oversight
    await office("agent", pb.AnswerCaseOversightRequest(name=urging.name, answer="今天上报。"))

    links = (await office("discipline", pb.GetCaseLinksRequest(name=case.name))).links

    titles = [(who, title) for who, title, _ in stamps(links)["SUPERVISE"]]
    assert titles == [("discipline", "催办"), ("agent", "催办督办回复")]


async def test_the_links_exist_for_who_sees_the_case_only(office: House) -> None:
    case = await received(office)

    for login in ("neighbour", "stranger"):
        with pytest.raises(NotFound):
            await office(login, pb.GetCaseLinksRequest(name=case.name))


async def explained(house: House, code: str) -> pb.ExplainMyPromiseResponse:
    request = pb.ExplainMyPromiseRequest(parent=f"tenants/{house.town}", code=code)
    answer: pb.ExplainMyPromiseResponse = await house("citizen", request)
    return answer


async def test_an_applicant_reads_day_by_day_why_the_promised_date_is_what_it_is(office: House) -> None:
    answer = await office("agent", application(office, brought=await required(office)))
    with pytest.raises(Refused, match="NOT_ACCEPTED"):
        await explained(office, answer.receipt_code)
    await office("agent", pb.AcceptCaseRequest(name=answer.case.name))

    open_still = await explained(office, answer.receipt_code)
    await office("citizen", pb.WithdrawCaseRequest(parent=f"tenants/{office.town}", code=answer.receipt_code))

    assert (open_still.working_days, open_still.promised_date) == (17, "2026-09-23")
    assert open_still.promised_date == (await followed(office, answer.receipt_code)).promised_date
    assert open_still.days[0].text == "2026年9月1日（周二，起算当日）不计"
    assert sum(day.counted for day in open_still.days) == 17
    assert await explained(office, answer.receipt_code) == open_still


async def test_wrong_codes_are_counted_when_a_promise_is_to_be_explained(office: House) -> None:
    code = (await office("agent", application(office, brought=await required(office)))).receipt_code
    for wrong in range(10):
        with pytest.raises(NotFound):
            await explained(office, f"{wrong:016d}")

    for call in (explained, followed):
        with pytest.raises(TooMany):
            await call(office, code)
