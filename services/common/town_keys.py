"""One key per tenant between the master key and the data keys: made on first use, kept open in memory, re-wrapped.

Rotating the master key touches only these rows, one per town and service, and no sealed value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.common import ciphers
from services.common.ciphers import Key
from services.common.database import Database, Tx
from services.common.foundation import TOWN_KEYS
from services.common.keys import MasterKey

CURRENT_ID = UUID(int=1)
"""The town key for new data keys. One fixed id, so that two who make it at the same time collide and share it."""


class TownKeys:
    """The town keys of every tenant that this process has met, kept open in memory as long as it runs."""

    def __init__(self, master: MasterKey) -> None:
        self._master = master
        self._open: dict[tuple[str, UUID], Key] = {}

    async def current(self, tx: Tx) -> Key:
        """The key for new data keys; made here if the tenant has none yet.

        Parallel makers wait for the first to commit, so take no lock before that they could want.
        """
        if (known := self._open.get((tx.tenant, CURRENT_ID))) is not None:
            return known
        row = await self._row(tx, CURRENT_ID)
        if row is None:
            await self._make(tx)
            row = await self._row(tx, CURRENT_ID)
        return await self._unwrap(tx, row)

    async def named(self, tx: Tx, key_id: UUID) -> Key:
        """The key that wrapped a data key. Raises `ciphers.Unreadable` where its row is gone."""
        if (known := self._open.get((tx.tenant, key_id))) is not None:
            return known
        return await self._unwrap(tx, await self._row(tx, key_id))

    async def _row(self, tx: Tx, key_id: UUID) -> Row[UUID, str, str, bytes] | None:
        keys = TOWN_KEYS.c
        chosen = select(keys.id, keys.master_key_id, keys.algorithm, keys.wrapped)
        return await tx.row(chosen.where(keys.tenant == tx.tenant, keys.id == key_id))

    async def _make(self, tx: Tx) -> None:
        key = ciphers.CURRENT.new_key(CURRENT_ID.bytes)
        row = insert(TOWN_KEYS).values(
            tenant=tx.tenant,
            id=CURRENT_ID,
            master_key_id=self._master.newest,
            algorithm=key.cipher.name,
            wrapped=await self._master.wrap(key.secret, *_place(tx, CURRENT_ID)),
            create_time=func.now(),
        )
        await tx.execute(row.on_conflict_do_nothing())

    async def _unwrap(self, tx: Tx, row: Row[UUID, str, str, bytes] | None) -> Key:
        if row is None:
            raise ciphers.Unreadable(f"tenant {tx.tenant} has lost a town key")
        secret = await self._master.unwrap(row.master_key_id, row.wrapped, *_place(tx, row.id))
        key = Key(row.id.bytes, secret, ciphers.cipher_named(row.algorithm))
        place = (tx.tenant, row.id)
        # Only what is committed may be remembered: data keys under a town key that was rolled back never open again.
        tx.on_commit(lambda: self._open.__setitem__(place, key))
        return key


@dataclass(frozen=True)
class Rotation:
    """What a rotation did. The older master keys may be removed once a run re-wraps none, with every process
    restarted on the ring that has the newest."""

    newest: str
    """Id of the master key that wraps every town key now."""
    rewrapped: int
    current: int
    """Town keys that were under the newest already."""


async def rotate(database: Database, tenants: Iterable[str], master: MasterKey) -> Rotation:
    """Wrap every town key of this database under the newest master key.

    One transaction per tenant: breaking off loses nothing, and running again goes on where it stopped. Raises
    `keys.BadKeys` where a key is still wrapped by a master key that is not configured. Open town keys stay valid.
    """
    rewrapped = current = 0
    for tenant in tenants:
        async with database.transaction(tenant) as tx:
            keys = TOWN_KEYS.c
            chosen = select(keys.id, keys.master_key_id, keys.wrapped).where(keys.tenant == tenant)
            for row in await tx.rows(chosen.with_for_update()):
                if row.master_key_id == master.newest:
                    current += 1
                else:
                    await _rewrap(tx, row, master)
                    rewrapped += 1
    return Rotation(master.newest, rewrapped, current)


async def _rewrap(tx: Tx, row: Row[UUID, str, bytes], master: MasterKey) -> None:
    secret = await master.unwrap(row.master_key_id, row.wrapped, *_place(tx, row.id))
    wrapped = await master.wrap(secret, *_place(tx, row.id))
    keys = TOWN_KEYS.c
    this = (keys.tenant == tx.tenant, keys.id == row.id)
    await tx.execute(update(TOWN_KEYS).where(*this).values(master_key_id=master.newest, wrapped=wrapped))


def _place(tx: Tx, key_id: UUID) -> tuple[str, str, str]:
    return tx.tenant, TOWN_KEYS.name, str(key_id)
