"""The desk of a window: a page of fifty among a million open cases beside the same among a thousand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from statistics import median
from time import perf_counter

import grpc
from minshao.gateway import v1 as gateway

from deploy.local.accounts import COUNTY
from deploy.local.ports import address
from services.common.access import Role
from tests.bench.bulk import fill_desk
from tests.bench.county import County
from tests.bench.figures import Figure
from tests.bench.listing import PAGE, PAGES
from tests.bench.load import Unary

LIST_DESK_CASES = "/minshao.gateway.v1.DeskService/ListDeskCases"
CODE = COUNTY.rpartition("/")[2]
SMALL, LARGE = f"{CODE}.few-cases", f"{CODE}.many-cases"
"""Two departments that are nothing but a desk."""


def desk_pages(county: County, small: int, large: int, calls: int) -> Iterator[Figure]:
    """The time of a page in milliseconds; the limit is that of the small desk."""
    slow, quick = asyncio.run(_pages(county, small, large, calls))
    limit_is = f"the same page among {small:,}"
    yield Figure("desk_page_1m", 1000 * median(slow), "ms", 1000 * median(quick), limit_is, slow)


async def _pages(county: County, small: int, large: int, calls: int) -> tuple[list[float], list[float]]:
    """How long the pages of the large desk took, and those of the small one."""
    towns = [town.code for town in county.towns()]
    async with county.database("gateway") as connection:
        for desk, count in ((SMALL, small), (LARGE, large)):
            await fill_desk(connection, desk, towns, count)
    took: dict[str, list[float]] = {LARGE: [], SMALL: []}
    tokens = {desk: county.token(f"{COUNTY}/accounts/reader", Role.WINDOW_CLERK, desk) for desk in took}
    async with grpc.aio.insecure_channel(address(county.stack.ports.gateway)) as channel:
        for turn in range(calls + 1):
            for desk, token in tokens.items():
                found = await _turn_pages(channel, desk, token)
                if turn:  # the first prepares statements
                    took[desk] += found
    return took[LARGE], took[SMALL]


async def _turn_pages(channel: grpc.aio.Channel, desk: str, token: str) -> list[float]:
    call: Unary = channel.unary_unary(LIST_DESK_CASES)
    request = gateway.ListDeskCasesRequest(parent=f"{COUNTY}/units/{desk}", page_size=PAGE)
    took = []
    for _ in range(PAGES):
        began = perf_counter()
        raw = await call(request.SerializeToString(), metadata=(("authorization", f"Bearer {token}"),))
        took.append(perf_counter() - began)
        request.page_token = gateway.ListDeskCasesResponse.FromString(raw).next_page_token
        if not request.page_token:
            break
    return took
