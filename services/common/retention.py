"""Keeping and forgetting: how long a receipt code works, and sealed content is kept, after a matter has ended.

Each town sets both, in each service for itself; what it sets counts for what ends afterwards. Numbers, dates, figures
and the ledger stay for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from minshao.common.v1 import LEVEL_TOWN, Level
from sqlalchemy.dialects import postgresql

from services.common import ledger
from services.common.access import Actor, Role, is_county
from services.common.database import Tx
from services.common.errors import Denied, Invalid
from services.common.periods import local_date, start_of_day
from services.common.schema import tenant_table

LIMITS = {"receipt_days": range(15, 3651), "retention_years": range(1, 31)}
"""By field. A receipt works at least as long as an answer can be contested."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What a town has set, or the defaults where it set nothing."""

    receipt_days: int = 365
    """How many days after closing a receipt code works."""
    retention_years: int = 5
    """How many years after closing sealed content is kept."""
    version: int = 0
    """Rises with each change; 0 while everything is as it was from the beginning."""

    def receipt_expires(self, closed: datetime) -> datetime:
        return start_of_day(local_date(closed) + timedelta(days=self.receipt_days))

    def shredded_from(self, closed: datetime) -> datetime:
        """The day of the closing so many years later; the first of March where that year has no 29 February."""
        day = local_date(closed)
        year = day.year + self.retention_years
        try:
            return start_of_day(day.replace(year=year))
        except ValueError:
            return start_of_day(date(year, 3, 1))


class Changed(Protocol):
    """The event of a service that says what is set from now on."""

    def __call__(self, *, receipt_days: int, retention_years: int, visible_to: Level.ValueType) -> Message: ...


@dataclass(frozen=True, slots=True)
class RetentionTable:
    """Where a service keeps what its towns have set; a town without a row has the defaults."""

    table: sa.Table

    @staticmethod
    def of(name: str, collection: sa.MetaData) -> RetentionTable:
        table = tenant_table(
            name,
            collection,
            sa.Column("receipt_days", sa.Integer, nullable=False),
            sa.Column("retention_years", sa.Integer, nullable=False),
            sa.Column("version", sa.BigInteger, nullable=False),
            app=("select", "insert", "update"),
        )
        return RetentionTable(table)

    async def load(self, tx: Tx) -> Retention:
        """What holds in the town of the transaction."""
        row = await tx.row(sa.select(self.table).where(self.table.c.tenant == tx.tenant))
        return Retention() if row is None else Retention(row.receipt_days, row.retention_years, row.version)

    async def change(self, tx: Tx, actor: Actor, changes: dict[str, int], changed: Changed, now: datetime) -> Retention:
        """Sets the fields that are named; what is as it was leaves no trace. The county changes no town's. Raises
        Denied.

        Two at once: the ledger takes one version once, and the second is told to read again.
        """
        if actor.has(Role.COUNTY_DISCIPLINE) and not is_county(tx.tenant):
            raise Denied("镇（街道）的设置由镇纪委修改。", "NOT_OWN_SETTINGS")
        before = await self.load(tx)
        after = replace(before, **changes)
        if after == before:
            return before
        after = replace(after, version=before.version + 1)
        values = {name: getattr(after, name) for name in (*LIMITS, "version")}
        new = postgresql.insert(self.table).values(tenant=tx.tenant, **values)
        tx.write(new.on_conflict_do_update(index_elements=[self.table.c.tenant], set_=values))
        event = changed(receipt_days=after.receipt_days, retention_years=after.retention_years, visible_to=LEVEL_TOWN)
        ledger.append(tx, actor, "settings", tx.tenant, after.version, event, now)
        return after


def changes_of(settings: Message, mask: FieldMask) -> dict[str, int]:
    """The fields that the mask names, with their values. Raises Invalid."""
    paths = set(mask.paths)
    if not paths or paths - LIMITS.keys():
        raise Invalid("update_mask", f"只能修改 {'、'.join(LIMITS)}。")
    changes: dict[str, int] = {path: getattr(settings, path) for path in paths}
    for path, value in changes.items():
        if value not in LIMITS[path]:
            raise Invalid(f"settings.{path}", f"应在 {LIMITS[path].start} 到 {LIMITS[path].stop - 1} 之间。")
    return changes
