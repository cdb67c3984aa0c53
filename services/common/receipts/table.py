"""The receipts of a service, beside what they open."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from services.common.database import Tx
from services.common.receipts.opening import Found
from services.common.schema import instant, references, tenant_table


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts in one table."""

    table: sa.Table
    owner: str
    """The column that says what a receipt opens."""

    @staticmethod
    def beside(name: str, collection: sa.MetaData, owner: str, things: str) -> Receipts:
        """A table of receipts, each of which opens one of the things; `owner` names the column with its id.

        `expire_time` is what the version before wrote; one that has expired is deleted.
        """
        table = tenant_table(
            name,
            collection,
            sa.Column("hash", sa.LargeBinary, nullable=False),
            sa.Column(owner, sa.Text, nullable=False),
            sa.Column("expire_time", instant()),
            references(things, f"{owner}=id"),
            key=("hash",),
            app=("select", "insert", "update", "delete"),
        )
        return Receipts(table, owner)

    def insert(self, tx: Tx, hash: bytes, opens: str) -> None:
        """PENDING: a receipt that is found by this hash."""
        tx.insert(self.table, **{"hash": hash, self.owner: opens})

    async def find(self, tx: Tx, hash: bytes) -> Found | None:
        """The receipt with this hash."""
        t = self.table.c
        row = await tx.row(sa.select(self.table).where(t.tenant == tx.tenant, t.hash == hash))
        return None if row is None else Found(row.hash, getattr(row, self.owner), row.expire_time)

    async def forget(self, tx: Tx, opens: str) -> bool:
        """What this could be found by is gone, and opens nothing any more; whether there was anything."""
        return (await tx.execute(sa.delete(self.table).where(*self._of(tx, opens)))).rowcount > 0

    def _of(self, tx: Tx, opens: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
        return self.table.c.tenant == tx.tenant, self.table.c[self.owner] == opens
