"""What is sealed of consultations and of the records of points: kept for the years that a town sets, then forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from importlib import import_module

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb

from deploy.local.standards import publication
from services.agency.cards.store import CARDS
from services.agency.consultations.store import RECEIPTS
from services.common.errors import NotFound, Refused
from services.common.foundation import DEADLINES
from services.common.periods import start_of_day
from tests.integration.agency.accountability.test_accountability import decision, opened, view
from tests.integration.agency.accountability.test_accountability import seen as seen_accountability
from tests.integration.agency.cards.test_cards import coming_back, hand_out
from tests.integration.agency.consultations.test_consultations import ANSWER, QUESTION, followed, logged, only
from tests.integration.agency.diary.test_diary import read, written
from tests.integration.agency.duty.steps import declare
from tests.integration.agency.groups.test_groups import held as met
from tests.integration.agency.groups.test_groups import settling
from tests.integration.agency.house import House
from tests.integration.agency.inspections.steps import NOT_MET, confirmed, draft, inspected, mended, results
from tests.integration.agency.records import refused, sweep_at
from tests.integration.agency.test_gone import retire
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


async def a_meeting_of_the_group(house: House) -> tuple[str, Texts]:
    meeting = await met(house)
    await house("party", settling(meeting.decisions[0], done=False))

    async def texts(house: House) -> tuple[str, ...]:
        found = (await house("party", pb.GetGroupMeetingRequest(name=meeting.name))).group_meeting
        return found.discussed, found.decisions[0].text, found.decisions[0].note

    return meeting.name, texts


async def a_meeting_that_decided_nothing(house: House) -> tuple[str, Texts]:
    meeting = await met(house, decisions=[])

    async def texts(house: House) -> tuple[str, ...]:
        return ((await house("party", pb.GetGroupMeetingRequest(name=meeting.name))).group_meeting.discussed,)

    return meeting.name, texts


async def an_inspection(house: House) -> tuple[str, Texts]:
    inspection, texts = await an_inspection_with_findings(house, "公示栏内容过期。")
    [finding] = inspection.findings
    await mended(house, finding)
    await confirmed(house, finding)

    async def with_mending(house: House) -> tuple[str, ...]:
        found = (await house("agent", pb.GetFindingRequest(name=finding.name))).finding
        return *await texts(house), found.text, found.mending

    return inspection.name, with_mending


async def an_inspection_that_found_nothing(house: House) -> tuple[str, Texts]:
    inspection, texts = await an_inspection_with_findings(house)
    return inspection.name, texts


async def an_inspection_of_a_point_that_is_gone(house: House) -> tuple[str, Texts]:
    inspection, texts = await an_inspection_with_findings(house, "公示栏内容过期。")
    await retire(house, "village")
    return inspection.name, texts


async def an_inspection_with_findings(house: House, *found: str) -> tuple[pb.Inspection, Texts]:
    await house("operator", publication(house.county))
    checked = results(LY_01=NOT_MET)
    checked[0].note = "牌子掉了。"
    inspection = await inspected(house, results=checked, findings=[draft(text) for text in found])

    async def notes(house: House) -> tuple[str, ...]:
        seen = (await house("agent", pb.GetInspectionRequest(name=inspection.name))).inspection
        return (seen.results[0].note,)

    return inspection, notes


async def a_dismissal(house: House) -> tuple[str, Texts]:
    [volunteer] = (await house("party", pb.ListVolunteersRequest(parent=f"tenants/{house.town}"))).volunteers
    await house("party", pb.DismissVolunteerRequest(name=volunteer.name, reason="因病辞任。"))

    async def texts(house: House) -> tuple[str, ...]:
        return ((await house("party", pb.GetVolunteerRequest(name=volunteer.name))).volunteer.end_reason,)

    return volunteer.name, texts


@pytest.mark.parametrize(
    "record",
    [
        a_consultation,
        a_card,
        a_diary_entry,
        an_absence,
        an_accountability_case,
        a_work_report,
        a_training,
        a_meeting_of_the_group,
        a_meeting_that_decided_nothing,
        an_inspection,
        an_inspection_that_found_nothing,
        an_inspection_of_a_point_that_is_gone,
        a_dismissal,
    ],
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
    meeting = await met(staff)
    inspection, notes = await an_inspection_with_findings(staff, "公示栏内容过期。", "没有值班表。")
    await mended(staff, inspection.findings[0])
    await confirmed(staff, inspection.findings[0])

    await sweep_at(staff, start_of_day(date(2040, 1, 1)))

    assert (await only(staff)).question == QUESTION
    assert (await followed(staff, code)).number != ""
    assert (await seen_accountability(staff, "discipline", case)).facts != ""
    assert (await seen_report(staff, "clerk", report)).text != ""
    assert (await staff("party", pb.GetGroupMeetingRequest(name=meeting.name))).group_meeting.discussed != ""
    assert all(await notes(staff))
    assert not await staff.events(pb.RecordShredded)
    assert not await staff.events(pb.RecordReceiptExpired)


async def test_an_inspection_whose_last_two_findings_are_confirmed_at_once_is_forgotten(staff: House) -> None:
    inspection, notes = await an_inspection_with_findings(staff, "公示栏内容过期。", "没有值班表。")
    await asyncio.gather(*(mended(staff, finding) for finding in inspection.findings))
    await asyncio.gather(*(confirmed(staff, finding) for finding in inspection.findings))

    await sweep_at(staff, FORGOTTEN)

    assert not any(await notes(staff))


async def test_a_decision_that_is_done_after_all_keeps_its_meeting_from_then_on(staff: House) -> None:
    meeting = await met(staff)
    await staff("party", settling(meeting.decisions[0], done=False))
    staff.clock.set(start_of_day(date(2027, 9, 1)))
    await staff("party", settling(meeting.decisions[0], done=True))

    await sweep_at(staff, FORGOTTEN)
    assert not await staff.events(pb.RecordShredded)
    await sweep_at(staff, start_of_day(date(2032, 9, 1)))

    assert [event.record for event in await staff.events(pb.RecordShredded)] == [meeting.name]


async def test_of_a_code_that_has_expired_nothing_is_left_to_find_it_by(staff: House) -> None:
    await asked_on_line(staff)
    await staff("agent", pb.AnswerConsultationRequest(name=(await only(staff)).name, answer=ANSWER))
    await staff("agent", hand_out(staff))

    assert await hashes(staff) == 2
    await sweep_at(staff, start_of_day(ENDED + timedelta(days=365)))

    assert await hashes(staff) == 0


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


@pytest.mark.parametrize(
    ("step", "records"),
    [
        ("0014_forgetting", (a_consultation, a_diary_entry, a_training)),
        ("0017_forgetting_more", (a_meeting_of_the_group, an_inspection, a_dismissal)),
        ("0017_forgetting_more", (a_meeting_that_decided_nothing, an_inspection_that_found_nothing)),
    ],
)
async def test_what_ended_before_the_upgrade_is_forgotten_too(
    staff: House, step: str, records: Sequence[Callable[[House], Awaitable[tuple[str, Texts]]]]
) -> None:
    taken = import_module(f"services.agency.migrations.versions.{step}")
    found = [await make(staff) for make in records]
    async with staff.database.transaction(staff.town) as tx:
        await tx.execute(sa.delete(DEADLINES).where(DEADLINES.c.tenant == tx.tenant))
        await tx.execute(sa.text(taken.KEEP_WHAT_ENDED))

    await sweep_at(staff, FORGOTTEN + timedelta(days=2))

    assert {event.record for event in await staff.events(pb.RecordShredded)} == {name for name, _ in found}


async def test_the_upgrade_forgets_nothing_of_what_is_open_and_every_code_that_has_expired(staff: House) -> None:
    step = import_module("services.agency.migrations.versions.0017_forgetting_more")
    await met(staff)
    await an_inspection_with_findings(staff, "公示栏内容过期。")
    await asked_on_line(staff)
    await staff("agent", hand_out(staff))
    expired = (
        "UPDATE consultation_receipts SET expire_time = now()",
        "UPDATE cards SET code_expire_time = now()",
    )
    async with staff.database.transaction(staff.town) as tx:
        await tx.execute(sa.delete(DEADLINES).where(DEADLINES.c.tenant == tx.tenant))
        for statement in (*expired, step.KEEP_WHAT_ENDED, *step.FORGET_CODES):
            await tx.execute(sa.text(statement))

    await sweep_at(staff, start_of_day(date(2040, 1, 1)))

    assert await hashes(staff) == 0
    assert not await staff.events(pb.RecordShredded)


async def asked_on_line(house: House) -> str:
    """A question that waits for its answer; returns its code."""
    request = pb.AskConsultationRequest(parent=f"tenants/{house.town}", point=house.point("village"), question=QUESTION)
    code: str = (await house("citizen", request)).receipt_code
    return code


async def hashes(house: House) -> int:
    """How many codes of consultations and of cards the town can find."""
    receipts, cards = RECEIPTS.table.c, CARDS.c
    counts = (
        sa.select(sa.func.count()).where(receipts.tenant == house.town),
        sa.select(sa.func.count(cards.code_hash)).where(cards.tenant == house.town),
    )
    async with house.database.transaction(house.town) as tx:
        return sum([await tx.scalar(count) or 0 for count in counts])
