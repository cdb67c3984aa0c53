"""The numbers that people cite: a series for each kind of thing, in each tenant and year, without gaps."""

from __future__ import annotations

import sqlalchemy as sa

from services.common.organisation.lookup import this_tenant
from services.common.series import next_in, series, take_next_ones
from services.risk.acting import Acting
from services.risk.tables import metadata

SERIES = series(
    "number_series",
    metadata,
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
)

INFORMATION_SERIES, WARNING_SERIES = "险", "警"

_NEXT = next_in(SERIES)


async def next_number(acting: Acting, kind: str) -> str:
    """The next number, such as `景村警〔2026〕3号` for `警`. Holds the series until the transaction ends."""
    [number] = await next_numbers(acting, kind, 1)
    return number


async def next_numbers(acting: Acting, kind: str, many: int) -> list[str]:
    """The next so many numbers."""
    tenant, year = await this_tenant(acting.tx), acting.today.year
    serials = await take_next_ones(acting.tx, _NEXT, many, kind=kind, year=year)
    return [f"{tenant.short_name}{kind}〔{year}〕{serial}号" for serial in serials]


async def hold_series(acting: Acting, kind: str) -> None:
    """Lets nobody else take a number of this kind until the transaction ends, also where none was taken yet."""
    await take_next_ones(acting.tx, _NEXT, 0, kind=kind, year=acting.today.year)
