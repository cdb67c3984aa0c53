"""Work reports: one of a point and period, called for until a day, read and marked by the town."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from minshao.agency import v1 as pb

from services.common.errors import AlreadyExists, Denied, IllegalMove, Invalid, NotFound
from services.common.periods import overdue_from
from tests.integration.agency.house import House
from tests.integration.agency.records import account, pages, refused, sweep_at
from tests.unit.watch.reports.builders import local

Report = pb.WorkReport


async def called(house: House, login: str = "clerk", **facts: Any) -> pb.WorkReportCall:
    given = {"period": "2026-09", "last_day": "2026-10-08", **facts}
    request = pb.CallForWorkReportsRequest(parent=f"tenants/{house.town}", **given)
    found: pb.WorkReportCall = (await house(login, request)).work_report_call
    return found


async def submitted(house: House, login: str = "agent", slug: str = "village", period: str = "2026-09") -> Report:
    request = pb.SubmitWorkReportRequest(
        parent=f"tenants/{house.town}", point=house.point(slug), period=period, text="本月办件三十件。"
    )
    found: Report = (await house(login, request)).work_report
    return found


def marking(report: Report, remark: str = "数据要核实。") -> pb.MarkWorkReportRequest:
    return pb.MarkWorkReportRequest(name=report.name, mark=Report.MARK_FAIR, remark=remark)


async def seen(house: House, login: str, report: Report) -> Report:
    found: Report = (await house(login, pb.GetWorkReportRequest(name=report.name))).work_report
    return found


async def test_a_point_reports_on_a_period_once_and_the_town_marks_it(staff: House) -> None:
    report = await submitted(staff)

    marked = (await staff("clerk", marking(report))).work_report

    assert (report.text, report.author, report.late) == ("本月办件三十件。", account(staff, "agent"), False)
    assert (marked.mark, marked.remark, marked.marker) == (Report.MARK_FAIR, "数据要核实。", account(staff, "clerk"))
    assert (await seen(staff, "agent", report)).remark == "数据要核实。"
    async with refused(staff, AlreadyExists, "REPORTED"):
        await submitted(staff)
    async with refused(staff, IllegalMove):
        await staff("party", marking(report))
    [event] = await staff.events(pb.WorkReportMarked)
    assert (event.unit, event.period, event.mark) == (staff.unit("village"), "2026-09", Report.MARK_FAIR)


async def test_a_quarter_is_another_period_than_its_months(staff: House) -> None:
    await submitted(staff)
    await submitted(staff, period="2026-Q3")

    assert [event.period for event in await staff.events(pb.WorkReportSubmitted)] == ["2026-09", "2026-Q3"]


async def test_those_that_have_not_reported_by_the_last_day_are_told_once(staff: House) -> None:
    call = await called(staff)
    await submitted(staff)
    end = overdue_from(date(2026, 10, 8))

    await sweep_at(staff, end - timedelta(seconds=1))
    assert await staff.events(pb.WorkReportsMissing) == []
    for _ in range(2):
        await sweep_at(staff, end)

    assert set(call.missing) == {staff.point("village"), staff.point("community")}
    [event] = await staff.events(pb.WorkReportsMissing)
    assert list(event.units) == [staff.unit("community")]
    assert (await submitted(staff, "neighbour", "community")).late


async def test_nothing_is_told_where_all_have_reported_or_nothing_was_called_for(staff: House) -> None:
    await called(staff)
    await submitted(staff)
    await submitted(staff, "neighbour", "community")

    await sweep_at(staff, local(2026, 12, 1))

    assert await staff.events(pb.WorkReportsMissing) == []


async def test_each_sees_in_a_call_which_of_the_points_in_sight_are_missing(staff: House) -> None:
    await called(staff)
    await called(staff, period="2026-Q3", last_day="2026-10-10")
    await submitted(staff)
    request = pb.ListWorkReportCallsRequest(parent=f"tenants/{staff.town}")

    quarter, month = await pages(staff, "clerk", request)

    assert (quarter.name, month.period) == (f"tenants/{staff.town}/workReportCalls/2026-q3", "2026-09")
    assert list(month.missing) == [staff.point("community")]
    [_, own] = await pages(staff, "agent", pb.ListWorkReportCallsRequest(parent=request.parent))
    assert list(own.missing) == []


async def test_reports_are_listed_by_point_period_and_whether_they_are_marked(staff: House) -> None:
    first = await submitted(staff)
    staff.clock.set(staff.clock.now() + timedelta(hours=1))
    other = await submitted(staff, "neighbour", "community")
    await staff("clerk", marking(first))

    async def listed(login: str, **wanted: Any) -> list[str]:
        request = pb.ListWorkReportsRequest(parent=f"tenants/{staff.town}", **wanted)
        return [each.name for each in await pages(staff, login, request)]

    assert await listed("clerk") == [other.name, first.name]
    assert await listed("clerk", order_by="submit_time") == [first.name, other.name]
    assert await listed("clerk", unmarked=True) == [other.name]
    assert await listed("clerk", period="2026-Q3") == []
    assert await listed("leader") == [first.name]
    assert await listed("leader", point=staff.point("community")) == []


async def test_the_county_has_a_report_without_words_and_another_point_not_at_all(staff: House) -> None:
    report = await submitted(staff)

    above = await seen(staff, "commission", report)

    assert (above.period, above.text) == ("2026-09", "")
    with pytest.raises(NotFound):
        await seen(staff, "neighbour", report)


async def test_the_centre_reports_too_and_nobody_marks_their_own(staff: House) -> None:
    report = await submitted(staff, "clerk", "service-centre")

    async with refused(staff, Denied, "OWN_REPORT"):
        await staff("clerk", marking(report))

    await staff("party", marking(report))


async def test_what_cannot_be_is_refused(staff: House) -> None:
    await called(staff)

    async with refused(staff, AlreadyExists, "CALLED"):
        await called(staff, "party", last_day="2026-10-09")
    async with refused(staff, Invalid, "last_day"):
        await called(staff, period="2026-Q3", last_day="2026-09-29")
    async with refused(staff, Invalid, "last_day"):
        await called(staff, period="2026-07", last_day="2026-08-31")
    for period in ("2026-13", "2026-Q5", "九月"):
        async with refused(staff, Invalid, "period"):
            await called(staff, period=period)
    async with refused(staff, Denied, "NOT_OWN_TENANT"):
        await called(staff, "commission", period="2026-10", last_day="2026-12-01")
    async with refused(staff, Invalid, "period"):
        await submitted(staff, period="2026-10")
    async with refused(staff, Denied, "NOT_OWN_POINT"):
        await submitted(staff, slug="community")
