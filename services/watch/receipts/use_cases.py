"""Issuing receipts and opening reports with them (architecture: receipt codes; domain: watch, Report, Reporter).

Wrong, expired and unknown codes are one and the same to whoever tries. A try is counted before the code is looked at,
in a transaction of its own, and given back when it succeeds: so parallel tries cannot pass the limit together.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.database import Database, Tx
from services.common.errors import NotFound, TooMany
from services.common.keys import Hashing
from services.watch.receipts import codes, store

WINDOW = timedelta(minutes=15)
FAILED_TRIES = 10
"""So many failed tries a client has in a window; a code that does not exist has as many."""


def issue_receipt(tx: Tx, hashing: Hashing, report: str) -> str:
    """A new receipt code for a report, stored as a keyed hash by a pending write."""
    code = codes.new_code()
    store.insert(tx, codes.stored_hash(hashing, tx.tenant, code), report)
    return code


async def open_receipt(
    database: Database, tenant: str, hashing: Hashing, typed: str, client: str, now: datetime
) -> str:
    """The id of the report that a code opens. Raises Invalid for what is no code, TooMany, NotFound."""
    presented = codes.stored_hash(hashing, tenant, codes.read_code(typed))
    window = _window(now)
    keys = [f"client:{client}", f"code:{presented.hex()}"]
    async with database.transaction(tenant) as tx:
        counts = await store.take_try(tx, keys, window)
    if max(counts.values()) > FAILED_TRIES:
        raise TooMany(window + WINDOW - now, "查询码输入错误次数过多，请稍后再试。")
    async with database.transaction(tenant) as tx:
        found = await store.find(tx, presented)
        stored, report, expiry = found or (None, "", None)
        living = stored if expiry is None or expiry > now else None
        if not codes.opens(living, presented):
            raise NotFound("查询码", reason="NO_RECEIPT")
        store.give_back_try(tx, keys, window)
        store.forget_tries(tx, window - WINDOW)
    return report


async def expire_receipt(tx: Tx, report: str, now: datetime) -> None:
    store.expire(tx, report, now)


def _window(now: datetime) -> datetime:
    """The start of the window of time that `now` lies in."""
    return now - timedelta(seconds=now.timestamp() % WINDOW.total_seconds())
