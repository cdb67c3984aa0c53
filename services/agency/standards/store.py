"""The table of the standards and its queries. They stand in the county's tenant."""

from __future__ import annotations

import minshao.agency.v1 as pb
import sqlalchemy as sa

from services.agency.standards.domain import Standards
from services.agency.standards.encoding import content_message, content_of
from services.agency.tables import metadata
from services.common.database import Tx
from services.common.keyset import following
from services.common.schema import Row, instant, tenant_table

STANDARDS = tenant_table(
    "standards",
    metadata,
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("publish_time", instant(), nullable=False),
    key=("version",),
    app=("select", "insert"),
)
"""What each version says, as the message of the contract. Nobody may change a row: points were inspected by it."""

_s = STANDARDS.c


def insert(tx: Tx, standards: Standards) -> None:
    """PENDING: a new version. Sent, it raises UniqueViolation where another one took its number."""
    content = content_message(standards.content).SerializeToString(deterministic=True)
    tx.insert(STANDARDS, version=standards.version, content=content, publish_time=standards.publish_time)


async def load(tx: Tx, version: int = 0) -> Standards | None:
    """A version of the county of the transaction; the current one when 0."""
    chosen = sa.select(STANDARDS).where(_s.tenant == tx.tenant)
    if version:
        chosen = chosen.where(_s.version == version)
    row = await tx.row(chosen.order_by(_s.version.desc()).limit(1))
    return None if row is None else _of(row)


async def page(tx: Tx, descending: bool, after: tuple[int] | None, limit: int) -> list[Standards]:
    """At most `limit` versions of the county of the transaction."""
    chosen = sa.select(STANDARDS).where(_s.tenant == tx.tenant)
    return [_of(row) for row in await tx.rows(following(chosen, (_s.version,), after, limit, descending=descending))]


def _of(row: Row) -> Standards:
    return Standards(row.version, content_of(pb.StandardsContent.FromString(row.content)), row.publish_time)
