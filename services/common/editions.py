"""Editions: what was computed of a period, frozen under a number when it was published. Nobody may change a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from services.common.schema import instant, tenant_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What was published of a period."""

    id: str
    number: str
    """As people cite it."""
    period: str
    """As it was asked for."""
    publisher: str
    """The account: its resource name."""
    publish_time: datetime
    content: bytes
    """What was frozen, as a message of the contract."""

    @property
    def hash(self) -> bytes:
        """What the ledger holds of the content."""
        return sha256(self.content).digest()


def edition_table(name: str, collection: sa.MetaData, *more: sa.Column[str] | sa.Column[int]) -> sa.Table:
    """A table of editions, found by number and listed by when they were published; with these columns beside."""
    table = tenant_table(
        name,
        collection,
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("publish_time", instant(), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        *more,
        key=("id",),
        app=("select", "insert"),
    )
    columns = table.c
    sa.Index(f"{name}_number_key", columns.tenant, columns.number, unique=True)
    sa.Index(f"{name}_publish_time_idx", columns.tenant, columns.publish_time, columns.id)
    return table
