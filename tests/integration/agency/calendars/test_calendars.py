"""The agency's copy of calendars: by it promised dates are counted."""

from __future__ import annotations

from datetime import date

import pytest
from minshao.gateway import v1 as gateway

from services.agency.calendars.calendars import Calendars, Dated
from services.common.workdays import Kind, calendar_of, deadline
from tests.integration.agency.house import House

SNOW = date(2027, 1, 27)
OFF, WORKING = gateway.CalendarDay.KIND_OFF, gateway.CalendarDay.KIND_WORKING


def setting(day: date, kind: gateway.CalendarDay.Kind.ValueType, reason: str) -> gateway.CalendarDaySetting:
    return gateway.CalendarDaySetting(date=str(day), kind=kind, reason=reason)


def town_set(
    revision: int, *days: gateway.CalendarDaySetting, cleared: tuple[date, ...] = ()
) -> gateway.CalendarDaysSet:
    return gateway.CalendarDaysSet(
        level=gateway.CalendarDay.LEVEL_TOWN, days=days, cleared_dates=map(str, cleared), revision=revision
    )


async def calendar(house: House, calendars: Calendars | None = None, tenant: str = "") -> Dated:
    async with house.database.transaction(tenant or house.town) as tx:
        return await (calendars or Calendars()).of(tx)


async def test_a_town_that_has_set_nothing_has_the_calendar_of_the_product(house: House) -> None:
    found = await calendar(house)

    assert found.revision == 0
    for day in (date(2026, 10, 1), date(2026, 10, 10), date(2026, 10, 12)):
        assert found.calendar.day(day) == calendar_of().day(day)


async def test_a_snow_day_of_the_town_is_in_its_calendar_and_not_in_the_countys(house: House) -> None:
    await house.hear_in(house.town, town_set(1, setting(SNOW, OFF, "雪灾放假")))

    found = await calendar(house)

    assert found.revision == 1
    assert found.calendar.day(SNOW).kind is Kind.OFF
    assert found.calendar.day(SNOW).words == "周三，雪灾放假（镇）"
    assert (await calendar(house, tenant=house.county)).calendar.day(SNOW).kind is Kind.WORKING


async def test_a_promise_is_counted_by_the_towns_own_days(house: House) -> None:
    before = deadline(date(2027, 1, 26), 2, (await calendar(house)).calendar)
    await house.hear_in(house.town, town_set(1, setting(SNOW, OFF, "雪灾放假")))

    after = deadline(date(2027, 1, 26), 2, (await calendar(house)).calendar)

    assert before
    assert after
    assert (before.last_day, after.last_day) == (date(2027, 1, 28), date(2027, 1, 29))


async def test_what_was_taken_back_counts_no_more(house: House) -> None:
    await house.hear_in(house.town, town_set(1, setting(SNOW, OFF, "雪灾放假")))

    await house.hear_in(house.town, town_set(2, cleared=(SNOW,)))

    assert (await calendar(house)).calendar.day(SNOW).kind is Kind.WORKING


@pytest.mark.parametrize("revision", [1, 2])
async def test_what_is_told_again_or_late_changes_nothing(house: House, revision: int) -> None:
    await house.hear_in(house.town, town_set(2, setting(SNOW, OFF, "雪灾放假")))

    await house.hear_in(house.town, town_set(revision, cleared=(SNOW,)))

    assert (await calendar(house)).calendar.day(SNOW).kind is Kind.OFF


async def test_an_imported_year_is_settled_and_its_days_count(house: House) -> None:
    published = gateway.CalendarArrangementPublished(
        year=2027,
        notice_number="国办发明电〔2026〕9号",
        notice_date="2026-11-10",
        days=[
            setting(date(2026, 12, 26), WORKING, "元旦调休上班"),
            setting(date(2027, 1, 1), OFF, "元旦"),
            setting(date(2027, 10, 1), OFF, "国庆节"),
        ],
        revision=1,
    )

    await house.hear_in(house.town, published)

    found = (await calendar(house)).calendar
    assert 2027 in found.published
    assert found.day(date(2026, 12, 26)).kind is Kind.WORKING
    assert not found.day(date(2027, 1, 1)).provisional


async def test_a_process_that_knows_a_calendar_reads_it_again_when_it_has_changed(house: House) -> None:
    calendars = Calendars()
    first = await calendar(house, calendars)
    again = await calendar(house, calendars)
    await house.hear_in(house.town, town_set(1, setting(SNOW, OFF, "雪灾放假")))

    assert first is again
    assert (await calendar(house, calendars)).calendar.day(SNOW).kind is Kind.OFF
