"""Recomputing a tenant's chain: what was changed, taken out, put in, swapped or cut off afterwards shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import sqlalchemy as sa

from services.common.database import Database
from services.common.foundation import LEDGER, LEDGER_HEADS
from services.common.ledger.chain import GENESIS, entry_hash
from services.common.ledger.entries import COLUMNS, Entry

AT_A_TIME = 1000

TENANT = sa.bindparam("tenant", type_=sa.Text)
PAGE = (
    sa.select(*COLUMNS)
    .where(LEDGER.c.tenant == TENANT, LEDGER.c.number > sa.bindparam("after", type_=sa.BigInteger))
    .order_by(LEDGER.c.number)
    .limit(AT_A_TIME)
)
HEAD = sa.select(LEDGER_HEADS.c.number, LEDGER_HEADS.c.hash).where(LEDGER_HEADS.c.tenant == TENANT).subquery()
LAST = sa.select(sa.func.coalesce(sa.func.max(LEDGER.c.number), 0)).where(LEDGER.c.tenant == TENANT)
WAITING = sa.select(sa.func.count()).where(LEDGER.c.tenant == TENANT, LEDGER.c.number.is_(None))
# One statement, for one snapshot: the relay moves head and entries together.
END = sa.select(
    sa.func.coalesce(sa.select(HEAD.c.number).scalar_subquery(), 0).label("head_number"),
    sa.func.coalesce(sa.select(HEAD.c.hash).scalar_subquery(), GENESIS).label("head_hash"),
    LAST.scalar_subquery().label("last"),
    WAITING.scalar_subquery().label("unnumbered"),
)


class Fault(Enum):
    """What is wrong at the first broken place."""

    CHANGED = "the entry is not the one that was hashed: changed, swapped or put in"
    MISSING = "there is no entry with this number, but there are later ones"
    CUT_OFF = "the chain ends before the number that its head names"
    BEYOND = "there are entries beyond the number that the chain's head names"
    HEAD = "the chain's head has another hash than the last entry"
    CONTRADICTED = "a hash that was kept elsewhere is not that of the entry with its number"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place from which the chain does not hold."""

    number: int
    fault: Fault
    entry: UUID | None = None
    """Id of the entry that stands in that place; None where none does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of one tenant's ledger found."""

    tenant: str
    entries: int
    """Entries that hold, counted up to the first broken one."""
    unnumbered: int
    """Committed entries that have no number yet: the chain does not protect them so far."""
    head: bytes
    """Hash of the last entry that holds."""
    first_broken: Broken | None


async def verify(database: Database, tenant: str, witnesses: Mapping[int, bytes] | None = None) -> Verdict:
    """Recomputes the tenant's whole chain with the rights of the application, a page at a time.

    `witnesses` are hashes by number that someone else has kept, such as the county from its feed: they convict even
    who recomputed every hash. The relay may go on numbering meanwhile.
    """
    chain = _Chain(witnesses or {})
    while True:
        async with database.transaction(tenant) as tx:
            page = await tx.rows(PAGE, {"tenant": tenant, "after": chain.number})
            end = (await tx.rows(END, {"tenant": tenant}))[0]
        broken = chain.walk(Entry(*row) for row in page)
        if broken is None and chain.number < end.last:
            continue
        broken = broken or chain.compare(end.head_number, end.head_hash, end.last)
        return Verdict(tenant, chain.number, end.unnumbered, chain.hash, broken)


class _Chain:
    """How far the chain has been walked, and the hash there."""

    def __init__(self, witnesses: Mapping[int, bytes]) -> None:
        self.number = 0
        self.hash = GENESIS
        self._witnesses = witnesses

    def walk(self, entries: Iterable[Entry]) -> Broken | None:
        """Goes on over these entries, up to the first broken one."""
        for entry in entries:
            number = self.number + 1
            if entry.number != number:
                return Broken(number, Fault.MISSING)
            if entry.hash != (computed := entry_hash(entry, number, self.hash)):
                return Broken(number, Fault.CHANGED, entry.id)
            if self._witnesses.get(number, computed) != computed:
                return Broken(number, Fault.CONTRADICTED, entry.id)
            self.number, self.hash = number, computed
        return None

    def compare(self, head_number: int, head_hash: bytes, last: int) -> Broken | None:
        """Holds the walked chain against its recorded end, and against witnesses of what should follow."""
        if head_number > last:
            return Broken(last + 1, Fault.CUT_OFF)
        if head_number < last:
            return Broken(head_number + 1, Fault.BEYOND)
        if head_hash != self.hash:
            return Broken(last, Fault.HEAD)
        beyond = [number for number in self._witnesses if number > last]
        return Broken(min(beyond), Fault.CONTRADICTED) if beyond else None
