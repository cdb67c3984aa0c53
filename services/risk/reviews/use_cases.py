"""Publishing risk reviews, and reading them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from minshao.common.v1 import LEVEL_TOWN, LEVEL_UNIT
from minshao.risk import v1 as pb

from services.common.errors import Denied, NotFound
from services.common.organisation import store as organisation
from services.common.organisation.lookup import own_and_towns, this_tenant
from services.common.periods import local_date
from services.common.reported_periods import Period
from services.common.sight import check_in_sight, narrowed, units_in_sight
from services.risk.acting import Acting
from services.risk.figures.counting import counted, happened, standing
from services.risk.forgetting import keep
from services.risk.inventories import store as inventories
from services.risk.levels import Level
from services.risk.numbers import next_number
from services.risk.reviews import store, texts
from services.risk.reviews.domain import Part, Texts
from services.risk.reviews.encoding import content_bytes
from services.risk.reviews.sight import publishes_of, publishes_whole
from services.risk.reviews.store import Review

SERIES = "防控"
WHOLE = ""
"""Stands in the place of a unit for the whole tenant; of a county, with its towns."""
APART = ("unit", "month", "level", "cadres", "accounts", "units")


async def publish(acting: Acting, id: str, unit: str, period: Period, written: Texts) -> Review:
    """Freezes the figures of a period that is over, of a unit or the whole tenant. Raises NotFound, Denied, Invalid."""
    _check_publishes(acting, unit)
    period.check_over(acting.today)
    period.check_since(await _began(acting, unit))
    number = await next_number(acting, SERIES)  # whoever holds the series counts and publishes alone
    review = Review(
        id=id,
        number=number,
        unit=unit,
        period=period.written,
        edition=await store.next_edition(acting.tx, unit, period.written),
        publisher=acting.actor.name,
        publish_time=acting.now,
        content=content_bytes(await _parts(acting, unit, period)),
    )
    store.ROWS.insert(acting.tx, review)
    told = pb.RiskReviewPublished(
        risk_review=acting.named("riskReviews", id),
        number=review.number,
        unit=unit,
        period=review.period,
        edition=review.edition,
        hash=review.hash,
        visible_to=LEVEL_UNIT if unit else LEVEL_TOWN,
    )
    await texts.put(acting, review, written, told)
    acting.tell("review", id, 1, told)
    await keep(acting.tx, "riskReviews", id, acting.now)
    return review


async def _began(acting: Acting, unit: str) -> date:
    """Since when there has been something to report of a unit, or of the whole tenant. Raises NotFound."""
    if unit:
        return local_date((await inventories.ROWS.load(acting.tx, unit)).open_time)
    return local_date(await inventories.first_opened(acting.tx) or acting.now)


async def seen_review(acting: Acting, id: str) -> Review:
    """A review in sight. Raises NotFound."""
    review = await store.ROWS.load(acting.tx, id)
    units = units_in_sight(acting.actor)
    if units is not None and review.unit not in units:
        raise NotFound(store.ROWS.called)
    return review


def wanted(acting: Acting, unit: str, whole: bool, period: str) -> store.Wanted:
    """Those in sight of what is asked for: people of a unit see none of the whole tenant."""
    units: Collection[str] | None = narrowed(acting.actor, unit)
    if whole:
        units = frozenset({WHOLE}) if units is None else frozenset()
    return store.Wanted(units, period)


async def called(acting: Acting, units: Collection[str], towns: Collection[str] = ()) -> dict[str, str]:
    """What the units and towns, and the tenant in the place of an empty code, are called."""
    names = {unit.code: unit.name for unit in (await organisation.units(acting.tx, units)).values()}
    for town in towns:
        async with acting.tx.within(town):
            names[town] = (await this_tenant(acting.tx)).name
    return {**names, WHOLE: (await this_tenant(acting.tx)).name}


async def _parts(acting: Acting, unit: str, period: Period) -> list[Part]:
    sources = [*happened(period), *standing()]
    if unit:
        found = await counted(acting.tx, [each.narrowed({unit}) for each in sources], APART)
    else:
        found = [each async for _ in own_and_towns(acting.tx) for each in await counted(acting.tx, sources, APART)]
    return [
        Part(row.unit, row.month, Level(row.level), tuple(row.cadres), tuple(row.accounts), tuple(row.units), figures)
        for row, figures in found
    ]


def _check_publishes(acting: Acting, unit: str) -> None:
    if unit and not publishes_of(acting.actor, unit):
        check_in_sight(acting.actor, unit, "单位")
        raise Denied("单位的报告由本单位发布。", "NOT_THE_UNIT")
    if not unit and not publishes_whole(acting.actor, acting.tx.tenant):
        raise Denied("全镇（全县）的报告由本级纪委发布。", "NOT_THE_ORGAN")
