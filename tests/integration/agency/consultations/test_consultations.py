"""Consultations: asked at a point or on line, answered, and made a case in one step."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.agency.cases.store import CASES
from services.agency.consultations.store import CONSULTATIONS
from services.common.errors import AlreadyExists, Denied, IllegalMove, Invalid, NotFound, Refused, TooMany
from services.common.foundation import LEDGER
from tests.integration.agency.cases.steps import PHONE, received, required, stamps
from tests.integration.agency.house import LONG_AGO, House

Consultation = pb.Consultation
QUESTION, ANSWER = "王五家的低保怎么申请？", "带户口簿到村代理室。"
APPLICANT = pb.Case.Applicant(name="王五", phone=PHONE)


def asked(house: House, slug: str = "village", **facts: Any) -> pb.AskConsultationRequest:
    request = pb.AskConsultationRequest(
        parent=f"tenants/{house.town}", point=house.point(slug), question=QUESTION, item="SH-01"
    )
    request.MergeFrom(pb.AskConsultationRequest(**facts))
    return request


def logged(house: House, slug: str = "village", **facts: Any) -> pb.CreateConsultationRequest:
    request = pb.CreateConsultationRequest(
        parent=f"tenants/{house.town}",
        point=house.point(slug),
        channel=Consultation.CHANNEL_IN_PERSON,
        question=QUESTION,
        answer=ANSWER,
    )
    request.MergeFrom(pb.CreateConsultationRequest(**facts))
    return request


async def listed(house: House, login: str = "clerk", order_by: str = "", **wanted: Any) -> list[str]:
    """The numbers of the consultations on all pages of two."""
    numbers: list[str] = []
    token = ""
    while True:
        request = pb.ListConsultationsRequest(
            parent=f"tenants/{house.town}",
            page_size=2,
            page_token=token,
            order_by=order_by,
            filter=pb.ListConsultationsRequest.Filter(**wanted),
        )
        page = await house(login, request)
        numbers += [each.number for each in page.consultations]
        if not (token := page.next_page_token):
            return numbers


async def only(house: House, login: str = "agent") -> Consultation:
    """The one consultation that there is, as a caller is shown it."""
    [found] = (await house(login, pb.ListConsultationsRequest(parent=f"tenants/{house.town}"))).consultations
    shown: Consultation = (await house(login, pb.GetConsultationRequest(name=found.name))).consultation
    return shown


async def followed(house: House, code: str) -> pb.ConsultationView:
    request = pb.FollowConsultationRequest(parent=f"tenants/{house.town}", code=code)
    view: pb.ConsultationView = (await house("citizen", request)).view
    return view


async def conversion(house: House, consultation: Consultation, **facts: Any) -> pb.ConvertConsultationRequest:
    request = pb.ConvertConsultationRequest(
        name=consultation.name, item="SH-01", applicant=APPLICANT, brought=await required(house)
    )
    request.MergeFrom(pb.ConvertConsultationRequest(**facts))
    return request


async def count(house: House) -> tuple[int, int, int]:
    """How many consultations, cases and entries of the ledger about them there are."""
    async with house.database.transaction(house.town) as tx:
        entries = LEDGER.c.aggregate.in_(("case", "consultation"))
        counts = [sa.select(sa.func.count()).select_from(table) for table in (CONSULTATIONS, CASES)]
        counts.append(sa.select(sa.func.count()).select_from(LEDGER).where(entries))
        consultations, cases, told = [await tx.scalar(each) or 0 for each in counts]
        return consultations, cases, told


async def test_an_officer_logs_question_and_answer_at_once(office: House) -> None:
    shown = (await office("agent", logged(office))).consultation

    assert shown.number == "景村镇八一村咨〔2026〕1号"
    assert (shown.state, shown.question, shown.answer) == (Consultation.STATE_ANSWERED, QUESTION, ANSWER)
    assert shown.owner == shown.answerer == f"tenants/{office.town}/accounts/agent"
    [question], [answer] = await office.events(pb.ConsultationAsked), await office.events(pb.ConsultationAnswered)
    assert question.unit == answer.unit == office.unit("village")
    assert question.consultation == answer.consultation


async def test_who_asks_on_line_reads_the_answer_by_the_code_and_somebody_answers_for_it_at_once(
    office: House,
) -> None:
    answer = await office("citizen", asked(office))
    waiting = await only(office)
    office.clock.set(office.clock.now() + timedelta(hours=3))

    await office("agent", pb.AnswerConsultationRequest(name=waiting.name, answer=ANSWER))

    assert waiting.owner == f"tenants/{office.town}/accounts/agent"
    assert (waiting.state, waiting.channel) == (Consultation.STATE_ASKED, Consultation.CHANNEL_ONLINE)
    assert (answer.view.answer, answer.view.number) == ("", waiting.number)
    view = await followed(office, answer.receipt_code)
    assert (view.answer, view.state) == (ANSWER, Consultation.STATE_ANSWERED)
    assert view.answer_time.seconds - view.ask_time.seconds == 3 * 3600


async def test_it_becomes_a_case_in_one_step_and_each_names_the_other(office: House) -> None:
    await office("citizen", asked(office))
    consultation = await only(office)
    await office("agent", pb.AnswerConsultationRequest(name=consultation.name, answer=ANSWER))

    became = await office("agent", await conversion(office, consultation))

    assert became.consultation.state == Consultation.STATE_BECAME_CASE
    assert (became.consultation.case, became.case.consultation) == (became.case.name, consultation.name)
    assert became.case.number == "景村镇八一村代〔2026〕1号"
    assert len(became.receipt_code) == 16
    [told], [receipt] = await office.events(pb.ConsultationBecameCase), await office.events(pb.CaseReceived)
    assert (told.case, receipt.consultation) == (became.case.name, consultation.name)
    links = (await office("agent", pb.GetCaseLinksRequest(name=became.case.name))).links
    assert stamps(links) == {"CONSULT": [("citizen", "咨询登记", ""), ("agent", "咨询答复", "")]}


async def test_what_was_not_answered_yet_may_become_a_case_too(office: House) -> None:
    answer = await office("citizen", asked(office))

    await office("agent", await conversion(office, await only(office)))

    assert (await followed(office, answer.receipt_code)).state == Consultation.STATE_BECAME_CASE


async def test_where_a_village_has_nobody_the_centre_answers_and_makes_it_a_case(office: House) -> None:
    agent = gateway.Account(name=f"tenants/{office.town}/accounts/agent", revision=2)
    await office.hear_in(office.town, gateway.AccountChanged(account=agent))
    await office("citizen", asked(office))
    consultation = await only(office, "clerk")

    await office("clerk", pb.AnswerConsultationRequest(name=consultation.name, answer=ANSWER))
    became = await office("clerk", await conversion(office, consultation))

    assert consultation.question == QUESTION
    assert became.case.owner == consultation.owner == f"tenants/{office.town}/accounts/clerk"
    assert became.case.point == consultation.point


async def test_it_becomes_one_case_only_and_is_answered_once(office: House) -> None:
    await office("citizen", asked(office))
    consultation = await only(office)
    await office("agent", pb.AnswerConsultationRequest(name=consultation.name, answer=ANSWER))
    with pytest.raises(IllegalMove):
        await office("agent", pb.AnswerConsultationRequest(name=consultation.name, answer="另一个答复。"))
    await office("agent", await conversion(office, consultation))
    before = await count(office)

    with pytest.raises(IllegalMove):
        await office("agent", await conversion(office, consultation))

    assert before == (1, 1, 4)
    assert await count(office) == before
    assert (await only(office)).answer == ANSWER


async def test_of_two_at_once_one_makes_the_case(office: House) -> None:
    await office("citizen", asked(office))
    request = await conversion(office, await only(office))

    results = await asyncio.gather(*(office("agent", request) for _ in range(4)), return_exceptions=True)

    assert sum(isinstance(result, IllegalMove) for result in results) == 3
    assert await count(office) == (1, 1, 3)


async def test_a_conversion_that_is_repeated_returns_the_first_case(office: House) -> None:
    await office("citizen", asked(office))
    request = await conversion(office, await only(office), request_id="1b66b853-1850-51e0-bac0-9c33d79304a8")

    first, again = await office("agent", request), await office("agent", request)

    assert first == again


async def test_consultations_are_numbered_and_counted_apart_from_cases(office: House) -> None:
    await received(office, "QT-01")
    first, second = await asyncio.gather(*(office("agent", logged(office)) for _ in range(2)))
    elsewhere = (await office("neighbour", logged(office, "community"))).consultation

    numbers = {first.consultation.number, second.consultation.number}
    assert numbers == {"景村镇八一村咨〔2026〕1号", "景村镇八一村咨〔2026〕2号"}
    assert elsewhere.number == "景村镇东街社区咨〔2026〕1号"
    assert (await received(office, "QT-01")).number == "景村镇八一村代〔2026〕2号"


async def test_a_consultation_that_is_repeated_returns_the_first(office: House) -> None:
    ask, log = (
        asked(office, request_id="5ea3230e-b072-59f3-94c4-798fd9e9a3b0"),
        logged(office, request_id="e07211b5-3773-5f57-8a5c-a1c404c925ce"),
    )

    assert await office("citizen", ask) == await office("citizen", ask)
    assert await office("agent", log) == await office("agent", log)

    assert await count(office) == (2, 0, 3)
    with pytest.raises(AlreadyExists):
        await office("citizen", asked(office, request_id="5ea3230e-b072-59f3-94c4-798fd9e9a3b0", question="别的。"))


async def test_each_lists_what_was_asked_at_their_point(office: House) -> None:
    await office("agent", logged(office))
    office.clock.set(office.clock.now() + timedelta(hours=1))
    await office("citizen", asked(office))
    office.clock.set(office.clock.now() + timedelta(hours=1))
    await office("neighbour", logged(office, "community", channel=Consultation.CHANNEL_TELEPHONE))
    one, two, other = (f"景村镇{each}号" for each in ("八一村咨〔2026〕1", "八一村咨〔2026〕2", "东街社区咨〔2026〕1"))

    assert await listed(office) == [other, two, one]
    assert await listed(office, order_by="ask_time") == [one, two, other]
    assert await listed(office, "agent") == [two, one]
    assert await listed(office, "neighbour") == [other]
    assert await listed(office, "window") == []
    assert await listed(office, states=[Consultation.STATE_ASKED]) == [two]
    assert await listed(office, channel=Consultation.CHANNEL_TELEPHONE) == [other]
    assert await listed(office, item="SH-01") == [two]
    assert await listed(office, number=one) == [one]
    assert await listed(office, point=office.point("community")) == [other]
    assert await listed(office, "agent", mine=True) == [two, one]
    assert await listed(office, mine=True) == []


async def test_question_and_answer_are_for_the_point_and_in_no_list(office: House) -> None:
    consultation = (await office("agent", logged(office))).consultation
    page = await office("agent", pb.ListConsultationsRequest(parent=f"tenants/{office.town}"))

    of_centre = await only(office, "clerk")

    assert (of_centre.number, of_centre.question, of_centre.answer) == (consultation.number, "", "")
    assert [(each.question, each.answer) for each in page.consultations] == [("", "")]


async def test_people_of_other_points_know_nothing_of_it_and_the_centre_does_not_answer_it(office: House) -> None:
    await office("citizen", asked(office))
    consultation = await only(office)
    for login in ("neighbour", "window"):
        for request in (
            pb.GetConsultationRequest(name=consultation.name),
            pb.AnswerConsultationRequest(name=consultation.name, answer=ANSWER),
            await conversion(office, consultation),
        ):
            with pytest.raises(NotFound):
                await office(login, request)
    with pytest.raises(Denied, match="NOT_ITS_POINT"):
        await office("clerk", pb.AnswerConsultationRequest(name=consultation.name, answer=ANSWER))

    assert await count(office) == (1, 0, 1)


async def test_a_wrong_code_opens_nothing_and_ten_of_them_are_enough(office: House) -> None:
    answer = await office("citizen", asked(office))
    for n in range(10):
        with pytest.raises(NotFound):
            await followed(office, f"{n:016}")

    with pytest.raises(TooMany):
        await followed(office, answer.receipt_code)


async def test_the_code_of_a_consultation_opens_no_case(office: House) -> None:
    answer = await office("citizen", asked(office))

    with pytest.raises(NotFound):
        await office("citizen", pb.FollowCaseRequest(parent=f"tenants/{office.town}", code=answer.receipt_code))


async def test_question_and_answer_lie_sealed(office: House) -> None:
    await office("agent", logged(office))
    await office("citizen", asked(office))

    async with office.database.transaction(office.town) as tx:
        for table in ("consultations", "consultation_texts", "requests", "ledger"):
            for row in await tx.rows(sa.text(f"SELECT {table}::text AS everything FROM {table}")):
                assert "王五" not in row.everything
                assert "户口簿" not in row.everything


BAD: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "a question of blanks": ({"question": "  "}, Invalid),
    "an unknown item": ({"item": "XX-99"}, NotFound),
    "another town's point": ({"point": "tenants/611021999/points/611021999203"}, Invalid),
}


@pytest.mark.parametrize(("facts", "error"), BAD.values(), ids=BAD.keys())
async def test_what_cannot_be_asked_changes_nothing(
    office: House, facts: dict[str, Any], error: type[Exception]
) -> None:
    for login, request in (("citizen", asked(office, **facts)), ("agent", logged(office, **facts))):
        with pytest.raises(error):
            await office(login, request)

    assert await count(office) == (0, 0, 0)


async def test_what_is_logged_has_an_answer_a_channel_and_is_of_the_own_point(office: House) -> None:
    unnamed = logged(office)
    unnamed.channel = Consultation.CHANNEL_UNSPECIFIED
    for request, error in (
        (logged(office, answer=" "), Invalid),
        (unnamed, Invalid),
        (logged(office, "community"), Denied),
        (logged(office, "finance"), NotFound),
    ):
        with pytest.raises(error):
            await office("agent", request)

    assert await count(office) == (0, 0, 0)


async def test_a_case_that_cannot_be_received_leaves_the_consultation_as_it_is(office: House) -> None:
    await office("citizen", asked(office))
    consultation = await only(office)
    wrong = pb.Case.Applicant(name="王五", phone=PHONE, identity_number="110105194912310021")
    for facts in ({"applicant": wrong}, {"item": "XX"}, {"brought": ["驾驶证"]}):
        with pytest.raises((Invalid, NotFound)):
            await office("agent", await conversion(office, consultation, **facts))

    assert await count(office) == (1, 0, 1)
    assert (await only(office)).state == Consultation.STATE_ASKED


async def test_a_retired_point_is_not_asked(office: House) -> None:
    gone = office.unit_message("village", revision=2, retire_time=LONG_AGO)
    await office.hear_in(office.town, gateway.UnitRetired(unit=gone))

    for login, request in (("citizen", asked(office)), ("agent", logged(office))):
        with pytest.raises(Refused, match="POINT_RETIRED"):
            await office(login, request)

    assert await count(office) == (0, 0, 0)
