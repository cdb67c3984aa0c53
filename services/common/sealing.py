"""Sealing what names people: a data key per owner (a report), wrapped by the town's key, destroyed to forget.

A sealed value opens only in its own tenant, table, column and row, under its owner's data key. Nothing here logs,
and no error shows content.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Column, select, update

from services.common import ciphers
from services.common.ciphers import Key
from services.common.database import Tx
from services.common.errors import Refused
from services.common.foundation import DATA_KEYS
from services.common.keys import MasterKey
from services.common.schema import Row
from services.common.town_keys import TownKeys


class Shredded(Refused):
    """The owner's data key was destroyed: what it sealed is gone for good."""

    def __init__(self, owner: str) -> None:
        super().__init__("SHREDDED", "密封内容已按期限销毁，无法再打开。", owner=owner)


class NoKey(ciphers.Unreadable):
    """The owner never had a data key."""


@dataclass(frozen=True)
class DataKey:
    """The open data key of one owner, for the length of a transaction: not to be cached, or shredding would wait."""

    tenant: str
    owner: str
    key: Key

    def seal(self, column: Column[bytes], row: str, text: str) -> bytes:
        """The text, sealed for this column of the row with this id.

        Table and column are bound by name: renaming a sealed column takes a migration that seals anew.
        """
        return ciphers.seal(self.key, text.encode(), *self._place(column, row))

    def open(self, column: Column[bytes], row: str, sealed: bytes) -> str:
        """The text that was sealed for just this column and row. Raises `ciphers.Unreadable`."""
        return ciphers.unseal(self.key, sealed, *self._place(column, row)).decode()

    def mac(self, text: str) -> bytes:
        """32 bytes that prove the text as long as the data key lives, and tell nothing of it once it is shredded."""
        mac_key = hmac.digest(self.key.secret, b"minshao/mac", "sha256")
        return hmac.digest(mac_key, text.encode(), "sha256")

    def _place(self, column: Column[bytes], row: str) -> tuple[str, ...]:
        return self.tenant, column.table.name, column.name, row


KEY = (
    DATA_KEYS.c.owner.label("key_owner"),
    DATA_KEYS.c.id.label("key_id"),
    DATA_KEYS.c.town_key_id,
    DATA_KEYS.c.algorithm,
    DATA_KEYS.c.wrapped,
)
"""What a query that joins the data keys must select, so that its rows can be opened."""


class Sealer:
    """Makes, opens and destroys data keys in the caller's transaction and its tenant."""

    def __init__(self, master: MasterKey) -> None:
        self._towns = TownKeys(master)

    async def new_key(self, tx: Tx, owner: str) -> DataKey:
        """A data key for a new owner, stored by a pending insert: no round trip of its own.

        Only a tenant's first costs some, for the town key. Call it before taking other locks.
        """
        town = await self._towns.current(tx)
        key_id = uuid4()
        key = ciphers.CURRENT.new_key(key_id.bytes)
        tx.insert(
            DATA_KEYS,
            owner=owner,
            id=key_id,
            town_key_id=UUID(bytes=town.id),
            algorithm=key.cipher.name,
            wrapped=ciphers.seal(town, key.secret, *_place(tx, owner)),
        )
        return DataKey(tx.tenant, owner, key)

    async def key(self, tx: Tx, owner: str) -> DataKey:
        """The owner's data key, in one round trip. Raises `Shredded`, and `NoKey` where there never was one."""
        keys = DATA_KEYS.c
        chosen = select(keys.id, keys.town_key_id, keys.algorithm, keys.wrapped)
        row = await tx.row(chosen.where(keys.tenant == tx.tenant, keys.owner == owner))
        if row is None:
            raise NoKey("there is no data key")
        return await self._opened(tx, owner, row.town_key_id, row.id, row.algorithm, row.wrapped)

    async def key_or_new(self, tx: Tx, owner: str) -> DataKey:
        """The owner's data key, a new one where it has none yet. Raises `Shredded`. Hold the owner's row locked."""
        try:
            return await self.key(tx, owner)
        except NoKey:
            return await self.new_key(tx, owner)

    async def keys(self, tx: Tx, owners: Collection[str]) -> dict[str, DataKey]:
        """The data keys of those of the owners that have one which was not shredded, by owner; in one round trip."""
        if not owners:
            return {}
        keys = DATA_KEYS.c
        chosen = select(keys.owner, keys.town_key_id, keys.id, keys.algorithm, keys.wrapped)
        living = (keys.tenant == tx.tenant, keys.owner.in_(sorted(owners)), keys.wrapped.is_not(None))
        rows = await tx.rows(chosen.where(*living))
        return {row.owner: await self._opened(tx, *row) for row in rows}

    async def opened(self, tx: Tx, row: Row) -> DataKey:
        """The data key in a row of another query, which has the columns of KEY. Raises `Shredded`."""
        return await self._opened(tx, row.key_owner, row.town_key_id, row.key_id, row.algorithm, row.wrapped)

    async def shred(self, tx: Tx, owner: str, now: datetime) -> bool:
        """Destroy the owner's data key for good; True if there was one to destroy.

        Backups and the write-ahead log hold the wrapped key as long as they are kept; nothing else does.
        """
        keys = DATA_KEYS.c
        living = (keys.tenant == tx.tenant, keys.owner == owner, keys.wrapped.is_not(None))
        done = await tx.execute(update(DATA_KEYS).where(*living).values(wrapped=None, shred_time=now))
        return done.rowcount > 0

    async def _opened(
        self, tx: Tx, owner: str, town_key: UUID, id: UUID, algorithm: str, wrapped: bytes | None
    ) -> DataKey:
        if wrapped is None:
            raise Shredded(owner)
        town = await self._towns.named(tx, town_key)
        secret = ciphers.unseal(town, wrapped, *_place(tx, owner))
        return DataKey(tx.tenant, owner, Key(id.bytes, secret, ciphers.cipher_named(algorithm)))


def _place(tx: Tx, owner: str) -> tuple[str, str, str]:
    return tx.tenant, DATA_KEYS.name, owner
