"""Free texts that name people: sealed rows beside what they belong to, known to the ledger by id and HMAC only.

Each text is a row of its own, so that it is opened for whom it is meant. When its owner's data key is shredded none can
be read again, and readers find nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from services.common.database import Tx
from services.common.schema import instant, references, tenant_table
from services.common.sealing import DataKey, Sealer, Shredded


@dataclass(frozen=True, slots=True)
class Text:
    """A free text, opened."""

    role: str
    text: str
    author: str
    time: datetime


@dataclass(frozen=True, slots=True)
class SealedTexts:
    """The texts in one table."""

    table: sa.Table
    owner: str
    """The column that says what a text belongs to: the owner of the data key."""

    @staticmethod
    def beside(name: str, collection: sa.MetaData, owner: str, things: str) -> SealedTexts:
        """A table of texts, each of one of the things; `owner` names the column with its id."""
        table = tenant_table(
            name,
            collection,
            sa.Column(owner, sa.Text, nullable=False),
            sa.Column("id", sa.Text, nullable=False),
            sa.Column("role", sa.Text, nullable=False),
            sa.Column("sealed", sa.LargeBinary, nullable=False),
            sa.Column("author", sa.Text, nullable=False),
            sa.Column("create_time", instant(), nullable=False),
            references(things, f"{owner}=id"),
            key=(owner, "id"),
            app=("select", "insert"),
        )
        return SealedTexts(table, owner)

    def put(self, tx: Tx, key: DataKey, role: str, text: str, author: str, now: datetime) -> tuple[str, bytes]:
        """Seals a text as a pending write; returns what the ledger may hold of it: its id and its HMAC."""
        id = uuid4().hex
        sealed = key.seal(self.table.c.sealed, id, text)
        row = {self.owner: key.owner, "id": id, "role": role, "sealed": sealed, "author": author, "create_time": now}
        tx.insert(self.table, **row)
        return id, key.mac(text)

    async def read(self, tx: Tx, sealer: Sealer, owner: str, roles: Iterable[str]) -> list[Text]:
        """The owner's texts that have one of the roles, oldest first; none once they were shredded."""
        t = self.table.c
        wanted = sa.select(self.table).where(t.tenant == tx.tenant, t[self.owner] == owner, t.role.in_(sorted(roles)))
        rows = await tx.rows(wanted.order_by(t.create_time, t.id))
        if not rows:
            return []
        try:
            key = await sealer.key(tx, owner)
        except Shredded:
            return []
        return [Text(row.role, key.open(t.sealed, row.id, row.sealed), row.author, row.create_time) for row in rows]


def last(texts: Iterable[Text], role: str) -> str:
    """The newest text of a role; empty where there is none."""
    return next((each.text for each in reversed(list(texts)) if each.role == role), "")
