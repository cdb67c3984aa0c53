"""Series of numbers without gaps: the last number of each is a row, which is the lock until the commit."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.selectable import TypedReturnsRows

from services.common.database import Tx
from services.common.schema import tenant_table


def series(name: str, collection: sa.MetaData, *columns: sa.Column[str] | sa.Column[int]) -> sa.Table:
    """A table of series, one for each value of these columns."""
    last = sa.Column("last", sa.Integer, nullable=False)
    return tenant_table(
        name, collection, *columns, last, key=[each.name for each in columns], app=("select", "insert", "update")
    )


def next_in(table: sa.Table) -> TypedReturnsRows[int]:
    """Counts on, in one round trip. Made once for each table: to build it takes as long as to send it.

    Its parameters are those of the key, each with `this_` before its name.
    """
    key = list(table.primary_key)
    first = postgresql.insert(table).values(
        {column.name: sa.bindparam(f"this_{column.name}") for column in key} | {"last": sa.bindparam("many")}
    )
    counted = first.on_conflict_do_update(index_elements=key, set_={"last": table.c.last + first.excluded.last})
    return counted.returning(table.c.last)


async def take_next(tx: Tx, following: TypedReturnsRows[int], **which: str | int) -> int:
    """The next number of the series. Holds it until the transaction ends: call it last."""
    [number] = await take_next_ones(tx, following, 1, **which)
    return number


async def take_next_ones(tx: Tx, following: TypedReturnsRows[int], many: int, **which: str | int) -> range:
    """The next so many numbers of the series."""
    named = {f"this_{name}": value for name, value in which.items()}
    last = await tx.scalar(following, {"this_tenant": tx.tenant, "many": many, **named}) or many
    return range(last - many + 1, last + 1)
