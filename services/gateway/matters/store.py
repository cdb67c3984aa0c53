"""The table of what followed from what, for each observer. It can be dropped and rebuilt from the feed at any time."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.schema import tenant_table
from services.gateway.matters.projection import Link
from services.gateway.tables import metadata

LINKS = tenant_table(
    "matter_links",
    metadata,
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    key=("source", "target"),
    app=("select", "insert", "delete"),
)

_l = LINKS.c
sa.Index("matter_links_target_idx", _l.tenant, _l.target)

CHAIN = sa.text(
    """
    WITH RECURSIVE behind (name) AS (
        SELECT CAST(:name AS text)
        UNION SELECT source FROM matter_links JOIN behind ON tenant = :tenant AND target = name
    ), ahead (name) AS (
        SELECT CAST(:name AS text)
        UNION SELECT target FROM matter_links JOIN ahead ON tenant = :tenant AND source = name
    )
    SELECT name FROM (SELECT name FROM ahead UNION ALL SELECT name FROM behind WHERE name <> :name) AS chain
    LIMIT :most
    """
)
"""All that came before a thing, and all that followed from it: not what else followed from what came before."""


def put(tx: Tx, links: Iterable[Link]) -> None:
    """PENDING: notes what is not known yet."""
    known = [{"tenant": tx.tenant, "source": source, "target": target} for source, target in sorted(links)]
    if known:
        tx.write(postgresql.insert(LINKS).values(known).on_conflict_do_nothing())


def clear(tx: Tx) -> None:
    """PENDING."""
    tx.write(sa.delete(LINKS).where(_l.tenant == tx.tenant))


async def chain(tx: Tx, name: str, most: int) -> list[str]:
    """The thing, all that followed from it, and all that came before it; at most so many."""
    return [row.name for row in await tx.rows(CHAIN, {"tenant": tx.tenant, "name": name, "most": most})]


async def links_among(tx: Tx, names: Collection[str]) -> list[Link]:
    """What followed from what among these."""
    both = (_l.source.in_(sorted(names)), _l.target.in_(sorted(names)))
    found = sa.select(_l.source, _l.target).where(_l.tenant == tx.tenant, *both)
    return [(row.source, row.target) for row in await tx.rows(found.order_by(_l.source, _l.target))]
