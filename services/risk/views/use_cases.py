"""Views of a town or the county: how the risks of the units in sight stand, as figures of what the caller may see. The
county's are those of its own units and of its towns together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.common.organisation.domain import Tenant
from services.common.organisation.lookup import this_tenant
from services.common.reported_periods import Period, months_up_to
from services.common.schema import Row
from services.risk.acting import Acting
from services.risk.figures.counting import (
    Source,
    collected,
    confirmed_risk_points,
    counted,
    counted_together,
    happened,
    open_warnings,
    powers_in_use,
    standing,
)
from services.risk.figures.domain import Figures


async def by_unit(acting: Acting, units: Collection[str], period: Period | None) -> dict[str, Figures]:
    """The figures of these units, which the actor sees; with what happened in the period, if there is one."""
    sources = _standing(period)
    return {row.unit: figures for row, figures in await counted(acting.tx, _seen(acting, sources, units), ("unit",))}


async def by_town(acting: Acting, towns: Sequence[str], period: Period | None) -> list[tuple[Tenant, Figures]]:
    """The same of whole towns of the county."""
    sources, found = _standing(period), []
    for town in towns:
        async with acting.tx.within(town):
            [(_, figures)] = await counted(acting.tx, [each.seen(acting.actor, town) for each in sources], ())
            found.append((await this_tenant(acting.tx), figures))
    return found


async def by_aspect(acting: Acting, units: Collection[str] | None) -> dict[int, Figures]:
    """How things stand in these units, by aspect; 0 for what lies in none that is known."""
    found = await _counted(acting, [open_warnings(), confirmed_risk_points()], units, ("aspect",))
    return {row.aspect: figures for row, figures in found}


@dataclass(frozen=True, slots=True)
class Month:
    """What was collected, found and done in a month."""

    written: str
    figures: Figures


async def by_month(acting: Acting, units: Collection[str] | None, count: int) -> list[Month]:
    """The last so many months up to the current one, the oldest first; a month without anything too."""
    months = months_up_to(acting.today, count)
    found = await _counted(acting, happened(_last(acting, count)), units, ("month",))
    figures = {row.month: each for row, each in found}
    return [Month(month.written, figures.get(month.written, Figures({}))) for month in months]


PowerKind = tuple[int, int]
"""Kind and grade of powers; twice 0 for what concerns no power."""
ByAspect = dict[int, Figures]
_KIND = ("kind", "grade")


@dataclass(frozen=True, slots=True)
class HeatMap:
    """What lies in powers, by their kind and grade."""

    powers: Mapping[PowerKind, int]
    """How many are in use."""
    lying: Mapping[PowerKind, ByAspect]


async def heat_map(acting: Acting, units: Collection[str] | None, months: int) -> HeatMap:
    """Confirmed risk points, open warnings, and the information of the last months."""
    in_use = await _counted(acting, [powers_in_use()], units, _KIND)
    powers = {(row.kind, row.grade): sum(figures.counts.values()) for row, figures in in_use}
    lying: defaultdict[PowerKind, ByAspect] = defaultdict(dict)
    for row, figures in await _counted(acting, _lying(acting, months), units, (*_KIND, "aspect")):
        lying[row.kind, row.grade][row.aspect] = figures
    return HeatMap(powers, lying)


async def by_power(acting: Acting, powers: Collection[str], months: int) -> Mapping[str, ByAspect]:
    """The same of single powers, which the actor sees."""
    sources = [each.of_powers(powers) for each in _seen(acting, _lying(acting, months), None)]
    found: defaultdict[str, ByAspect] = defaultdict(dict)
    for row, figures in await counted(acting.tx, sources, ("power", "aspect")):
        found[row.power][row.aspect] = figures
    return found


def _standing(period: Period | None) -> list[Source]:
    """How things stand, and what happened in the period, if there is one."""
    return [*standing(), *(happened(period) if period else [])]


def _lying(acting: Acting, months: int) -> list[Source]:
    return [confirmed_risk_points(), open_warnings(), collected(_last(acting, months))]


def _last(acting: Acting, count: int) -> Period:
    """The last so many months, up to the current one."""
    months = months_up_to(acting.today, count)
    return Period(months[0].first, months[-1].last, "", "")


async def _counted(
    acting: Acting, sources: Sequence[Source], units: Collection[str] | None, by: Sequence[str]
) -> list[tuple[Row, Figures]]:
    if units is None:
        return await counted_together(acting.tx, sources, by, acting.actor)
    return await counted(acting.tx, _seen(acting, sources, units), by)


def _seen(acting: Acting, sources: Sequence[Source], units: Collection[str] | None) -> list[Source]:
    return [each.narrowed(units).seen(acting.actor, acting.tx.tenant) for each in sources]
