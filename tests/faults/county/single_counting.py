"""What must have come of positions without risk points and of orders of the county, whatever was killed: each, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import cast

from services.common.periods import local_date
from tests.faults.county.counting import each
from tests.faults.county.looping import COMMISSION
from tests.faults.county.luonan import TOWNS, VIEWER, Luonan, Record
from tests.faults.county.ordering import Order, Orders

IN_WATCH = ("watch.oversight.ordered", "watch.oversight.overdue")
OF_CASES = ("agency.case.oversight_ordered", "agency.case.oversight_overdue")
"""What tells that an order was given, and on the day after that its clock has run out."""
OVERSIGHT = "KIND_OVERSIGHT"

Days = Mapping[str, date]
"""By resource name of what something is told of: the day on which it is."""


async def assert_positions_are_told_once(luonan: Luonan, unit: str, nights: Days) -> None:
    """Each at the midnight that begins its day, in the feeds of its town and of the county; and the county and the
    unit, which it is in, are shown it once."""
    await _assert_told(luonan, "risk.position.unprotected", nights)
    for town in TOWNS:
        path, mine = f"/v1/tenants/{town}/unprotectedPositions", _of_town(town, nights)
        shown = await luonan.listed(COMMISSION, path, "positions")
        to_unit = await luonan.listed(f"tenants/{town}/accounts/{unit}-leader", path, "positions")
        assert _names(shown) == _names(to_unit) == each(mine)


async def assert_orders_are_there_once(luonan: Luonan, orders: Orders) -> None:
    """Each is told on the day when it was given, its last one, and again at the midnight that ends it; and who must
    answer, the town and the county find it once, where the matter is."""
    in_watch = [order for order in orders.given if not order.case]
    of_cases = [order for order in orders.given if order.case]
    for types, given in ((IN_WATCH, in_watch), (OF_CASES, of_cases)):
        for days, type in enumerate(types):
            await _assert_told(luonan, type, {order.thing: orders.last_day + timedelta(days) for order in given})
    for town in TOWNS:
        asked, asked_of_cases = _given_in(town, in_watch), _given_in(town, of_cases)
        path = f"/v1/tenants/{town}"
        await _assert_found(luonan, f"{path}/oversights", "oversights", asked)
        await _assert_found(luonan, f"{path}/cases/-/oversights", "caseOversights", asked_of_cases, kind=OVERSIGHT)
        await _assert_counted(luonan, town, orders.last_day, len(asked), len(asked_of_cases))


async def _assert_told(luonan: Luonan, type: str, days: Days) -> None:
    """In the county's feed and in those of the towns: these things on these days, each once, and nothing else."""
    assert await _told(luonan, type, VIEWER) == each(days.items())
    for town in TOWNS:
        secretary = f"tenants/{town}/accounts/discipline-secretary"
        assert await _told(luonan, type, secretary) == each(_of_town(town, days).items())


async def _told(luonan: Luonan, type: str, reader: str) -> Counter[tuple[str, date]]:
    times = [(str(entry["resource"]), str(entry["eventTime"])) for entry in await luonan.feed(type, reader=reader)]
    return Counter((thing, local_date(datetime.fromisoformat(time))) for thing, time in times)


async def _assert_found(luonan: Luonan, path: str, things: str, orders: Sequence[Order], **wanted: str) -> None:
    """By the town and the county all of them, with clocks that have run out; by each who must answer theirs."""
    given, town = {order.name for order in orders}, path.split("/")[3]
    for reader in (COMMISSION, f"tenants/{town}/accounts/discipline-secretary"):
        found = await luonan.listed(reader, path, things, **wanted)
        assert (_names(found), {oversight["late"] for oversight in found}) == (each(given), {True})
    for asked in {order.asked for order in orders}:
        shown = _names(await luonan.listed(asked, path, things, **wanted))
        theirs = {order.name for order in orders if order.asked == asked}
        assert Counter({name: shown[name] for name in theirs}) == each(theirs)


async def _assert_counted(luonan: Luonan, town: str, day: date, in_watch: int, of_cases: int) -> None:
    """So many were given in the town, by the boards of the town and of the county."""
    for reader in (VIEWER, f"tenants/{town}/accounts/discipline-secretary"):
        observer = reader.partition("/accounts/")[0]
        query = {"first_day": str(day), "last_day": str(day), "towns": town}
        page = await luonan.people.get(reader, f"/v1/{observer}/dailyFigures", **query)
        [total] = cast(list[Record], page["totals"])
        assert (total["oversights"], total["casesOverseen"]) == (in_watch, of_cases)


def _of_town(town: str, days: Days) -> Days:
    return {thing: day for thing, day in days.items() if thing.startswith(f"tenants/{town}/")}


def _given_in(town: str, orders: Iterable[Order]) -> list[Order]:
    return [order for order in orders if order.name.startswith(f"tenants/{town}/")]


def _names(things: Iterable[Record]) -> Counter[str]:
    return Counter(str(thing["name"]) for thing in things)
