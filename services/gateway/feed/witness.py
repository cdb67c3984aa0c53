"""The county as witness: its copies of the towns' ledgers, which convict a town that rewrites its history."""

from __future__ import annotations

from collections.abc import AsyncIterator

from services.common.access import county_of
from services.common.database import Database
from services.common.ledger.witnesses import Witness
from services.gateway.feed import store


async def copies(database: Database, town: str) -> AsyncIterator[Witness]:
    """What the county's feed has kept of the town's ledgers, in the order in which it came."""
    last = 0
    while True:
        async with database.transaction(county_of(town)) as tx:
            entries = await store.entries_of(tx, town, last)
        if not entries:
            return
        for entry in entries:
            yield Witness(town, entry.service, entry.ledger_number, entry.ledger_hash)
        last = entries[-1].number
