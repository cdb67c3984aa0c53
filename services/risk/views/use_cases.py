"""Views of a town or the county: how the risks of the units in sight stand, as figures of what the caller may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.common.reported_periods import Period, months_up_to
from services.risk.acting import Acting
from services.risk.figures.counting import Source, counted, happened, open_warnings, standing
from services.risk.figures.domain import Figures


async def by_unit(acting: Acting, units: Collection[str], period: Period | None) -> dict[str, Figures]:
    """The figures of these units, which the actor sees; with what happened in the period, if there is one."""
    sources = [*standing(), *(happened(period) if period else [])]
    return {row.unit: figures for row, figures in await counted(acting.tx, _seen(acting, sources, units), ("unit",))}


async def by_aspect(acting: Acting, units: Collection[str] | None) -> dict[int, Figures]:
    """How things stand in these units, by aspect; 0 for what lies in none that is known."""
    sources = _seen(acting, [open_warnings()], units)
    return {row.aspect: figures for row, figures in await counted(acting.tx, sources, ("aspect",))}


@dataclass(frozen=True, slots=True)
class Month:
    """What was collected, found and done in a month."""

    written: str
    figures: Figures


async def by_month(acting: Acting, units: Collection[str] | None, count: int) -> list[Month]:
    """The last so many months up to the current one, the oldest first; a month without anything too."""
    months = months_up_to(acting.today, count)
    whole = Period(months[0].first, months[-1].last, "", "")
    found = await counted(acting.tx, _seen(acting, happened(whole), units), ("month",))
    figures = {row.month: each for row, each in found}
    return [Month(month.written, figures.get(month.written, Figures({}))) for month in months]


def _seen(acting: Acting, sources: Sequence[Source], units: Collection[str] | None) -> list[Source]:
    return [each.narrowed(units).seen(acting.actor, acting.tx.tenant) for each in sources]
