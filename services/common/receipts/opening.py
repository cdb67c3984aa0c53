"""Opening what a receipt code stands for.

Wrong, expired and unknown codes are one and the same to whoever tries. A try is counted before the code is looked at,
in a transaction of its own, and given back when it succeeds: so parallel tries cannot pass the limit together.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.common.database import Database, Tx
from services.common.errors import NotFound, TooMany
from services.common.receipts import codes, tries

WINDOW = timedelta(minutes=15)
FAILED_TRIES = 10
"""So many failed tries a client has in a window; a code that does not exist has as many."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What somebody shows in order to open a matter."""

    hash: bytes
    """The keyed hash by which it is found."""
    what: str = "查询码"
    """What people call it."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """What tries are counted under beside the client and the hash, with how many may fail in a window."""


@dataclass(frozen=True, slots=True)
class Found:
    """A receipt as a service keeps it."""

    hash: bytes
    opens: str
    """Id of what the code opens."""
    expire_time: datetime | None


async def open_receipt(
    database: Database,
    tenant: str,
    presented: Presented,
    client: str,
    now: datetime,
    find: Callable[[Tx, bytes], Awaitable[Found | None]],
) -> str:
    """The id of what is opened by what is presented; `find` looks it up by its hash. Raises TooMany, NotFound."""
    window = now - timedelta(seconds=now.timestamp() % WINDOW.total_seconds())
    own = dict.fromkeys((f"client:{client}", f"code:{presented.hash.hex()}"), FAILED_TRIES)
    limits = own | dict(presented.limits)
    keys = list(limits)
    async with database.transaction(tenant) as tx:
        counts = await tries.take_try(tx, keys, window)
    if any(counts[key] > most for key, most in limits.items()):
        raise TooMany(window + WINDOW - now, f"{presented.what}输入错误次数过多，请稍后再试。")
    async with database.transaction(tenant) as tx:
        found = await find(tx, presented.hash)
        living = found is not None and (found.expire_time is None or found.expire_time > now)
        same = codes.opens(found.hash if found and living else None, presented.hash)
        if found is None or not same:
            raise NotFound(presented.what, reason="NO_RECEIPT")
        tries.give_back_try(tx, keys, window)
        tries.forget_tries(tx, window - WINDOW)
    return found.opens
