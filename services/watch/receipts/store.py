"""Receipts, found by the keyed hash of their code; and the tries of each client."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.schema import instant, references, tenant_table
from services.watch.tables import metadata

RECEIPTS = tenant_table(
    "receipts",
    metadata,
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
    sa.Column("expire_time", instant()),
    references("reports", "report=id"),
    key=("hash",),
    app=("select", "insert", "update"),
)

RECEIPT_TRIES = tenant_table(
    "receipt_tries",
    metadata,
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("window_start", instant(), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    key=("key", "window_start"),
)
"""Tries in a window of time: of each client, and at each code."""

_r, _t = RECEIPTS.c, RECEIPT_TRIES.c
sa.Index("receipts_report_idx", _r.tenant, _r.report)


def insert(tx: Tx, hash: bytes, report: str) -> None:
    """A receipt, as a pending write."""
    tx.insert(RECEIPTS, hash=hash, report=report)


def expire(tx: Tx, report: str, now: datetime) -> None:
    """Ends the receipts of a report, as a pending write."""
    tx.write(sa.update(RECEIPTS).where(_r.tenant == tx.tenant, _r.report == report).values(expire_time=now))


async def find(tx: Tx, hash: bytes) -> tuple[bytes, str, datetime | None] | None:
    """The stored hash, the report's id and the expiry."""
    row = await tx.row(sa.select(RECEIPTS).where(_r.tenant == tx.tenant, _r.hash == hash))
    return row and (row.hash, row.report, row.expire_time)


async def take_try(tx: Tx, keys: list[str], window: datetime) -> dict[str, int]:
    """Counts a try for each key and returns the counts; parallel tries wait for each other, so that none is lost."""
    rows = [{"tenant": tx.tenant, "key": key, "window_start": window, "tries": 1} for key in sorted(keys)]
    counted = postgresql.insert(RECEIPT_TRIES).values(rows)
    counted = counted.on_conflict_do_update(
        index_elements=[_t.tenant, _t.key, _t.window_start], set_={"tries": RECEIPT_TRIES.c.tries + 1}
    )
    return {row.key: row.tries for row in await tx.rows(counted.returning(_t.key, _t.tries))}


def give_back_try(tx: Tx, keys: list[str], window: datetime) -> None:
    """A try that succeeded is none, as a pending write."""
    mine = sa.and_(_t.tenant == tx.tenant, _t.key.in_(keys), _t.window_start == window)
    tx.write(sa.update(RECEIPT_TRIES).where(mine).values(tries=RECEIPT_TRIES.c.tries - 1))


def forget_tries(tx: Tx, before: datetime) -> None:
    """Drops the counts of windows that are long over, as a pending write."""
    tx.write(sa.delete(RECEIPT_TRIES).where(_t.tenant == tx.tenant, _t.window_start < before))
