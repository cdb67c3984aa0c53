"""Issuing receipts and opening reports with them (domain §2, Reporter)."""

from __future__ import annotations

from datetime import datetime

from services.common import receipts
from services.common.database import Database, Tx
from services.common.keys import Hashing
from services.watch.receipts import store

SERVICE = "watch"


def issue_receipt(tx: Tx, hashing: Hashing, report: str) -> str:
    """A new receipt code for a report, stored as a keyed hash by a pending write."""
    code = receipts.new_code()
    store.RECEIPTS.insert(tx, receipts.stored_hash(hashing, SERVICE, tx.tenant, code), report)
    return code


async def open_receipt(
    database: Database, tenant: str, hashing: Hashing, typed: str, client: str, now: datetime
) -> str:
    """The id of the report that a code opens. Raises Invalid for what is no code, TooMany, NotFound."""
    presented = receipts.Presented(receipts.stored_hash(hashing, SERVICE, tenant, receipts.read_code(typed)))
    return await receipts.open_receipt(database, tenant, presented, client, now, store.RECEIPTS.find)


async def forget_receipt(tx: Tx, report: str) -> None:
    await store.RECEIPTS.forget(tx, report)
