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
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.foundation import DATA_KEYS
from services.common.schema import instant, references, tenant_table
from services.common.sealing import KEY, DataKey, Sealer, Shredded


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
    wanted: sa.Select[*tuple[object, ...]]
    """The texts of one owner that have one of some roles, each with the data key. Made once: to build it takes longer
    than to send it."""

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
        t, keys = table.c, DATA_KEYS.c
        wanted = (
            sa.select(t.role, t.id, t.sealed, t.author, t.create_time, *KEY)
            .select_from(table.join(DATA_KEYS, sa.and_(keys.tenant == t.tenant, keys.owner == t[owner])))
            .where(t.tenant == sa.bindparam("this_tenant"), t[owner] == sa.bindparam("this_owner"))
            .where(t.role == sa.any_(sa.bindparam("these_roles", type_=postgresql.ARRAY(sa.Text))))
            .order_by(t.create_time, t.id)
        )
        return SealedTexts(table, owner, wanted)

    def put(self, tx: Tx, key: DataKey, role: str, text: str, author: str, now: datetime) -> tuple[str, bytes]:
        """Seals a text as a pending write; returns what the ledger may hold of it: its id and its HMAC."""
        id = uuid4().hex
        sealed = key.seal(self.table.c.sealed, id, text)
        row = {self.owner: key.owner, "id": id, "role": role, "sealed": sealed, "author": author, "create_time": now}
        tx.insert(self.table, **row)
        return id, key.mac(text)

    async def read(self, tx: Tx, sealer: Sealer, owner: str, roles: Iterable[str]) -> list[Text]:
        """The owner's texts that have one of the roles, oldest first; none once they were shredded."""
        rows = await tx.rows(self.wanted, {"this_tenant": tx.tenant, "this_owner": owner, "these_roles": sorted(roles)})
        if not rows:
            return []
        try:
            key = await sealer.opened(tx, rows[0])
        except Shredded:
            return []
        sealed = self.table.c.sealed
        return [Text(row.role, key.open(sealed, row.id, row.sealed), row.author, row.create_time) for row in rows]


def last(texts: Iterable[Text], role: str) -> str:
    """The newest text of a role; empty where there is none."""
    return next((each.text for each in reversed(list(texts)) if each.role == role), "")
