"""Table and queries of diary entries: they are written and read, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from services.agency.diary.domain import Entry
from services.agency.tables import metadata
from services.common.database import Tx
from services.common.rows import Rows, of_units
from services.common.schema import instant, references, tenant_table

ENTRIES = tenant_table(
    "diary_entries",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("point", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("date", sa.Date, nullable=False),
    sa.Column("visited", sa.Text, nullable=False),
    sa.Column("corrects", sa.Text),
    sa.Column("write_time", instant(), nullable=False),
    sa.Column("sealed_text", sa.LargeBinary),
    sa.Column("sealed_follow_up", sa.LargeBinary),
    references("points", "point=unit"),
    references("diary_entries", "corrects=id"),
    key=("id",),
    app=("select", "insert"),
)

_e = ENTRIES.c
sa.Index("diary_entries_date_idx", _e.tenant, _e.date, _e.id)
sa.Index("diary_entries_corrects_key", _e.tenant, _e.corrects, unique=True)

ROWS = Rows(ENTRIES, Entry, "民情日志")

Position = tuple[date, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries a list holds; None and empty: whichever."""

    units: Collection[str] | None
    author: str
    first_day: date | None
    last_day: date | None


async def page(tx: Tx, wanted: Wanted, descending: bool, after: Position | None, limit: int) -> list[Entry]:
    """At most `limit` entries behind `after`, by their day."""
    conditions = of_units(_e.point, wanted.units)
    if wanted.author:
        conditions.append(_e.author == wanted.author)
    if wanted.first_day is not None:
        conditions.append(_e.date >= wanted.first_day)
    if wanted.last_day is not None:
        conditions.append(_e.date <= wanted.last_day)
    return await ROWS.page(tx, conditions, (_e.date, _e.id), after, limit, descending=descending)


async def corrections(tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """The id of the correction of each of the entries that has one."""
    these = sa.select(_e.corrects, _e.id).where(_e.tenant == tx.tenant, _e.corrects.in_(list(ids)))
    return {row.corrects: row.id for row in await tx.rows(these)}
