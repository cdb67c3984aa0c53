"""What people do with calendars, and what is told of it in every tenant whose calendar it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from minshao.gateway import v1 as gateway

from services.common import ledger
from services.common.access import Actor, county_of, is_county
from services.common.database import Tx
from services.common.workdays import Arrangement, Calendar, Kind, Level, calendar_of
from services.gateway.calendar import store
from services.gateway.calendar.domain import Published, check_near, check_year, level_of, own_day, published
from services.gateway.calendar.messages import arrangement_published, days_set
from services.gateway.organisation import use_cases as organisation

Told = gateway.CalendarDaysSet | gateway.CalendarArrangementPublished


async def calendar_of_tenant(tx: Tx) -> Calendar:
    """The calendar of the transaction's tenant: the nation's days, its county's, and a town's own.

    Raises NotFound when the tenant has not been provisioned.
    """
    await organisation.tenant_in(tx)
    own = [] if is_county(tx.tenant) else await store.own_days(tx)
    async with tx.within(county_of(tx.tenant)):
        imported = await store.imported(tx)
        of_county = await store.own_days(tx)
    return calendar_of([each.arrangement for each in imported], own + of_county)


async def set_day(tx: Tx, actor: Actor, day: date, kind: Kind, reason: str, now: datetime) -> None:
    """Sets a day of the tenant's own; what is set the same already leaves no trace."""
    check_near(day, now)
    wanted = own_day(tx.tenant, day, kind, reason)
    await _begin(tx)
    if await store.own_day(tx, day) == wanted:
        return
    store.save_own_day(tx, wanted)
    await _tell(tx, actor, days_set(wanted.level, [wanted]), now)


async def clear_day(tx: Tx, actor: Actor, day: date, now: datetime) -> None:
    """Takes back what the tenant has set for the day; nothing set leaves no trace."""
    check_near(day, now)
    await _begin(tx)
    if await store.own_day(tx, day) is None:
        return
    store.clear_own_day(tx, day)
    await _tell(tx, actor, days_set(level_of(tx.tenant), [], [day]), now)


async def import_arrangement(tx: Tx, actor: Actor, arrangement: Arrangement, now: datetime) -> Published:
    """Lets the year's arrangement count in the county and its towns; the one that counts already leaves no trace."""
    check_year(arrangement.notice.year, now)
    await _begin(tx)
    standing = {each.year: each for each in await arrangements(tx)}.get(arrangement.notice.year)
    if standing is not None and standing.arrangement == arrangement:
        return standing
    store.save_arrangement(tx, arrangement, now)
    await _tell(tx, actor, arrangement_published(arrangement), now)
    return Published(arrangement, now)


async def arrangements(tx: Tx) -> list[Published]:
    """The years whose arrangement is published, as they count in the tenant."""
    await organisation.tenant_in(tx)
    async with tx.within(county_of(tx.tenant)):
        return published(await store.imported(tx))


async def tell_new_town(tx: Tx, actor: Actor, now: datetime) -> None:
    """Tells in a town that is new what counts in it already: the years that its county imported, and its days."""
    await store.lock(tx)
    async with tx.within(county_of(tx.tenant)):
        imported = await store.imported(tx)
        of_county = await store.own_days(tx)
    for each in imported:
        await _tell_here(tx, actor, arrangement_published(each.arrangement), now)
    if of_county:
        await _tell_here(tx, actor, days_set(Level.COUNTY, of_county), now)


async def _begin(tx: Tx) -> None:
    await store.lock(tx)
    await organisation.tenant_in(tx)


async def _tell(tx: Tx, actor: Actor, told: Told, now: datetime) -> None:
    """In the tenant and, for a county, in each of its towns."""
    for tenant in (tx.tenant, *await _towns(tx)):
        async with tx.within(tenant):
            await _tell_here(tx, actor, told, now)


async def _towns(tx: Tx) -> Sequence[str]:
    return await organisation.towns_of(tx, tx.tenant) if is_county(tx.tenant) else ()


async def _tell_here(tx: Tx, actor: Actor, told: Told, now: datetime) -> None:
    told.revision = await store.next_revision(tx)
    ledger.append(tx, actor, "calendar", tx.tenant, told.revision, told, now)
