"""When the calendar changes, what was promised is counted again: each change once, on record, with its reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.agency.cases import recounting
from services.agency.cases.store import CASES
from tests.integration.agency.cases.steps import accepted, received
from tests.integration.agency.cases.test_deadlines import shown, sweep_at
from tests.integration.agency.house import House

SNOW = date(2026, 9, 10)
AS_IF_BEFORE = sa.update(CASES).values(calendar_revision=0, promised_date=date(2026, 9, 23))


def snow(revision: int, *days: date, cleared: tuple[date, ...] = ()) -> gateway.CalendarDaysSet:
    off = gateway.CalendarDay.KIND_OFF
    set_days = [gateway.CalendarDaySetting(date=str(day), kind=off, reason="雪灾放假") for day in days]
    level = gateway.CalendarDay.LEVEL_TOWN
    return gateway.CalendarDaysSet(level=level, days=set_days, cleared_dates=map(str, cleared), revision=revision)


async def swept(house: House) -> None:
    await sweep_at(house, house.clock.now())


async def test_a_snow_day_moves_the_open_promise_with_old_new_and_why(office: House) -> None:
    case = await accepted(office)

    await office.hear_in(office.town, snow(1, SNOW))
    await swept(office)

    assert (await shown(office, case)).promised_date == "2026-09-24"
    [moved] = await office.events(pb.CasePromiseMoved)
    assert (moved.old_date, moved.case.promised_date) == ("2026-09-23", "2026-09-24")
    assert moved.why == "2026年9月10日雪灾放假（镇）"


async def test_a_day_that_no_promise_counts_moves_nothing(office: House) -> None:
    await accepted(office)

    await office.hear_in(office.town, snow(1, date(2026, 12, 1)))
    await swept(office)

    assert await office.events(pb.CasePromiseMoved) == []


async def test_what_is_taken_back_moves_it_back(office: House) -> None:
    case = await accepted(office)
    await office.hear_in(office.town, snow(1, SNOW))
    await swept(office)

    await office.hear_in(office.town, snow(2, cleared=(SNOW,)))
    await swept(office)

    assert (await shown(office, case)).promised_date == "2026-09-23"
    assert (await office.events(pb.CasePromiseMoved))[-1].why == "2026年9月10日的安排取消（镇）"


async def test_several_changes_at_once_are_one_move_with_all_reasons(office: House) -> None:
    await accepted(office)

    await office.hear_in(office.town, snow(1, SNOW))
    await office.hear_in(office.town, snow(2, SNOW + timedelta(days=1)))
    await swept(office)

    [moved] = await office.events(pb.CasePromiseMoved)
    assert moved.case.promised_date == "2026-09-28"
    assert moved.why == "2026年9月10日雪灾放假（镇）；2026年9月11日雪灾放假（镇）"


async def test_a_decided_case_explains_its_promise_for_ever_as_it_was_when_it_was_decided(office: House) -> None:
    case = await accepted(office)
    before = await office("agent", pb.ExplainPromiseRequest(name=case.name))
    refusal = pb.DecideCaseRequest(name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件，可申请复议。")
    await office("agent", refusal)

    await office.hear_in(office.town, snow(1, SNOW))
    await swept(office)

    after = await office("agent", pb.ExplainPromiseRequest(name=case.name))
    assert after == before
    assert {each.date: each.counted for each in after.days}["2026-09-10"]


async def test_a_closed_cases_dates_never_change(office: House) -> None:
    case = await accepted(office)
    refusal = pb.DecideCaseRequest(name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件，可申请复议。")
    await office("agent", refusal)

    await office.hear_in(office.town, snow(1, SNOW))
    await swept(office)

    assert await office.events(pb.CasePromiseMoved) == []
    assert (await shown(office, case)).promised_date == "2026-09-23"
    told = (await office("agent", pb.TellResultRequest(name=case.name, manner="电话告知"))).case
    assert told.promised_date == "2026-09-23"


async def test_before_acceptance_the_day_of_silence_moves_and_no_promise(office: House) -> None:
    case = await received(office, brought=[])
    await office.hear_in(office.town, snow(1, date(2026, 9, 7)))
    await swept(office)

    await sweep_at(office, office.clock.now() + timedelta(days=8))

    # The fifth working day without the 7th is Wednesday the 9th: on that day it is not over.
    assert (await shown(office, case)).state == pb.Case.STATE_RECEIVED
    assert await office.events(pb.CasePromiseMoved) == []


async def test_many_are_counted_in_batches_and_each_once(office: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "BATCH", 2)
    cases = [await accepted(office, "SH-04") for _ in range(5)]

    await office.hear_in(office.town, snow(1, date(2026, 9, 2)))
    await swept(office)
    await sweep_at(office, office.clock.now() + timedelta(minutes=2))

    moved = await office.events(pb.CasePromiseMoved)
    assert sorted(event.case.case for event in moved) == sorted(case.name for case in cases)


async def test_what_was_accepted_by_the_calendar_before_is_found_once_more(office: House) -> None:
    await office.hear_in(office.town, snow(1, SNOW))
    await swept(office)
    case = await accepted(office)
    # As if the call had begun before the change: it counted by the revision before.
    async with office.database.transaction(office.town) as tx:
        tx.write(AS_IF_BEFORE.where(CASES.c.tenant == tx.tenant))

    await sweep_at(office, office.clock.now() + timedelta(minutes=2))

    [moved] = await office.events(pb.CasePromiseMoved)
    assert (moved.case.case, moved.old_date, moved.case.promised_date) == (case.name, "2026-09-23", "2026-09-24")
