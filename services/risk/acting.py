"""One person, or the system, acting in the risk service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import sqlalchemy as sa
from google.protobuf.message import Message

from services.common import ledger
from services.common.access import SYSTEM, Actor
from services.common.database import Tx
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.risk.risk import Risk
from services.risk.sight import reads_sealed


@dataclass(slots=True)
class Acting:
    """Who acts, when and in which transaction."""

    risk: Risk
    tx: Tx
    actor: Actor
    now: datetime
    """When the call began; from the moment at which a unit is locked on, later than all that was done in it before."""

    @property
    def today(self) -> date:
        """Of Shanghai."""
        return local_date(self.now)

    def tell(self, aggregate: str, id: str, version: int, event: Message) -> None:
        """PENDING: appends the event to the ledger."""
        ledger.append(self.tx, self.actor, aggregate, id, version, event, self.now)

    def named(self, collection: str, id: str) -> str:
        """Resource name of a thing of the tenant; empty for none."""
        return f"tenants/{self.tx.tenant}/{collection}/{id}" if id else ""

    @property
    def reads_sealed(self) -> bool:
        """`sight.reads_sealed` for who acts."""
        return reads_sealed(self.actor, self.tx.tenant)

    async def opened(self, owner: str, column: sa.Column[bytes], sealed: bytes) -> str:
        """The text that was sealed in a column of the row with this id; empty once it was shredded."""
        keys = await self.risk.sealer.keys(self.tx, [owner])
        return keys[owner].open(column, owner, sealed) if owner in keys else ""


@asynccontextmanager
async def acting_in(risk: Risk, call: Call) -> AsyncIterator[Acting]:
    """The one transaction of a call, and the caller in it."""
    async with call.transaction() as tx:
        yield acting_on(risk, tx, call)


def acting_on(risk: Risk, tx: Tx, call: Call) -> Acting:
    return Acting(risk, tx, call.actor, call.now)


def content_hash(content: Message) -> bytes:
    """What the ledger holds of what was written: SHA-256 of the message's bytes."""
    return sha256(content.SerializeToString(deterministic=True)).digest()


def system_acting(risk: Risk, tx: Tx, now: datetime) -> Acting:
    """The service itself: deadlines that come, and events that arrive."""
    return Acting(risk, tx, SYSTEM("risk"), now)
