"""What comes by itself: acceptance where nobody said what is missing, urging, and what is overdue; each once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.agency.parts import deadlines
from services.common.deadlines import Sweeper
from services.common.periods import overdue_from
from tests.integration.agency.cases.steps import accepted, done, received
from tests.integration.agency.house import House


async def sweep_at(house: House, instant: datetime) -> None:
    """Moves the clock, and fires all that is due by then."""
    house.clock.set(instant)
    sweeper = Sweeper(house.database, house.listing, deadlines(house.agency), house.clock)
    while await sweeper.sweep():
        pass


async def shown(house: House, case: pb.Case) -> pb.Case:
    found: pb.Case = (await house("clerk", pb.GetCaseRequest(name=case.name))).case
    return found


async def test_without_a_notice_in_five_working_days_it_is_accepted_from_the_day_of_receipt(office: House) -> None:
    case = await received(office, brought=[])
    # Tuesday 1 September 2026: the fifth working day is Tuesday the 8th.
    end = overdue_from(date(2026, 9, 8))

    await sweep_at(office, end - timedelta(seconds=1))
    assert (await shown(office, case)).state == pb.Case.STATE_RECEIVED
    await sweep_at(office, end)

    after = await shown(office, case)
    assert (after.state, after.accept_date) == (pb.Case.STATE_HANDLING, "2026-09-01")
    [event] = await office.events(pb.CaseAccepted)
    assert event.deemed


async def test_a_notice_in_time_keeps_it_from_being_accepted_by_itself(office: House) -> None:
    case = await received(office, brought=[])
    await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=list(case.lacking)))

    await sweep_at(office, overdue_from(date(2026, 12, 31)))

    assert (await shown(office, case)).state == pb.Case.STATE_AWAITING_MATERIALS
    assert await office.events(pb.CaseAccepted) == []


async def test_urging_is_proposed_twice_sent_on_the_last_day_and_overdue_is_told_once(office: House) -> None:
    case = await accepted(office)
    village = office.unit("village")

    for _ in range(2):
        await sweep_at(office, overdue_from(date(2026, 9, 23)))

    assert [event.used_percent for event in await office.events(pb.CaseUrgeProposed)] == [50, 80]
    # The room's own two days ended on the 3rd.
    assert [event.desk for event in await office.events(pb.CaseUrged)] == [village, ""]
    assert [event.desk for event in await office.events(pb.CaseOverdue)] == [village, ""]
    assert (await shown(office, case)).overdue


async def test_nothing_is_approved_by_silence_however_late_it_is(office: House) -> None:
    deemed = await received(office, brought=[])
    case = await accepted(office)

    await sweep_at(office, overdue_from(date(2027, 9, 1)))

    for each in (deemed, case):
        after = await shown(office, each)
        assert (after.state, after.outcome) == (pb.Case.STATE_HANDLING, pb.Case.OUTCOME_UNSPECIFIED)
    assert await office.events(pb.CaseDecided) == []


async def test_what_was_handed_on_in_time_is_not_overdue_at_its_desk(office: House) -> None:
    case = await accepted(office)
    await done(office, "agent", case, "village")

    await sweep_at(office, overdue_from(date(2026, 9, 3)))

    assert await office.events(pb.CaseOverdue) == []


async def test_what_is_decided_falls_due_no_more(office: House) -> None:
    case = await accepted(office)
    refusal = pb.DecideCaseRequest(
        name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    await office("agent", refusal)

    await sweep_at(office, overdue_from(date(2026, 12, 31)))

    assert await office.events(pb.CaseOverdue) == []


async def test_a_decision_after_the_promised_date_is_late_for_ever(office: House) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 23)))

    await office(
        "agent",
        pb.DecideCaseRequest(
            name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
        ),
    )

    [event] = await office.events(pb.CaseDecided)
    assert event.late


@pytest.mark.parametrize("day", [date(2026, 9, 10), date(2026, 9, 11)])
async def test_a_deadline_that_fires_by_an_old_calendar_waits_for_its_new_day(office: House, day: date) -> None:
    case = await accepted(office)
    snow = gateway.CalendarDaySetting(date=str(day), kind=gateway.CalendarDay.KIND_OFF, reason="雪灾放假")
    told = gateway.CalendarDaysSet(level=gateway.CalendarDay.LEVEL_TOWN, days=[snow], revision=1)
    await office.hear_in(office.town, told)

    await sweep_at(office, overdue_from(date(2026, 9, 23)))

    after = await shown(office, case)
    assert after.promised_date == "2026-09-24"
    assert "" not in [event.desk for event in await office.events(pb.CaseOverdue)]
    await sweep_at(office, overdue_from(date(2026, 9, 24)))
    assert [event.desk for event in await office.events(pb.CaseOverdue)].count("") == 1
