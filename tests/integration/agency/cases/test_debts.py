"""Materials that may follow 容缺: owed until a day, which is told before and after, each once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from minshao.agency import v1 as pb

from services.common.errors import Invalid
from services.common.periods import overdue_from, start_of_day
from tests.integration.agency.cases.steps import received
from tests.integration.agency.cases.test_deadlines import shown, sweep_at
from tests.integration.agency.cases.test_recounting import snow
from tests.integration.agency.house import House
from tests.integration.agency.items.catalogue import publish
from tests.integration.agency.records import refused

# Seven working days from Tuesday 1 September 2026: promised for Thursday the 10th.
MONDAY = date(2026, 9, 7)
MATERIALS = [
    pb.ItemContent.Material(name="申请书", required=True),
    pb.ItemContent.Material(name="照片", required=True, may_follow=True),
]


async def without_photograph(house: House) -> pb.Case:
    await publish(house, "SH-04", materials=MATERIALS)
    return await received(house, "SH-04", brought=["申请书"])


async def owing(house: House, until: date = MONDAY) -> pb.Case:
    """An accepted case whose photograph is owed."""
    case = await without_photograph(house)
    accepted: pb.Case = (await house("agent", pb.AcceptCaseRequest(name=case.name, owed_until=str(until)))).case
    return accepted


async def told(house: House) -> tuple[int, int]:
    """How often it was told that materials are due soon, and overdue."""
    return len(await house.events(pb.CaseDebtDueSoon)), len(await house.events(pb.CaseDebtOverdue))


async def test_a_debt_is_due_soon_from_the_working_day_before_and_overdue_after_its_day_each_once(
    office: House,
) -> None:
    case = await owing(office)

    friday = start_of_day(MONDAY - timedelta(days=3))
    await sweep_at(office, friday - timedelta(seconds=1))
    assert await told(office) == (0, 0)
    await sweep_at(office, friday)
    assert await told(office) == (1, 0)
    assert not (await shown(office, case)).debt_overdue
    for _ in range(2):
        await sweep_at(office, overdue_from(MONDAY))

    assert await told(office) == (1, 1)
    [event] = await office.events(pb.CaseDebtOverdue)
    assert (event.owed_count, event.owed_until, event.case.number) == (1, str(MONDAY), case.number)
    assert (await shown(office, case)).debt_overdue


async def test_what_has_come_is_owed_no_more(office: House) -> None:
    case = await owing(office)

    await office("agent", pb.SupplyMaterialsRequest(name=case.name, brought=["照片"]))
    await sweep_at(office, overdue_from(MONDAY))

    assert await told(office) == (0, 0)
    assert not (await shown(office, case)).debt_overdue


async def test_a_debt_keeps_its_day_when_the_calendar_changes(office: House) -> None:
    case = await owing(office)

    await office.hear_in(office.town, snow(1, MONDAY, MONDAY + timedelta(days=1)))
    await sweep_at(office, office.clock.now())
    moved = await shown(office, case)
    await sweep_at(office, overdue_from(MONDAY))

    assert (moved.promised_date, moved.owed_until) == ("2026-09-14", str(MONDAY))
    assert await told(office) == (1, 1)


async def test_a_debt_ends_with_the_outcome(office: House) -> None:
    case = await owing(office)
    refusal = pb.DecideCaseRequest(
        name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )

    await office("agent", refusal)
    await sweep_at(office, overdue_from(MONDAY))

    assert await told(office) == (0, 0)


@pytest.mark.parametrize(("until", "reason"), [(date(2026, 8, 31), "PAST"), (date(2026, 9, 11), "AFTER_PROMISE")])
async def test_nothing_is_owed_until_a_day_that_has_passed_or_that_follows_the_promise(
    office: House, until: date, reason: str
) -> None:
    case = await without_photograph(office)

    async with refused(office, Invalid, reason):
        await office("agent", pb.AcceptCaseRequest(name=case.name, owed_until=str(until)))

    assert (await shown(office, case)).state == pb.Case.STATE_RECEIVED


@pytest.mark.parametrize("until", [date(2026, 9, 1), date(2026, 9, 10)])
async def test_today_and_the_promised_date_itself_are_fine(office: House, until: date) -> None:
    assert (await owing(office, until)).owed_until == str(until)
