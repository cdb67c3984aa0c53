"""Events get their places in the feeds of those who observe them, each once, in one order without gaps."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as watch

from services.common.database import Database
from services.common.events import Event
from services.common.foundation import TENANTS
from services.gateway.feed.store import FEED
from tests.gateway_feed.observatory import Observatory
from tests.gateway_feed.telling import Town

REGISTERED, STARTED, REOPENED = "watch.report.registered", "watch.report.started", "watch.report.reopened"


async def test_an_event_stands_in_the_feed_of_the_county_and_in_that_of_its_town(observatory: Observatory) -> None:
    await observatory.take(
        observatory.jingcun.a_report().tell(watch.ReportRegistered()),
        observatory.shimen.a_report().tell(watch.ReportStarted()),
    )

    assert await observatory.feed(observatory.county) == [(1, REGISTERED), (2, STARTED)]
    assert await observatory.feed(observatory.jingcun.code) == [(1, REGISTERED)]
    assert await observatory.feed(observatory.shimen.code) == [(1, STARTED)]


async def test_an_event_of_the_county_stands_only_in_its_own(observatory: Observatory) -> None:
    county = gateway.Tenant(name=f"tenants/{observatory.county}", display_name="洛南县")
    message = gateway.TenantProvisioned(tenant=county, visible_to=common.LEVEL_UNIT)

    observatory.jingcun.code, told = observatory.county, observatory.jingcun
    await observatory.take(told.tell(message, "tenant", observatory.county))

    assert await observatory.feed(observatory.county) == [(1, "gateway.tenant.provisioned")]
    assert await observatory.feed(observatory.shimen.code) == []


async def test_what_the_county_sets_for_all_its_towns_stands_once_in_each_feed(observatory: Observatory) -> None:
    county = Town(observatory.county)
    drill = gateway.CalendarDaysSet(level=gateway.CalendarDay.LEVEL_COUNTY, visible_to=common.LEVEL_UNIT)
    year = gateway.CalendarArrangementPublished(year=2027, visible_to=common.LEVEL_UNIT)
    snow = gateway.CalendarDaysSet(level=gateway.CalendarDay.LEVEL_TOWN, visible_to=common.LEVEL_UNIT)

    for tenant in (county, observatory.jingcun, observatory.shimen):
        await observatory.take(
            tenant.tell(drill, "calendar", tenant.code, 1), tenant.tell(year, "calendar", tenant.code, 2)
        )
    await observatory.take(observatory.jingcun.tell(snow, "calendar", observatory.jingcun.code, 3))

    days, arrangement = "gateway.calendar.days_set", "gateway.calendar.arrangement_published"
    assert await observatory.feed(observatory.county) == [(1, days), (2, arrangement), (3, days)]
    assert await observatory.feed(observatory.jingcun.code) == [(1, days), (2, arrangement), (3, days)]
    assert await observatory.feed(observatory.shimen.code) == [(1, days), (2, arrangement)]


async def test_a_matter_that_moved_up_has_no_place_below(observatory: Observatory) -> None:
    report = observatory.jingcun.a_report()
    events = [
        report.tell(watch.ReportRegistered()),
        report.tell(watch.ReportReopened(), level=common.LEVEL_COUNTY),
        report.tell(watch.ReportStarted()),
    ]

    await observatory.take(*events)

    assert await observatory.feed(observatory.county) == [(1, REGISTERED), (2, REOPENED), (3, STARTED)]
    assert await observatory.feed(observatory.jingcun.code) == [(1, REGISTERED)]


async def test_an_event_that_comes_again_is_not_told_again(observatory: Observatory) -> None:
    report = observatory.jingcun.a_report()
    first, second = report.tell(watch.ReportRegistered()), report.tell(watch.ReportStarted())

    await observatory.take(first)
    await observatory.take(first, second)
    await observatory.take(second)

    assert await observatory.feed(observatory.county) == [(1, REGISTERED), (2, STARTED)]
    assert await observatory.feed(observatory.jingcun.code) == [(1, REGISTERED), (2, STARTED)]


async def test_two_consumers_at_once_leave_no_gap_and_give_no_number_twice(observatory: Observatory) -> None:
    def many() -> list[Event]:
        return [observatory.jingcun.meeting() for _ in range(40)]

    unit = gateway.UnitChanged(unit=gateway.Unit(), visible_to=common.LEVEL_UNIT)
    changes = [observatory.jingcun.tell(unit, "unit", f"{number}") for number in range(40)]
    batches = [many(), changes, many(), many()]

    await asyncio.gather(*(observatory.take(*batch) for batch in batches))

    for observer in (observatory.county, observatory.jingcun.code):
        assert [number for number, _ in await observatory.feed(observer)] == list(range(1, 161))


async def test_an_effect_that_fails_takes_no_number(observatory: Observatory, monkeypatch: pytest.MonkeyPatch) -> None:
    await observatory.take(observatory.jingcun.meeting())

    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    lost = observatory.jingcun.meeting()
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr("services.gateway.board.use_cases.apply", fail)
        await observatory.take(lost)
    await observatory.take(lost)

    assert [number for number, _ in await observatory.feed(observatory.county)] == [1, 2]


async def test_an_observer_whose_own_event_has_not_come_yet_is_known_all_the_same(
    observatory: Observatory,
) -> None:
    stranger = Observatory(observatory.database, "999998")

    await stranger.take(stranger.jingcun.meeting())

    async with observatory.database.platform() as tx:
        known = {row.tenant for row in await tx.rows(sa.select(TENANTS.c.tenant))}
    assert {"999998", "999998101"} <= known


async def test_neither_wall_nor_rights_let_anybody_touch_what_was_told(observatory: Observatory) -> None:
    await observatory.take(observatory.jingcun.meeting())

    async with observatory.database.transaction(observatory.shimen.code) as tx:
        assert await tx.rows(sa.select(FEED.c.number)) == []
    for change in (sa.update(FEED).values(town="x"), sa.delete(FEED)):
        assert "permission denied" in await refusal(observatory.database, observatory.jingcun.code, change)


async def refusal(database: Database, tenant: str, change: sa.Executable) -> str:
    """What the database says to the change."""
    with pytest.raises(sa.exc.ProgrammingError) as refused:
        async with database.transaction(tenant) as tx:
            await tx.execute(change)
    return str(refused.value)
