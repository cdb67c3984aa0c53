"""Lists of a register: a page of fifty among a million reports beside the same among a thousand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import grpc
from minshao.watch import v1 as watch

from deploy.local.ports import address
from services.common.access import Role
from tests.bench.bulk import fill_register
from tests.bench.county import County
from tests.bench.figures import Figure
from tests.bench.load import Unary

LIST_REPORTS = "/minshao.watch.v1.ReportService/ListReports"
SMALL, LARGE = "611021901", "611021902"
"""Two towns that are nothing but a register."""

PAGE = 50
PAGES = 3
"""How many pages are turned, the first among them."""


@dataclass(frozen=True, slots=True)
class Look:
    """Who lists what."""

    name: str
    role: Role
    order_by: str = ""
    unit: bool = False
    """Only one unit's."""
    open: bool = False

    def request(self, town: str) -> watch.ListReportsRequest:
        wanted = watch.ListReportsRequest.Filter(open=self.open)
        if self.unit:
            wanted.unit = f"tenants/{town}/units/{town}.u2"
        return watch.ListReportsRequest(parent=f"tenants/{town}", page_size=PAGE, order_by=self.order_by, filter=wanted)

    def scope(self, town: str) -> str:
        return f"{town}.u2" if self.role is Role.UNIT_OFFICER else town


LOOKS = (
    Look("report_list_page_1m", Role.TOWN_DISCIPLINE),
    Look("report_list_page_1m_by_due_time", Role.TOWN_DISCIPLINE, order_by="due_time", open=True),
    Look("report_list_page_1m_of_unit", Role.TOWN_DISCIPLINE, unit=True),
    Look("report_list_page_1m_for_unit", Role.UNIT_OFFICER),
)


def pages(county: County, small: int, large: int, calls: int) -> Iterator[Figure]:
    """The time of a page in milliseconds; the limit is that of the small register."""
    yield from asyncio.run(_pages(county, small, large, calls))


async def _pages(county: County, small: int, large: int, calls: int) -> list[Figure]:
    async with county.database("watch") as connection:
        for town, count in ((SMALL, small), (LARGE, large)):
            await fill_register(connection, [town], count)
    limit_is = f"the plain page among {small:,}"
    async with grpc.aio.insecure_channel(address(county.stack.ports.watch)) as channel:
        figures = []
        for look in LOOKS:
            slow, quick = await _alternating(county, channel, look, LOOKS[0], calls)
            figures.append(Figure(look.name, 1000 * median(slow), "ms", 1000 * median(quick), limit_is, slow))
        return figures


async def _alternating(
    county: County, channel: grpc.aio.Channel, look: Look, plain: Look, calls: int
) -> tuple[list[float], list[float]]:
    """How long the pages of a look took in the large register, and those of the plain one in the small register."""
    took: dict[str, list[float]] = {LARGE: [], SMALL: []}
    looks = {LARGE: look, SMALL: plain}
    tokens = {
        town: county.token(f"tenants/{town}/accounts/reader", each.role, each.scope(town))
        for town, each in looks.items()
    }
    for turn in range(calls + 1):
        for town, each in looks.items():
            found = await _turn_pages(channel, each.request(town), tokens[town])
            if turn:  # the first prepares statements
                took[town] += found
    return took[LARGE], took[SMALL]


async def _turn_pages(channel: grpc.aio.Channel, request: watch.ListReportsRequest, token: str) -> list[float]:
    call: Unary = channel.unary_unary(LIST_REPORTS)
    took = []
    for _ in range(PAGES):
        began = perf_counter()
        raw = await call(request.SerializeToString(), metadata=(("authorization", f"Bearer {token}"),))
        took.append(perf_counter() - began)
        answer = watch.ListReportsResponse.FromString(raw)
        if not (token_of_next := answer.next_page_token):
            break
        request.page_token = token_of_next
    return took
