"""The desk service of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from minshao.agency import v1 as agency
from minshao.gateway import v1 as gateway

from services.common import paging
from services.common.access import Role, county_of, is_county, tenant_of_unit
from services.common.errors import Denied, NotFound
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.gateway.desks import store
from services.gateway.desks.domain import Entry, Figures, figures, figures_by_town
from services.gateway.feed.town_names import TownNames
from services.gateway.organisation import use_cases as organisation


class DeskService:
    """Implements `minshao.gateway.v1.DeskService`."""

    def __init__(self, names: TownNames) -> None:
        self._names = names

    async def list_desk_cases(self, call: Call, request: gateway.ListDeskCasesRequest) -> gateway.ListDeskCasesResponse:
        desk, today = _desk(call, request.parent), local_date(call.now)
        page, order = paging.page(request, store.Position), store.Order(by_start=request.order_by == "start_date")
        async with call.transaction() as tx:
            await organisation.tenant_in(tx)
            found = await store.listed(tx, desk, _wanted(request.filter), order, today, page.after, page.limit)
        shown, token = page.cut(found, order.position)
        names = await self._names.of({entry.town for entry in shown})
        return gateway.ListDeskCasesResponse(
            desk_cases=[_entry(each, names, today) for each in shown], next_page_token=token
        )

    async def get_desk_summary(
        self, call: Call, request: gateway.GetDeskSummaryRequest
    ) -> gateway.GetDeskSummaryResponse:
        desk, today = _desk(call, request.parent), local_date(call.now)
        async with call.transaction() as tx:
            await organisation.tenant_in(tx)
            counts = await store.counts_of(tx, desk)
        towns = figures_by_town(counts, today)
        names = await self._names.of(towns.keys())
        return gateway.GetDeskSummaryResponse(
            total=_figures(figures(counts, today)),
            towns=[_figures(each, town, names.get(town, "")) for town, each in towns.items()],
        )


def _desk(call: Call, parent: str) -> str:
    """The code of the department whose desk the caller may look at. Raises NotFound, Denied."""
    desk = parent.rpartition("/")[2]
    if not is_county(call.tenant) or tenant_of_unit(desk) != call.tenant:
        raise NotFound("县直部门窗口", parent)
    if not call.actor.has(Role.COUNTY_DISCIPLINE) and desk not in call.actor.scopes(
        Role.WINDOW_CLERK, Role.UNIT_LEADER
    ):
        raise Denied("只能查看本部门窗口的代理件。", "NOT_OWN_DESK")
    return desk


def _wanted(filter: gateway.ListDeskCasesRequest.Filter) -> store.Wanted:
    return store.Wanted(
        town=filter.town,
        item=filter.item,
        number=filter.number,
        here=filter.here,
        paused=filter.paused,
        overdue=filter.overdue,
    )


def _entry(entry: Entry, names: Mapping[str, str], today: date) -> gateway.DeskCase:
    return gateway.DeskCase(
        case=entry.case,
        step=entry.step,
        town=entry.town,
        town_name=names.get(entry.town, ""),
        number=entry.number,
        unit=entry.unit,
        item=f"tenants/{county_of(entry.town)}/items/{entry.item}",
        state=agency.Case.State.ValueType(entry.state),
        start_date=str(entry.start_date or ""),
        due_date=str(entry.due_date or ""),
        promised_date=str(entry.promised_date or ""),
        paused=entry.paused,
        overdue=entry.overdue(today),
    )


def _figures(figures: Figures, town: str = "", name: str = "") -> gateway.DeskFigures:
    return gateway.DeskFigures(
        town=town,
        town_name=name,
        open=figures.open,
        coming=figures.coming,
        paused=figures.paused,
        due_today=figures.due_today,
        overdue=figures.overdue,
    )
