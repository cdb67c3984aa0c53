"""Due soon, overdue, escalated, closed: each once, on its day, whatever happens to the sweepers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from google.protobuf.message import Message
from minshao.common.v1 import LEVEL_COUNTY, LEVEL_TOWN
from minshao.watch import v1 as pb

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.common.deadlines import Sweeper
from services.common.errors import Refused
from services.common.instants import stamp
from services.watch.parts import deadlines
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import NOBODY, answered, filed, history, investigated, shown
from tests.unit.watch.reports.builders import local

DUE = local(2026, 9, 9, 0)
"""When a report that was registered on the first of September is overdue as a general one."""
SECOND = timedelta(seconds=1)


async def count(house: House, *kinds: type[Message]) -> list[int]:
    return [len(await house.events(kind)) for kind in kinds]


async def test_a_general_report_is_due_soon_on_its_last_day_and_overdue_with_its_end(house: House) -> None:
    await filed(house)
    announced = []

    for instant in (DUE - timedelta(days=1) - SECOND, DUE - timedelta(days=1), DUE - SECOND, DUE, DUE):
        await house.sweep_at(instant)
        announced.append(await count(house, pb.ReportDueSoon, pb.ReportOverdue))

    assert announced == [[0, 0], [1, 0], [1, 0], [1, 1], [1, 1]]


async def test_a_major_report_is_due_soon_for_its_last_five_days(house: House) -> None:
    name = await filed(house)
    major = pb.ClassifyReportRequest(name=name, classification=pb.Report.CLASSIFICATION_MAJOR)
    await house("village-secretary", major)

    await house.sweep_at(local(2026, 9, 26, 23, 59))
    before = await count(house, pb.ReportDueSoon)
    await house.sweep_at(local(2026, 9, 27, 0))

    assert (before, await count(house, pb.ReportDueSoon)) == ([0], [1])


CHAINS = {
    "a unit's: the town at once, the county a week later": ("village-officer", [LEVEL_TOWN], [LEVEL_COUNTY], 1),
    "the town's: the county at once": (NOBODY, [LEVEL_COUNTY], [], 0),
    "the county's: nobody stands above": ("mayor", [], [], 0),
}


@pytest.mark.parametrize(("about", "at_once", "a_week_later", "oversights"), CHAINS.values(), ids=CHAINS.keys())
async def test_an_overdue_report_goes_up_by_the_level_that_handles_it(
    house: House, about: str, at_once: list[int], a_week_later: list[int], oversights: int
) -> None:
    await filed(house, about)
    told = []

    for instant in (DUE, DUE + timedelta(days=7) - SECOND, DUE + timedelta(days=7), DUE + timedelta(days=60)):
        await house.sweep_at(instant)
        told.append([event.to_level for event in await house.events(pb.ReportEscalated)])

    assert told == [at_once, at_once, [*at_once, *a_week_later], [*at_once, *a_week_later]]
    assert await count(house, pb.ReportOverdue, pb.OversightOrdered) == [1, oversights]


async def test_a_report_without_an_officer_falls_overdue_all_the_same_and_waits_for_the_town(house: House) -> None:
    name = await filed(house)

    await house.sweep_at(DUE)

    report = await shown(house, name)
    assert (report.officer, report.late, report.under_oversight) == ("", True, True)
    assert report.overdue_time == stamp(DUE)
    waiting = pb.ListReportsRequest.Filter(waiting_for_my_level=True)
    listed = await house("discipline-1", pb.ListReportsRequest(parent=house.town.name, filter=waiting))
    assert [each.name for each in listed.reports] == [name]


async def test_granted_time_holds_the_escalation_back_and_not_the_count_of_lateness(house: House) -> None:
    name = await filed(house)
    officer = await investigated(house, name)
    await house(officer, pb.RequestMoreTimeRequest(name=name, days=7, reason="等待档案"))
    await house("discipline-1", pb.DecideMoreTimeRequest(name=name, granted=True, reason="情况属实"))

    await house.sweep_at(DUE)
    at_the_first = await count(house, pb.ReportOverdue, pb.ReportEscalated)
    answer = pb.AnswerReportRequest(name=name, finding=pb.Report.FINDING_PARTLY, text="已办。")
    report = (await house(officer, answer)).report

    assert at_the_first == [0, 0]
    assert (report.late, report.last_day, report.first_last_day) == (True, "2026-09-15", "2026-09-08")
    [event] = await house.events(pb.ReportAnswered)
    assert (event.late, event.was_overdue) == (True, False)


async def test_granted_time_that_passes_too_is_overdue_then(house: House) -> None:
    name = await filed(house)
    await house("village-secretary", pb.RequestMoreTimeRequest(name=name, days=3, reason="等待档案"))
    await house("discipline-1", pb.DecideMoreTimeRequest(name=name, granted=True, reason="情况属实"))

    await house.sweep_at(DUE + timedelta(days=3) - SECOND)
    before = await count(house, pb.ReportOverdue)
    await house.sweep_at(DUE + timedelta(days=3))

    assert (before, await count(house, pb.ReportOverdue)) == ([0], [1])


async def test_no_later_edit_restarts_the_clock_of_an_overdue_report(house: House) -> None:
    name = await filed(house)
    await house.sweep_at(DUE)
    link = pb.LinkSubjectRequest(name=name, subject=pb.Subject(cadre=house.town.cadre("finance-clerk")))
    general = pb.ClassifyReportRequest(name=name, classification=pb.Report.CLASSIFICATION_GENERAL)

    await house("village-secretary", link)
    await house("finance-secretary", general)
    await investigated(house, name, "finance-secretary")
    await house.sweep_at(DUE + timedelta(days=6))

    assert await count(house, pb.ReportOverdue) == [1]
    assert (await shown(house, name)).last_day == "2026-09-08"


async def test_an_overdue_report_that_moves_to_the_town_is_told_to_the_county_after_its_week(house: House) -> None:
    name = await filed(house)
    await house.sweep_at(DUE)
    link = pb.LinkSubjectRequest(name=name, subject=pb.Subject(cadre=house.town.cadre("village-head")))
    await house("village-secretary", link)

    await house.sweep_at(DUE + timedelta(days=7))

    assert [event.to_level for event in await house.events(pb.ReportEscalated)] == [LEVEL_TOWN, LEVEL_COUNTY]


async def test_a_late_answer_ends_the_overdue_and_what_follows_from_it(house: House) -> None:
    name = await filed(house)
    await house.sweep_at(DUE)

    report = await answered(house, name)
    await house.sweep_at(DUE + timedelta(days=14))

    assert (report.late, report.under_oversight) == (True, False)
    assert await count(house, pb.ReportEscalated, pb.OversightAnswered, pb.OversightOverdue) == [1, 1, 0]


async def test_the_oversight_of_an_overdue_goes_on_with_a_report_that_is_raised_and_ends_once_with_its_answer(
    house: House,
) -> None:
    name = await filed(house)
    general = pb.ClassifyReportRequest(name=name, classification=pb.Report.CLASSIFICATION_GENERAL)
    await house("village-secretary", general)
    await house.sweep_at(DUE)
    await house("village-secretary", pb.RaiseReportRequest(name=name, reason="涉及金额较大"))

    await house.sweep_at(local(2026, 10, 8, 12))
    in_time = await count(house, pb.ReportOverdue, pb.ReportEscalated, pb.OversightOrdered, pb.OversightAnswered)
    await answered(house, name, "discipline-1")
    await house.sweep_at(local(2026, 12, 31))

    assert in_time == [1, 1, 1, 0]
    assert await count(house, pb.ReportOverdue, pb.ReportEscalated, pb.OversightAnswered) == [1, 1, 1]
    [oversight] = (await house("discipline-1", pb.ListOversightsRequest(parent=house.town.name))).oversights
    assert (oversight.report, oversight.state) == (name, pb.Oversight.STATE_ANSWERED)
    assert not (await shown(house, name)).under_oversight


async def test_an_answer_that_nobody_contests_closes_after_fifteen_days(house: House) -> None:
    name = await filed(house)
    await answered(house, name)

    await house.sweep_at(local(2026, 9, 16, 23, 59))
    before = (await shown(house, name)).state
    await house.sweep_at(local(2026, 9, 17, 0))

    report = await shown(house, name)
    assert (before, report.state) == (pb.Report.STATE_ANSWERED, pb.Report.STATE_CLOSED)
    assert report.satisfaction == pb.Report.SATISFACTION_SILENT


async def test_an_accepted_answer_is_not_closed_a_second_time(house: House) -> None:
    name = await filed(house)
    await answered(house, name)
    await house("village-secretary", pb.CloseReportRequest(name=name, confirmation="电话中表示满意"))

    await house.sweep_at(local(2026, 10, 1))

    assert await count(house, pb.ReportClosed) == [1]
    assert (await shown(house, name)).satisfaction == pb.Report.SATISFACTION_SATISFIED


async def test_a_report_cannot_get_more_time_once_it_is_overdue(house: House) -> None:
    name = await filed(house)
    await house("village-secretary", pb.RequestMoreTimeRequest(name=name, days=7, reason="等待档案"))
    await house.sweep_at(DUE)
    before = await history(house, name)

    with pytest.raises(Refused, match="OVERDUE"):
        await house("discipline-1", pb.DecideMoreTimeRequest(name=name, granted=True, reason="情况属实"))

    assert await history(house, name) == before


async def test_after_days_without_a_sweeper_everything_comes_once_and_the_oldest_first(house: House) -> None:
    start = house.town.clock.now()
    for day in (3, 1, 4, 0, 2):
        house.town.clock.set(start + timedelta(days=day))
        await filed(house)

    await house.sweep_at(start + timedelta(days=40))

    overdue = [event.report.due_time.ToDatetime() for event in await house.events(pb.ReportOverdue)]
    assert overdue == sorted(overdue)
    assert len(overdue) == 5
    assert [event.to_level for event in await house.events(pb.ReportEscalated)] == [LEVEL_TOWN] * 5 + [LEVEL_COUNTY] * 5


async def test_many_sweepers_announce_each_deadline_once(house: House, watch_database: ServiceDatabase) -> None:
    for _ in range(30):
        await filed(house)
    house.town.clock.set(DUE + timedelta(days=7))
    handlers = deadlines(house.town.watch)

    async def sweep_to_the_end() -> None:
        database, listing = Database(watch_database.app, pool_size=4), Database(watch_database.sweeper, pool_size=1)
        while await Sweeper(database, listing, handlers, house.town.clock).sweep():
            pass
        await database.close()
        await listing.close()

    await asyncio.gather(*(sweep_to_the_end() for _ in range(3)))

    # A sweeper that finds everything taken goes home; what its sisters have set meanwhile is swept by the last.
    await sweep_to_the_end()
    kinds = (pb.ReportOverdue, pb.ReportEscalated, pb.OversightOrdered)
    assert await count(house, *kinds) == [30, 60, 30]
    reports = {event.report.report for event in await house.events(pb.ReportOverdue)}
    assert len(reports) == 30


CALENDAR: dict[str, tuple[Callable[[], datetime], pb.Report.Classification.ValueType, str]] = {
    "a week over the end of the year": (
        lambda: local(2026, 12, 29),
        pb.Report.CLASSIFICATION_GENERAL,
        "2027-01-05",
    ),
    "a month from the last of January": (lambda: local(2027, 1, 31), pb.Report.CLASSIFICATION_MAJOR, "2027-02-28"),
    "the same in a leap year": (lambda: local(2028, 1, 31), pb.Report.CLASSIFICATION_MAJOR, "2028-02-29"),
    "a month from the leap day": (lambda: local(2028, 2, 29), pb.Report.CLASSIFICATION_MAJOR, "2028-03-29"),
    "a minute before midnight": (lambda: local(2026, 9, 30, 23, 59), pb.Report.CLASSIFICATION_GENERAL, "2026-10-07"),
}


@pytest.mark.parametrize(("start", "decided", "last_day"), CALENDAR.values(), ids=CALENDAR.keys())
async def test_overdue_begins_with_the_midnight_after_the_last_day_of_the_calendar(
    house: House, start: Callable[[], datetime], decided: pb.Report.Classification.ValueType, last_day: str
) -> None:
    house.town.clock.set(start())
    name = await filed(house)
    report = (await house("village-secretary", pb.ClassifyReportRequest(name=name, classification=decided))).report
    midnight = datetime.fromisoformat(last_day + "T00:00+08:00") + timedelta(days=1)

    await house.sweep_at(midnight - SECOND)
    before = await count(house, pb.ReportOverdue)
    await house.sweep_at(midnight)

    assert report.last_day == last_day
    assert (before, await count(house, pb.ReportOverdue)) == ([0], [1])
