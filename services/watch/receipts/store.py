"""Receipts, found by the keyed hash of their code."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from services.common.database import Tx
from services.common.receipts import Found
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

_r = RECEIPTS.c
sa.Index("receipts_report_idx", _r.tenant, _r.report)


def insert(tx: Tx, hash: bytes, report: str) -> None:
    """A receipt, as a pending write."""
    tx.insert(RECEIPTS, hash=hash, report=report)


def expire(tx: Tx, report: str, now: datetime) -> None:
    """Ends the receipts of a report, as a pending write."""
    tx.write(sa.update(RECEIPTS).where(_r.tenant == tx.tenant, _r.report == report).values(expire_time=now))


async def find(tx: Tx, hash: bytes) -> Found | None:
    """The receipt with this hash."""
    row = await tx.row(sa.select(RECEIPTS).where(_r.tenant == tx.tenant, _r.hash == hash))
    return None if row is None else Found(row.hash, row.report, row.expire_time)
