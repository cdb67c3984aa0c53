"""The calendar service of the contract."""

from __future__ import annotations

from datetime import date, timedelta

from minshao.gateway import v1 as gateway

from services.common import paging
from services.common.access import county_of
from services.common.database import Tx
from services.common.inputs import read_day
from services.common.rpc.call import Call
from services.common.workdays import read_arrangement
from services.gateway.calendar import use_cases
from services.gateway.calendar.domain import check_may_set, check_span
from services.gateway.calendar.messages import arrangement_message, day_message, kind_of
from services.gateway.names import id_in


class CalendarService:
    """Implements `minshao.gateway.v1.CalendarService`."""

    async def list_calendar_days(
        self, call: Call, request: gateway.ListCalendarDaysRequest
    ) -> gateway.ListCalendarDaysResponse:
        first, last = read_day("first_day", request.first_day), read_day("last_day", request.last_day)
        check_span(first, last, "last_day")
        page = paging.page(request, tuple[date])
        begin = page.after[0] + timedelta(days=1) if page.after else first
        async with call.transaction() as tx:
            calendar = await use_cases.calendar_of_tenant(tx)
        wanted = [begin + timedelta(days=each) for each in range(min((last - begin).days + 1, page.limit))]
        shown, token = page.cut(wanted, lambda day: (day,))
        return gateway.ListCalendarDaysResponse(
            days=[day_message(call.tenant, calendar.day(day)) for day in shown], next_page_token=token
        )

    async def set_calendar_day(
        self, call: Call, request: gateway.SetCalendarDayRequest
    ) -> gateway.SetCalendarDayResponse:
        check_may_set(call.actor, call.tenant)
        day, kind = read_day("name", id_in(call.tenant, request.name, "name")), kind_of(request.kind)
        async with call.transaction() as tx:
            await use_cases.set_day(tx, call.actor, day, kind, request.reason, call.now)
            return gateway.SetCalendarDayResponse(day=await _day(tx, day))

    async def clear_calendar_day(
        self, call: Call, request: gateway.ClearCalendarDayRequest
    ) -> gateway.ClearCalendarDayResponse:
        check_may_set(call.actor, call.tenant)
        day = read_day("name", id_in(call.tenant, request.name, "name"))
        async with call.transaction() as tx:
            await use_cases.clear_day(tx, call.actor, day, call.now)
            return gateway.ClearCalendarDayResponse(day=await _day(tx, day))

    async def import_arrangement(
        self, call: Call, request: gateway.ImportArrangementRequest
    ) -> gateway.ImportArrangementResponse:
        arrangement = read_arrangement(request.text)
        async with call.transaction() as tx:
            standing = await use_cases.import_arrangement(tx, call.actor, arrangement, call.now)
        return gateway.ImportArrangementResponse(arrangement=arrangement_message(call.tenant, standing))

    async def list_arrangements(
        self, call: Call, _request: gateway.ListArrangementsRequest
    ) -> gateway.ListArrangementsResponse:
        async with call.transaction() as tx:
            found = await use_cases.arrangements(tx)
        county = county_of(call.tenant)
        return gateway.ListArrangementsResponse(arrangements=[arrangement_message(county, each) for each in found])


async def _day(tx: Tx, day: date) -> gateway.CalendarDay:
    return day_message(tx.tenant, (await use_cases.calendar_of_tenant(tx)).day(day))
