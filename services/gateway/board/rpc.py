"""The board service of the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common import paging
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.gateway.board import store, use_cases
from services.gateway.board.domain import Overdue, read_days
from services.gateway.board.projection import Place
from services.gateway.feed.domain import Viewer
from services.gateway.feed.town_names import TownNames
from services.gateway.feed.visibility import matter_visible
from services.gateway.organisation import use_cases as organisation


class BoardService:
    """Implements `minshao.gateway.v1.BoardService`."""

    def __init__(self, names: TownNames) -> None:
        self._names = names

    async def list_overdue(self, call: Call, request: gateway.ListOverdueRequest) -> gateway.ListOverdueResponse:
        page = paging.page(request, tuple[datetime, str])
        visible = matter_visible(Viewer.of(call.actor, call.tenant))
        conditions = [visible, store.due_by(call.now), store.among(request.towns, request.services)]
        async with call.transaction() as tx:
            await organisation.tenant_in(tx)
            found, total = await store.overdue(tx, conditions, page.after, page.limit)
        shown, token = page.cut(found, lambda matter: (matter.due_time, matter.resource))
        names = await self._names.of({matter.town for matter in shown})
        return gateway.ListOverdueResponse(
            matters=[_matter(each, names) for each in shown], next_page_token=token, total_size=total
        )

    async def get_daily_figures(
        self, call: Call, request: gateway.GetDailyFiguresRequest
    ) -> gateway.GetDailyFiguresResponse:
        first, last = read_days(request.first_day, request.last_day)
        viewer = Viewer.of(call.actor, call.tenant)
        async with call.transaction() as tx:
            await organisation.tenant_in(tx)
            counts = await use_cases.counts(tx, viewer, first, last, request.towns, request.services)
        names = await self._names.of({town for town, _, _ in counts})
        return gateway.GetDailyFiguresResponse(figures=_by_day(counts, names), totals=_totals(counts, names))


def _matter(matter: Overdue, names: Mapping[str, str]) -> gateway.OverdueMatter:
    return gateway.OverdueMatter(
        resource=matter.resource,
        service=matter.service,
        town=matter.town,
        town_name=names.get(matter.town, ""),
        number=matter.cited,
        unit=matter.unit,
        organ=matter.organ,
        level=common.Level.ValueType(matter.level),
        due_time=stamp(matter.due_time),
        overdue_time=stamp(matter.overdue_time),
        escalated_to=common.Level.ValueType(matter.escalated_to or common.LEVEL_UNSPECIFIED),
        as_whole=matter.as_whole,
        desks=matter.desks,
    )


def _by_day(counts: Counter[Place], names: Mapping[str, str]) -> list[gateway.DailyFigures]:
    """In the order of days and codes."""
    figures: dict[tuple[date, str], dict[str, int]] = {}
    for (town, day, counted), count in counts.items():
        figures.setdefault((day, town), {})[counted] = count
    return [_figures(town, names, figures[day, town], day.isoformat()) for day, town in sorted(figures)]


def _totals(counts: Counter[Place], names: Mapping[str, str]) -> list[gateway.DailyFigures]:
    """In the order of codes."""
    totals: dict[str, Counter[str]] = {}
    for (town, _, counted), count in counts.items():
        totals.setdefault(town, Counter())[counted] += count
    return [_figures(town, names, totals[town]) for town in sorted(totals)]


def _figures(town: str, names: Mapping[str, str], counts: Mapping[str, int], day: str = "") -> gateway.DailyFigures:
    figures = gateway.DailyFigures(town=town, town_name=names.get(town, ""), day=day)
    for counted, count in counts.items():
        setattr(figures, counted, count)
    return figures
