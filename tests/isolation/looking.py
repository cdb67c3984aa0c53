"""All that somebody can look at without knowing any id: what one sees there is how one would notice a matter."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import openpyxl
from google.protobuf.message import Message
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as watch

from services.common.errors import DomainError, Kind
from tests.isolation.county import County, slugs
from tests.isolation.people import COUNTY, Person, unit_code

Filter = watch.ListReportsRequest.Filter

FIRST_DAY, LAST_DAY = "2026-09-01", "2026-12-31"
REGISTER = "ExportRegisterRequest"

Seen = dict[str, str]
"""What was shown, by what was asked."""


def questions(who: Person, tenant: str) -> Iterator[Message]:
    """Every list and count of a tenant, as wide as it can be asked for and narrowed."""
    parent = f"tenants/{tenant}"
    yield watch.ListReportsRequest(parent=parent, page_size=200)
    for narrowed in (Filter(overdue=True), Filter(open=True), Filter(waiting_for_my_level=True)):
        yield watch.ListReportsRequest(parent=parent, filter=narrowed)
    yield watch.ListPostsRequest(parent=parent)
    yield watch.ListPostsRequest(parent=parent, overdue=True)
    yield watch.ListNominationsRequest(parent=parent)
    yield watch.ListSupervisorsRequest(parent=parent)
    yield watch.ListMeetingsRequest(parent=parent)
    yield watch.ListBoxOpeningsRequest(parent=parent)
    yield watch.ListOversightsRequest(parent=parent)
    yield watch.ListPublishedAnswersRequest(parent=parent)
    for slug in slugs(tenant):
        unit = unit_code(tenant, slug)
        yield watch.GetPostRequest(name=f"{parent}/posts/{unit}")
        yield _figures(parent, f"{parent}/units/{unit}")
        yield whole_register(parent, f"{parent}/units/{unit}")
    yield _figures(parent, "")
    yield whole_register(parent)
    observers = (parent, f"tenants/{COUNTY}") if len(who.tenant) == len(COUNTY) else (parent,)
    for observer in observers:
        yield gateway.ListFeedRequest(parent=observer, page_size=200, newest_first=True)
        yield gateway.ListOverdueRequest(parent=observer, page_size=200)
        yield gateway.GetDailyFiguresRequest(parent=observer, first_day=FIRST_DAY, last_day=LAST_DAY)


async def look(county: County, who: Person, tenant: str = "") -> Seen:
    """All that somebody sees in a tenant, their own unless another is named."""
    token = county.tokens.good(who)
    seen = {}
    for request in questions(who, tenant or who.tenant):
        asked = f"{type(request).__name__} {request}"
        try:
            reply = await county.rehearse(token, request)
        except DomainError as error:
            if error.kind not in (Kind.DENIED, Kind.NOT_FOUND):
                raise
            seen[asked] = error.kind.name
        else:
            seen[asked] = str(cells_of(reply) if isinstance(reply, watch.ExportRegisterResponse) else reply)
    return seen


def noticed(before: Seen, after: Seen) -> list[str]:
    """What was asked and is now answered otherwise."""
    return [f"{asked}: {before[asked]} → {after[asked]}" for asked in before if before[asked] != after[asked]]


def cells_of(register: watch.ExportRegisterResponse) -> list[tuple[object, ...]]:
    """The rows of the register, without empty cells. The file itself would say when it was made."""
    sheet = openpyxl.load_workbook(BytesIO(register.content)).worksheets[0]
    return [tuple(cell for cell in row if cell) for row in sheet.iter_rows(values_only=True)]


def _figures(parent: str, unit: str) -> watch.GetFiguresRequest:
    return watch.GetFiguresRequest(parent=parent, unit=unit, first_day=FIRST_DAY, last_day=LAST_DAY)


def whole_register(parent: str, unit: str = "") -> watch.ExportRegisterRequest:
    xlsx = watch.ExportRegisterRequest.FORMAT_XLSX
    return watch.ExportRegisterRequest(parent=parent, unit=unit, year=2026, format=xlsx)
