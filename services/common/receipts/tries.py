"""Tries at receipt codes in a window of time: of each client, and at each code."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.schema import instant, metadata, tenant_table

RECEIPTS = metadata()
"""The tables here, which every service with receipts has beside its own."""

RECEIPT_TRIES = tenant_table(
    "receipt_tries",
    RECEIPTS,
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("window_start", instant(), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    key=("key", "window_start"),
)

_t = RECEIPT_TRIES.c


async def take_try(tx: Tx, keys: list[str], window: datetime) -> dict[str, int]:
    """Counts a try for each key and returns the counts; parallel tries wait for each other, so that none is lost."""
    rows = [{"tenant": tx.tenant, "key": key, "window_start": window, "tries": 1} for key in sorted(keys)]
    counted = postgresql.insert(RECEIPT_TRIES).values(rows)
    counted = counted.on_conflict_do_update(
        index_elements=[_t.tenant, _t.key, _t.window_start], set_={"tries": RECEIPT_TRIES.c.tries + 1}
    )
    return {row.key: row.tries for row in await tx.rows(counted.returning(_t.key, _t.tries))}


def give_back_try(tx: Tx, keys: list[str], window: datetime) -> None:
    """A try that succeeded is none, as pending writes: key by key in the order in which tries are counted, so that
    parallel ones wait for each other and never in a circle."""
    for key in sorted(keys):
        mine = sa.and_(_t.tenant == tx.tenant, _t.key == key, _t.window_start == window)
        tx.write(sa.update(RECEIPT_TRIES).where(mine).values(tries=RECEIPT_TRIES.c.tries - 1))


def forget_tries(tx: Tx, before: datetime) -> None:
    """Drops the counts of windows that are long over, as a pending write."""
    tx.write(sa.delete(RECEIPT_TRIES).where(_t.tenant == tx.tenant, _t.window_start < before))
