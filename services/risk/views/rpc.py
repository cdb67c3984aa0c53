"""RiskViewService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.risk.v1 as pb

from services.common import paging
from services.common.inputs import local_id
from services.common.organisation import store as organisation
from services.common.reported_periods import read_period
from services.common.rpc.call import Call
from services.common.sight import check_in_sight, narrowed
from services.risk.acting import Acting, acting_in
from services.risk.aspects import Aspect
from services.risk.figures.domain import Figures
from services.risk.figures.encoding import encode_figures
from services.risk.inventories import store as inventories
from services.risk.powers import store as powers
from services.risk.powers.domain import Kind
from services.risk.powers.listing import listed
from services.risk.risk import Risk
from services.risk.views import use_cases
from services.risk.views.encoding import NOT_SAID, encode_cells

DEFAULT_MONTHS = 12
GRADES = (1, 2, 3)


class RiskViewService:
    """Views of a town or the county; see the contract."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def list_unit_risk_views(
        self, call: Call, request: pb.ListUnitRiskViewsRequest
    ) -> pb.ListUnitRiskViewsResponse:
        page = paging.page(request, tuple[str])
        period = read_period("period", request.period) if request.period else None
        units = narrowed(call.actor, local_id("unit", request.unit, call.tenant))
        async with acting_in(self._risk, call) as acting:
            descending = request.order_by == "unit desc"
            found = await inventories.page(acting.tx, units, True, descending, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.id,))
            codes = [each.id for each in shown]
            figures = await use_cases.by_unit(acting, codes, period)
            called = await organisation.units(acting.tx, codes)
            rows = [
                pb.UnitRiskFigures(
                    unit=acting.named("units", each.id),
                    title=called[each.id].name,
                    figures=encode_figures(figures.get(each.id, Figures({}))),
                    retired=each.retired,
                )
                for each in shown
            ]
        return pb.ListUnitRiskViewsResponse(units=rows, next_page_token=more)

    async def list_town_risk_views(
        self, call: Call, request: pb.ListTownRiskViewsRequest
    ) -> pb.ListTownRiskViewsResponse:
        page, descending = paging.page(request, tuple[str]), request.order_by == "town desc"
        period = read_period("period", request.period) if request.period else None
        async with acting_in(self._risk, call) as acting:
            towns = sorted(await organisation.towns_of(acting.tx, call.tenant), reverse=descending)
            if page.after:
                [last] = page.after
                towns = [town for town in towns if (town < last if descending else town > last)]
            shown, more = page.cut(towns[: page.limit], lambda town: (town,))
            rows = [
                pb.TownRiskFigures(town=f"tenants/{town.code}", title=town.name, figures=encode_figures(figures))
                for town, figures in await use_cases.by_town(acting, shown, period)
            ]
        return pb.ListTownRiskViewsResponse(towns=rows, next_page_token=more)

    async def view_risk_aspects(self, call: Call, request: pb.ViewRiskAspectsRequest) -> pb.ViewRiskAspectsResponse:
        async with acting_in(self._risk, call) as acting:
            units = await _asked(acting, call, request.unit)
            figures = await use_cases.by_aspect(acting, units)
        aspects = [
            pb.AspectRiskView(
                aspect=pb.RiskInformation.Aspect.ValueType(aspect),
                figures=encode_figures(figures.get(aspect, Figures({}))),
            )
            for aspect in (*Aspect, NOT_SAID)
        ]
        return pb.ViewRiskAspectsResponse(aspects=aspects)

    async def view_risk_trend(self, call: Call, request: pb.ViewRiskTrendRequest) -> pb.ViewRiskTrendResponse:
        async with acting_in(self._risk, call) as acting:
            units = await _asked(acting, call, request.unit)
            months = await use_cases.by_month(acting, units, request.months or DEFAULT_MONTHS)
        return pb.ViewRiskTrendResponse(
            months=[pb.MonthRiskFigures(month=each.written, figures=encode_figures(each.figures)) for each in months]
        )

    async def view_risk_heat_map(self, call: Call, request: pb.ViewRiskHeatMapRequest) -> pb.ViewRiskHeatMapResponse:
        async with acting_in(self._risk, call) as acting:
            units = await _asked(acting, call, request.unit)
            found = await use_cases.heat_map(acting, units, request.months or DEFAULT_MONTHS)
        kinds = [(int(kind), grade) for kind in Kind for grade in GRADES]
        lines = [
            pb.PowerKindRiskView(
                kind=pb.Power.Kind.ValueType(kind),
                grade=grade,
                powers=found.powers.get((kind, grade), 0),
                cells=encode_cells(found.lying.get((kind, grade), {})),
            )
            for kind, grade in (*kinds, (NOT_SAID, NOT_SAID))
        ]
        return pb.ViewRiskHeatMapResponse(powers=lines)

    async def list_power_risk_views(
        self, call: Call, request: pb.ListPowerRiskViewsRequest
    ) -> pb.ListPowerRiskViewsResponse:
        units = narrowed(call.actor, local_id("unit", request.unit, call.tenant))
        wanted = powers.Wanted(units, "", request.grade or None, flagged=False, show_retired=False)
        async with acting_in(self._risk, call) as acting:
            shown, more = await listed(acting.tx, request, wanted)
            found = await use_cases.by_power(acting, [each.id for each in shown], request.months or DEFAULT_MONTHS)
            lines = [
                pb.PowerRiskView(
                    power=acting.named("powers", each.id),
                    unit=acting.named("units", each.unit),
                    title=each.title,
                    kind=pb.Power.Kind.ValueType(each.kind),
                    grade=each.grade,
                    cells=encode_cells(found.get(each.id, {})),
                )
                for each in shown
            ]
        return pb.ListPowerRiskViewsResponse(powers=lines, next_page_token=more)


async def _asked(acting: Acting, call: Call, name: str) -> frozenset[str] | None:
    """The units that are asked for; None for every one. Raises NotFound for one that is unknown or out of sight."""
    if unit := local_id("unit", name, call.tenant):
        check_in_sight(call.actor, unit, "单位")
        await inventories.ROWS.load(acting.tx, unit)
    return narrowed(call.actor, unit)
