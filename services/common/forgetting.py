"""Keeping and forgetting what is sealed of the records of a service: see `services.common.retention`.

Each record has a data key of its own, under its id. When it ends a deadline is set, and when that comes the key is
destroyed; nothing has a deadline while it is open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from google.protobuf.message import Message
from minshao.common.v1 import LEVEL_COUNTY, Level

from services.common import deadlines, ledger
from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.deadlines import Deadline, Handler
from services.common.retention import RetentionTable
from services.common.sealing import Sealer

SHREDDING = "record.shredding"
"""The kind of the deadline; its owner is the collection and the id, such as `cards/…`."""


class RecordShredded(Protocol):
    """The event of a service that says that a record can never be read again."""

    def __call__(self, *, record: str, visible_to: Level.ValueType) -> Message: ...


@dataclass(frozen=True, slots=True)
class Forgetting:
    """How one service forgets its records."""

    settings: RetentionTable
    shredded: RecordShredded

    async def keep(self, tx: Tx, collection: str, id: str, ended: datetime) -> None:
        """Sets when what is sealed of a record that ends at this instant is shredded; anew, where it was set before."""
        await self.keep_all(tx, collection, [id], ended)

    async def keep_all(self, tx: Tx, collection: str, ids: Collection[str], ended: datetime) -> None:
        """The same for several records that end together."""
        if not ids:
            return
        retention = await self.settings.load(tx)
        for id in ids:
            deadlines.schedule(tx, SHREDDING, f"{collection}/{id}", retention.shredded_from(ended))

    def handlers(self, sealer: Sealer, service: str) -> Mapping[str, Handler]:
        """What happens when the deadline comes: the data key of the record is destroyed, once."""

        async def shred(tx: Tx, deadline: Deadline, now: datetime) -> None:
            id = deadline.owner.rpartition("/")[2]
            if await sealer.shred(tx, id, now):
                event = self.shredded(record=f"tenants/{tx.tenant}/{deadline.owner}", visible_to=LEVEL_COUNTY)
                ledger.append(tx, SYSTEM(service), "shredding", id, 1, event, now)

        return {SHREDDING: shred}
