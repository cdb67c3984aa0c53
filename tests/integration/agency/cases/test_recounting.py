"""When the calendar changes, what was promised is counted again: each change once, on record, with its reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import structlog
from minshao.agency import v1 as pb
from minshao.gateway import v1 as gateway

from services.agency.cases import recounting
from services.agency.cases.store import CASES
from services.common.periods import overdue_from
from tests.integration.agency.cases.steps import accepted, at_county, done, received
from tests.integration.agency.cases.test_deadlines import shown, sweep_at
from tests.integration.agency.cases.test_oversights import asked
from tests.integration.agency.house import House

SNOW = date(2026, 9, 10)
AS_IF_BEFORE = sa.update(CASES).values(calendar_revision=0, promised_date=date(2026, 9, 23))


def snow(revision: int, *days: date, cleared: tuple[date, ...] = ()) -> gateway.CalendarDaysSet:
    off = gateway.CalendarDay.KIND_OFF
    set_days = [gateway.CalendarDaySetting(date=str(day), kind=off, reason="雪灾放假") for day in days]
    level = gateway.CalendarDay.LEVEL_TOWN
    return gateway.CalendarDaysSet(level=level, days=set_days, cleared_dates=map(str, cleared), revision=revision)


Moved = pb.CasePromiseMoved.Moved


def dates(event: pb.CasePromiseMoved) -> dict[tuple[int, str], tuple[str, str]]:
    """What moved, by kind and desk: the old date and the new one."""
    return {(each.kind, each.desk): (each.old_date, each.new_date) for each in event.moved}


async def overdue(house: House) -> list[str]:
    """The desks of which it was told that they are late, in their order; empty for the promise."""
    return [event.desk for event in await house.events(pb.CaseOverdue)]


async def late_no_more(house: House) -> list[list[str]]:
    """The desks of which it was told, each time, that the case is late there no more."""
    return [list(event.desks) for event in await house.events(pb.CaseOverdueLifted)]


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
    refusal = pb.DecideCaseRequest(
        name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    await office("agent", refusal)

    await office.hear_in(office.town, snow(1, SNOW))
    await swept(office)

    after = await office("agent", pb.ExplainPromiseRequest(name=case.name))
    assert after == before
    assert {each.date: each.counted for each in after.days}["2026-09-10"]


async def test_a_closed_cases_dates_never_change(office: House) -> None:
    case = await accepted(office)
    refusal = pb.DecideCaseRequest(
        name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
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
    [moved] = await office.events(pb.CasePromiseMoved)
    assert (moved.old_date, dates(moved)) == ("", {(Moved.KIND_DEEMED, ""): ("2026-09-08", "2026-09-09")})


async def test_one_entry_says_all_that_moved_of_a_case(office: House) -> None:
    await accepted(office)
    village = office.unit("village")

    await office.hear_in(office.town, snow(1, date(2026, 9, 2)))
    await swept(office)

    [moved] = await office.events(pb.CasePromiseMoved)
    assert dates(moved) == {
        (Moved.KIND_PROMISE, ""): ("2026-09-23", "2026-09-24"),
        (Moved.KIND_DESK, village): ("2026-09-03", "2026-09-04"),
        (Moved.KIND_HALF_USED, ""): ("2026-09-15", "2026-09-16"),
        (Moved.KIND_MOST_USED, ""): ("2026-09-21", "2026-09-22"),
        (Moved.KIND_LAST_DAY, ""): ("2026-09-23", "2026-09-24"),
        (Moved.KIND_DESK_LAST_DAY, village): ("2026-09-03", "2026-09-04"),
    }
    assert moved.why == "2026年9月2日雪灾放假（镇）"


async def test_a_desks_own_day_that_moves_alone_is_on_record_too(office: House) -> None:
    case = await at_county(office)
    stop = pb.StopClockRequest(
        name=case.name,
        desk=f"tenants/{office.county}/units/{office.unit('finance', office.county)}",
        ground=pb.Case.GROUND_EXPERT_REVIEW,
        evidence="评审通知",
    )
    await office("finance", stop)

    # A day that only the other window's clock counts: the promise waits for the review.
    await office.hear_in(office.town, snow(1, date(2026, 9, 4)))
    await swept(office)

    [moved] = await office.events(pb.CasePromiseMoved)
    window = office.unit("civil-affairs", office.county)
    assert moved.old_date == moved.case.promised_date == ""
    assert [kind for kind, desk in dates(moved) if desk == window and kind == Moved.KIND_DESK] == [Moved.KIND_DESK]
    assert dates(moved)[Moved.KIND_DESK, window][0] < dates(moved)[Moved.KIND_DESK, window][1]


async def test_what_moves_behind_the_present_comes_at_once(office: House) -> None:
    await accepted(office)
    await office.hear_in(office.town, snow(1, date(2026, 9, 2), date(2026, 9, 3)))
    await sweep_at(office, overdue_from(date(2026, 9, 6)))
    assert await overdue(office) == []

    await office.hear_in(office.town, snow(2, cleared=(date(2026, 9, 2), date(2026, 9, 3))))
    await swept(office)

    assert await overdue(office) == [office.unit("village")]


async def test_a_lateness_that_moved_ahead_ends_and_is_told_again_when_the_later_day_passes(office: House) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 3)))
    [oversight] = await asked(office, case, kind=pb.CaseOversight.KIND_OVERSIGHT)

    await office.hear_in(office.town, snow(1, date(2026, 9, 3)))
    await swept(office)

    [lifted] = await asked(office, case, kind=pb.CaseOversight.KIND_OVERSIGHT)
    assert (lifted.name, lifted.state) == (oversight.name, pb.CaseOversight.STATE_LIFTED)
    [event] = await office.events(pb.CaseOversightLifted)
    assert (event.oversight, event.desk) == (oversight.name, office.unit("village"))
    assert not event.case.late.promise
    assert not event.case.late.desks
    for _ in range(2):
        await sweep_at(office, overdue_from(date(2026, 9, 4)))
    assert await overdue(office) == [office.unit("village")] * 2
    again = await asked(office, case, kind=pb.CaseOversight.KIND_OVERSIGHT)
    assert [each.state for each in again] == [pb.CaseOversight.STATE_LIFTED, pb.CaseOversight.STATE_OPEN]


async def test_promise_and_desk_that_end_together_are_each_told_once_for_each_day_that_passed(office: House) -> None:
    """The centre's item of one step: its own five days are the promise."""
    case = await received(office, "SH-04", "clerk", slug="service-centre")
    await office("clerk", pb.AcceptCaseRequest(name=case.name))
    last = date.fromisoformat((await shown(office, case)).promised_date)
    await sweep_at(office, overdue_from(last))
    assert sorted(await overdue(office)) == ["", office.unit("service-centre")]

    await office.hear_in(office.town, snow(1, last))
    await swept(office)
    assert not (await shown(office, case)).overdue
    for _ in range(2):
        await sweep_at(office, overdue_from(last + timedelta(days=1)))
    assert sorted(await overdue(office)) == ["", "", *[office.unit("service-centre")] * 2]


async def test_a_lateness_that_holds_no_more_is_told_also_where_its_oversight_was_answered(office: House) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 3)))
    [oversight] = await asked(office, case, kind=pb.CaseOversight.KIND_OVERSIGHT)
    await office("agent", pb.AnswerCaseOversightRequest(name=oversight.name, answer="道路积雪。"))

    await office.hear_in(office.town, snow(1, date(2026, 9, 3)))
    await swept(office)

    [event] = await office.events(pb.CaseOverdueLifted)
    assert (event.case.case, list(event.desks)) == (case.name, [office.unit("village")])
    assert await office.events(pb.CaseOversightLifted) == []


async def test_a_desk_that_is_late_still_by_its_own_time_or_by_the_promise_is_not_told_to_be_late_no_more(
    office: House,
) -> None:
    """The village's own day is the third, the promise ends with the twenty-third."""
    await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 23)))
    assert await overdue(office) == [office.unit("village"), ""]

    await office.hear_in(office.town, snow(1, date(2026, 9, 22)))
    await swept(office)

    assert await late_no_more(office) == []


async def test_promise_and_desk_that_are_late_together_hold_together_no_more(office: House) -> None:
    case = await received(office, "SH-04", "clerk", slug="service-centre")
    await office("clerk", pb.AcceptCaseRequest(name=case.name))
    last = date.fromisoformat((await shown(office, case)).promised_date)
    await sweep_at(office, overdue_from(last))

    await office.hear_in(office.town, snow(1, last))
    for _ in range(2):
        await swept(office)

    assert await late_no_more(office) == [[office.unit("service-centre")]]


async def test_a_day_off_that_is_taken_back_makes_late_anew_and_told_so(office: House) -> None:
    await accepted(office)
    village = office.unit("village")
    await sweep_at(office, overdue_from(date(2026, 9, 3)))
    await office.hear_in(office.town, snow(1, date(2026, 9, 3)))
    await swept(office)

    await office.hear_in(office.town, snow(2, cleared=(date(2026, 9, 3),)))
    for _ in range(2):
        await swept(office)

    assert (await overdue(office), await late_no_more(office)) == ([village, village], [[village]])


async def test_what_a_desk_was_late_with_when_it_was_done_stays_where_the_promise_holds_again(office: House) -> None:
    """The village and the centre had it for too long, the windows of the county have it since a day before."""
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 21)))
    await done(office, "agent", case, "village")
    await done(office, "clerk", case, "service-centre")
    await sweep_at(office, overdue_from(date(2026, 9, 23)))
    assert await overdue(office) == [office.unit("village"), ""]

    await office.hear_in(office.town, snow(1, date(2026, 9, 23)))
    await swept(office)

    windows = [office.unit(each, office.county) for each in ("civil-affairs", "finance")]
    assert await late_no_more(office) == [windows]


async def test_a_case_that_is_decided_before_it_is_counted_again_is_late_no_more_all_the_same(office: House) -> None:
    case = await received(office, "SH-04", "clerk", slug="service-centre")
    await office("clerk", pb.AcceptCaseRequest(name=case.name))
    last = date.fromisoformat((await shown(office, case)).promised_date)
    await sweep_at(office, overdue_from(last))
    await office.hear_in(office.town, snow(1, last))

    refusal = pb.DecideCaseRequest(
        name=case.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    await office("clerk", refusal)

    [decided] = await office.events(pb.CaseDecided)
    assert (decided.late, await late_no_more(office)) == (False, [[office.unit("service-centre")]])


async def test_a_desk_that_is_done_before_its_case_is_counted_again_is_late_no_more_all_the_same(
    office: House,
) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 3)))
    told = await overdue(office)
    await office.hear_in(office.town, snow(1, date(2026, 9, 3)))

    await done(office, "agent", case, "village")
    await swept(office)

    assert told == [office.unit("village")]
    assert await late_no_more(office) == [told]


async def test_what_is_lifted_when_somebody_acts_before_the_case_is_counted_again_is_lifted_once(
    office: House,
) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 3)))
    await office.hear_in(office.town, snow(1, date(2026, 9, 3)))

    await office("agent", pb.NotifyApplicantRequest(name=case.name, missing=["身份证复印件"]))
    await swept(office)

    assert await late_no_more(office) == [[office.unit("village")]]


async def test_a_lateness_whose_day_moves_and_is_past_still_is_the_same_one(office: House) -> None:
    case = await accepted(office)
    await sweep_at(office, overdue_from(date(2026, 9, 7)))
    before = await asked(office, case, kind=pb.CaseOversight.KIND_OVERSIGHT)

    await office.hear_in(office.town, snow(1, date(2026, 9, 3)))
    await swept(office)

    assert await overdue(office) == [office.unit("village")]
    assert await asked(office, case, kind=pb.CaseOversight.KIND_OVERSIGHT) == before
    assert await office.events(pb.CaseOversightLifted) == []


async def test_it_is_said_how_many_are_left(office: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "BATCH", 2)
    for _ in range(3):
        await accepted(office, "SH-04")
    await office.hear_in(office.town, snow(1, date(2026, 9, 2)))

    with structlog.testing.capture_logs() as said:
        await swept(office)

    counted = [each for each in said if each["event"] == "promises counted again"]
    assert [(each["cases"], each["left"]) for each in counted] == [(2, 1), (1, 0)]


async def test_what_happens_before_it_is_counted_again_does_not_hide_the_move(office: House) -> None:
    case = await accepted(office)
    await office.hear_in(office.town, snow(1, SNOW))

    await done(office, "agent", case, "village")
    await swept(office)

    [moved] = await office.events(pb.CasePromiseMoved)
    assert (moved.old_date, moved.case.promised_date) == ("2026-09-23", "2026-09-24")


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
