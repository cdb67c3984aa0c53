"""Views of a town or the county: how the risks of the units in sight stand, as figures of what the caller may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.common.reported_periods import Period, months_up_to
from services.risk.acting import Acting
from services.risk.figures.counting import (
    Source,
    collected,
    confirmed_risk_points,
    counted,
    happened,
    open_warnings,
    powers_in_use,
    standing,
)
from services.risk.figures.domain import Figures


async def by_unit(acting: Acting, units: Collection[str], period: Period | None) -> dict[str, Figures]:
    """The figures of these units, which the actor sees; with what happened in the period, if there is one."""
    sources = [*standing(), *(happened(period) if period else [])]
    return {row.unit: figures for row, figures in await counted(acting.tx, _seen(acting, sources, units), ("unit",))}


async def by_aspect(acting: Acting, units: Collection[str] | None) -> dict[int, Figures]:
    """How things stand in these units, by aspect; 0 for what lies in none that is known."""
    sources = _seen(acting, [open_warnings(), confirmed_risk_points()], units)
    return {row.aspect: figures for row, figures in await counted(acting.tx, sources, ("aspect",))}


@dataclass(frozen=True, slots=True)
class Month:
    """What was collected, found and done in a month."""

    written: str
    figures: Figures


async def by_month(acting: Acting, units: Collection[str] | None, count: int) -> list[Month]:
    """The last so many months up to the current one, the oldest first; a month without anything too."""
    months = months_up_to(acting.today, count)
    found = await counted(acting.tx, _seen(acting, happened(_last(acting, count)), units), ("month",))
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
    sources = _seen(acting, [powers_in_use()], units)
    powers = {
        (row.kind, row.grade): sum(figures.counts.values()) for row, figures in await counted(acting.tx, sources, _KIND)
    }
    lying: defaultdict[PowerKind, ByAspect] = defaultdict(dict)
    for row, figures in await counted(acting.tx, _seen(acting, _lying(acting, months), units), (*_KIND, "aspect")):
        lying[row.kind, row.grade][row.aspect] = figures
    return HeatMap(powers, lying)


async def by_power(acting: Acting, powers: Collection[str], months: int) -> Mapping[str, ByAspect]:
    """The same of single powers, which the actor sees."""
    sources = [each.of_powers(powers) for each in _seen(acting, _lying(acting, months), None)]
    found: defaultdict[str, ByAspect] = defaultdict(dict)
    for row, figures in await counted(acting.tx, sources, ("power", "aspect")):
        found[row.power][row.aspect] = figures
    return found


def _lying(acting: Acting, months: int) -> list[Source]:
    return [confirmed_risk_points(), open_warnings(), collected(_last(acting, months))]


def _last(acting: Acting, count: int) -> Period:
    """The last so many months, up to the current one."""
    months = months_up_to(acting.today, count)
    return Period(months[0].first, months[-1].last, "", "")


def _seen(acting: Acting, sources: Sequence[Source], units: Collection[str] | None) -> list[Source]:
    return [each.narrowed(units).seen(acting.actor, acting.tx.tenant) for each in sources]
