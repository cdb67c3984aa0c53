"""What is sealed of consultations and of the records of points: kept for the years that a town sets, then forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from importlib import import_module

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb

from services.common.errors import NotFound, Refused
from services.common.foundation import DEADLINES
from services.common.periods import start_of_day
from tests.integration.agency.accountability.test_accountability import decision, opened, view
from tests.integration.agency.accountability.test_accountability import seen as seen_accountability
from tests.integration.agency.cards.test_cards import coming_back, hand_out
from tests.integration.agency.consultations.test_consultations import ANSWER, QUESTION, followed, logged, only
from tests.integration.agency.diary.test_diary import read, written
from tests.integration.agency.duty.steps import declare
from tests.integration.agency.house import House
from tests.integration.agency.records import refused, sweep_at
from tests.integration.agency.training.test_training import held
from tests.integration.agency.training.test_training import seen as seen_training
from tests.integration.agency.work_reports.test_work_reports import marking, submitted
from tests.integration.agency.work_reports.test_work_reports import seen as seen_report

ENDED = date(2026, 9, 1)
FORGOTTEN = start_of_day(ENDED.replace(year=2031))

Texts = Callable[[House], Awaitable[tuple[str, ...]]]
"""Reads the texts of a record."""


async def a_consultation(house: House) -> tuple[str, Texts]:
    name = (await house("agent", logged(house))).consultation.name

    async def texts(house: House) -> tuple[str, ...]:
        found = await only(house)
        return found.question, found.answer

    return name, texts


async def a_card(house: House) -> tuple[str, Texts]:
    handed = await house("agent", hand_out(house, holder="张三"))
    await house("citizen", coming_back(house, handed.return_code, opinion="李四推诿。"))

    async def texts(house: House) -> tuple[str, ...]:
        request = pb.GetCardRequest(name=handed.card.name)
        return (await house("agent", request)).card.holder, (await house("discipline", request)).card.opinion

    return handed.card.name, texts


async def a_diary_entry(house: House) -> tuple[str, Texts]:
    entry = await written(house)

    async def texts(house: House) -> tuple[str, ...]:
        found = await read(house, "agent", entry.name)
        return found.text, found.follow_up

    return entry.name, texts


async def an_absence(house: House) -> tuple[str, Texts]:
    absence = await declare(house, "agent", "clerk", days=1)

    async def texts(house: House) -> tuple[str, ...]:
        return ((await house("agent", pb.GetAbsenceRequest(name=absence.name))).absence.reason,)

    return absence.name, texts


async def an_accountability_case(house: House) -> tuple[str, Texts]:
    case = await opened(house)
    await house("agent", view(case))
    await house("discipline", decision(case))

    async def texts(house: House) -> tuple[str, ...]:
        found = await seen_accountability(house, "discipline", case)
        return found.facts, found.statement, found.reason

    return case.name, texts


async def a_work_report(house: House) -> tuple[str, Texts]:
    report = await submitted(house)
    await house("clerk", marking(report))

    async def texts(house: House) -> tuple[str, ...]:
        found = await seen_report(house, "clerk", report)
        return found.text, found.remark

    return report.name, texts


async def a_training(house: House) -> tuple[str, Texts]:
    training = await held(house, guests=["李四"])

    async def texts(house: House) -> tuple[str, ...]:
        return ("".join((await seen_training(house, "party", training)).guests),)

    return training.name, texts


@pytest.mark.parametrize(
    "record",
    [a_consultation, a_card, a_diary_entry, an_absence, an_accountability_case, a_work_report, a_training],
)
async def test_what_is_sealed_of_a_record_is_gone_five_years_after_it_ended(
    staff: House, record: Callable[[House], Awaitable[tuple[str, Texts]]]
) -> None:
    name, texts = await record(staff)

    await sweep_at(staff, FORGOTTEN - timedelta(seconds=1))
    assert all(await texts(staff))
    await sweep_at(staff, FORGOTTEN)
    await sweep_at(staff, FORGOTTEN + timedelta(days=400))

    assert not any(await texts(staff))
    assert [event.record for event in await staff.events(pb.RecordShredded)] == [name]


async def test_nothing_is_forgotten_of_what_is_open(staff: House) -> None:
    code = await asked_on_line(staff)
    case, report = await opened(staff), await submitted(staff)

    await sweep_at(staff, start_of_day(date(2040, 1, 1)))

    assert (await only(staff)).question == QUESTION
    assert (await followed(staff, code)).number != ""
    assert (await seen_accountability(staff, "discipline", case)).facts != ""
    assert (await seen_report(staff, "clerk", report)).text != ""
    assert not await staff.events(pb.RecordShredded)
    assert not await staff.events(pb.RecordReceiptExpired)


async def test_the_code_of_a_consultation_works_for_a_year_after_the_answer(staff: House) -> None:
    code = await asked_on_line(staff)
    found = await only(staff)
    await staff("agent", pb.AnswerConsultationRequest(name=found.name, answer=ANSWER))
    end = start_of_day(ENDED + timedelta(days=365))

    await sweep_at(staff, end - timedelta(seconds=1))
    assert (await followed(staff, code)).answer == ANSWER
    await sweep_at(staff, end)

    with pytest.raises(NotFound):
        await followed(staff, code)
    assert [event.record for event in await staff.events(pb.RecordReceiptExpired)] == [found.name]


async def test_a_card_that_never_came_back_ends_when_its_code_expires(staff: House) -> None:
    handed = await staff("agent", hand_out(staff, holder="张三"))
    expiry = ENDED + timedelta(days=365)

    await sweep_at(staff, start_of_day(expiry))

    async with refused(staff, NotFound):
        await staff("citizen", coming_back(staff, handed.return_code))
    on_paper = pb.RecordReturnedCardRequest(name=handed.card.name, satisfaction=pb.SATISFACTION_FAIR)
    async with refused(staff, Refused, "CARD_EXPIRED"):
        await staff("discipline", on_paper)
    for end, holder in ((date(2032, 8, 31), "张三"), (date(2032, 9, 1), "")):
        await sweep_at(staff, start_of_day(end))
        assert (await staff("agent", pb.GetCardRequest(name=handed.card.name))).card.holder == holder


async def test_what_ended_before_the_upgrade_is_forgotten_too(staff: House) -> None:
    step = import_module("services.agency.migrations.versions.0014_forgetting")
    found = [await make(staff) for make in (a_consultation, a_diary_entry, a_training)]
    async with staff.database.transaction(staff.town) as tx:
        await tx.execute(sa.delete(DEADLINES).where(DEADLINES.c.tenant == tx.tenant))
        for statement in (step.KEEP_WHAT_ENDED, step.EXPIRE_CODES):
            await tx.execute(sa.text(statement))

    await sweep_at(staff, FORGOTTEN + timedelta(days=2))

    assert {event.record for event in await staff.events(pb.RecordShredded)} == {name for name, _ in found}


async def asked_on_line(house: House) -> str:
    """A question that waits for its answer; returns its code."""
    request = pb.AskConsultationRequest(parent=f"tenants/{house.town}", point=house.point("village"), question=QUESTION)
    code: str = (await house("citizen", request)).receipt_code
    return code
