"""The relay's side of the ledger: numbers for what is committed, what is still to be published, and its marks.

Everything here spans tenants and runs on a connection of the relay's role: that which holds the leader's lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import asyncpg

from services.common.ledger.chain import GENESIS, entry_hash
from services.common.ledger.entries import COLUMNS, Entry

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
FIELDS = ", ".join(f"entry.{column.name}" for column in COLUMNS)
WIDTH = len(COLUMNS)

# One statement, so that entries and heads are seen at the same moment.
PENDING = f"""
    SELECT {FIELDS}, entry.seq, coalesce(head.number, 0) AS head_number, head.hash AS head_hash
    FROM (SELECT * FROM ledger WHERE number IS NULL ORDER BY seq LIMIT $1) AS entry
    LEFT JOIN ledger_heads AS head USING (tenant) ORDER BY entry.seq"""  # noqa: S608
NEW_HEADS = """
    INSERT INTO ledger_heads (tenant, number, hash) SELECT tenant, 0, $2 FROM unnest($1::text[]) AS tenant
    ON CONFLICT DO NOTHING"""
# One statement is one short transaction: the heads are locked as they are moved, and only those that still stand
# where they were seen. The entries of a tenant whose head was moved by another stay as they are.
ADVANCE = """
    WITH heads AS (
        UPDATE ledger_heads SET number = given.number, hash = given.hash
        FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[]) AS given (tenant, seen, number, hash)
        WHERE ledger_heads.tenant = given.tenant AND ledger_heads.number = given.seen
        RETURNING ledger_heads.tenant
    )
    UPDATE ledger SET number = given.number, hash = given.hash
    FROM unnest($5::text[], $6::bigint[], $7::bigint[], $8::bytea[]) AS given (tenant, seq, number, hash)
    JOIN heads USING (tenant)
    WHERE ledger.tenant = given.tenant AND ledger.seq = given.seq AND ledger.number IS NULL"""
UNPUBLISHED = f"""
    SELECT {FIELDS} FROM ledger AS entry WHERE number IS NOT NULL AND published_time IS NULL
    ORDER BY tenant, number LIMIT $1"""  # noqa: S608
PUBLISHED = """
    UPDATE ledger SET published_time = $3 FROM unnest($1::text[], $2::bigint[]) AS given (tenant, number)
    WHERE ledger.tenant = given.tenant AND ledger.number = given.number AND ledger.published_time IS NULL"""


@dataclass(frozen=True, slots=True)
class NumberedEntry(Entry):
    """An entry with its place in the tenant's chain."""

    number: int
    hash: bytes


class Deposed(Exception):
    """Another leader has moved a tenant's chain in the meantime, so that its entries were left alone."""


@dataclass(slots=True)
class Head:
    """The end of a tenant's chain, as it was seen and as it is to become."""

    seen: int
    number: int
    hash: bytes


async def number_pending(connection: Connection, limit: int) -> list[NumberedEntry]:
    """Gives up to `limit` committed entries the next numbers and hashes of their tenants: two round trips.

    Without gaps within a tenant, and in the order of each aggregate's versions. Returns them in the order in which
    they are to be published; an empty list when none waits. Raises Deposed; what was numbered by then stays so.
    """
    rows = await connection.fetch(PENDING, limit)
    if not rows:
        return []
    heads = {row["tenant"]: Head(row["head_number"], row["head_number"], row["head_hash"] or GENESIS) for row in rows}
    if new := sorted({row["tenant"] for row in rows if row["head_hash"] is None}):
        await connection.execute(NEW_HEADS, new, GENESIS)
    ordered = _in_order_of_versions(rows)
    numbered = [_extend(heads[row["tenant"]], row) for row in ordered]
    await _advance(connection, heads, [row["seq"] for row in ordered], numbered)
    return numbered


async def unpublished(connection: Connection, limit: int) -> list[NumberedEntry]:
    """Entries that have a number and no mark yet, each tenant's in the order of its chain."""
    return [NumberedEntry(*row) for row in await connection.fetch(UNPUBLISHED, limit)]


async def mark_published(connection: Connection, entries: Iterable[NumberedEntry], now: datetime) -> None:
    """Notes that the stream has acknowledged these."""
    marked = list(entries)
    await connection.execute(PUBLISHED, [each.tenant for each in marked], [each.number for each in marked], now)


def _in_order_of_versions(rows: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """The rows in their order, except that those of one aggregate share their places by version."""
    places: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row["tenant"], row["aggregate"], row["aggregate_id"]].append(place)
    ordered = list(rows)
    for taken in places.values():
        by_version = sorted((rows[place] for place in taken), key=lambda row: row["version"])
        for place, row in zip(taken, by_version, strict=True):
            ordered[place] = row
    return ordered


def _extend(head: Head, row: asyncpg.Record) -> NumberedEntry:
    """The entry in the next place of its tenant's chain, which becomes the chain's end."""
    entry = Entry(*row[:WIDTH])
    head.number += 1
    head.hash = entry_hash(entry, head.number, head.hash)
    return NumberedEntry(*[*row[: WIDTH - 2], head.number, head.hash])


async def _advance(
    connection: Connection, heads: Mapping[str, Head], places: Sequence[int], numbered: Sequence[NumberedEntry]
) -> None:
    tenants = sorted(heads)
    done = await connection.execute(
        ADVANCE,
        tenants,
        [heads[tenant].seen for tenant in tenants],
        [heads[tenant].number for tenant in tenants],
        [heads[tenant].hash for tenant in tenants],
        [entry.tenant for entry in numbered],
        places,
        [entry.number for entry in numbered],
        [entry.hash for entry in numbered],
    )
    if done != f"UPDATE {len(numbered)}":
        raise Deposed
