"""The relay's side of the ledger: numbers for what is committed, what is still to be published, and its marks.

Everything here spans tenants and runs on a connection of the relay's role: that which holds the leader's lock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import asyncpg

from services.common.ledger.chain import GENESIS, entry_hash
from services.common.ledger.entries import COLUMNS, Entry

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Head: TypeAlias = tuple[int, bytes]
"""Number and hash of the last entry of a tenant's chain."""

FIELDS = ", ".join(column.name for column in COLUMNS)
WIDTH = len(COLUMNS)

PENDING = f"SELECT {FIELDS}, seq FROM ledger WHERE number IS NULL ORDER BY seq LIMIT $1"  # noqa: S608
NEW_HEADS = """
    INSERT INTO ledger_heads (tenant, number, hash) SELECT tenant, 0, $2 FROM unnest($1::text[]) AS tenant
    ON CONFLICT DO NOTHING"""
LOCKED_HEADS = "SELECT tenant, number, hash FROM ledger_heads WHERE tenant = ANY($1::text[]) ORDER BY tenant FOR UPDATE"
NUMBERED = """
    UPDATE ledger SET number = given.number, hash = given.hash
    FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[]) AS given (tenant, seq, number, hash)
    WHERE ledger.tenant = given.tenant AND ledger.seq = given.seq AND ledger.number IS NULL"""
NEXT_HEADS = """
    UPDATE ledger_heads SET number = given.number, hash = given.hash
    FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS given (tenant, number, hash)
    WHERE ledger_heads.tenant = given.tenant"""
UNPUBLISHED = f"""
    SELECT {FIELDS} FROM ledger WHERE number IS NOT NULL AND published_time IS NULL ORDER BY tenant, number LIMIT $1"""  # noqa: S608
PUBLISHED = """
    UPDATE ledger SET published_time = $3 FROM unnest($1::text[], $2::bigint[]) AS given (tenant, number)
    WHERE ledger.tenant = given.tenant AND ledger.number = given.number AND ledger.published_time IS NULL"""


@dataclass(frozen=True, slots=True)
class NumberedEntry(Entry):
    """An entry with its place in the tenant's chain."""

    number: int
    hash: bytes


class Deposed(Exception):
    """Another leader has numbered the same entries in the meantime. Nothing was done: look again who leads."""


async def number_pending(connection: Connection, limit: int) -> list[NumberedEntry]:
    """Gives up to `limit` committed entries the next numbers and hashes of their tenants, in one transaction.

    Without gaps within a tenant, and in the order of each aggregate's versions. Returns them in the order in which
    they are to be published; an empty list when none waits. Raises Deposed.
    """
    rows = await connection.fetch(PENDING, limit)
    if not rows:
        return []
    async with connection.transaction():
        heads = await _locked_heads(connection, {row["tenant"] for row in rows})
        ordered = _in_order_of_versions(rows)
        numbered = [_extend(heads, row) for row in ordered]
        await _write(connection, [row["seq"] for row in ordered], numbered, heads)
    return numbered


async def unpublished(connection: Connection, limit: int) -> list[NumberedEntry]:
    """Entries that have a number and no mark yet, each tenant's in the order of its chain."""
    return [NumberedEntry(*row) for row in await connection.fetch(UNPUBLISHED, limit)]


async def mark_published(connection: Connection, entries: Iterable[NumberedEntry], now: datetime) -> None:
    """Notes that the stream has acknowledged these."""
    marked = list(entries)
    await connection.execute(PUBLISHED, [each.tenant for each in marked], [each.number for each in marked], now)


async def _locked_heads(connection: Connection, tenants: Iterable[str]) -> dict[str, Head]:
    """The ends of the chains, locked: from here on nobody else can number an entry of these tenants."""
    wanted = sorted(tenants)
    rows = await connection.fetch(LOCKED_HEADS, wanted)
    if len(rows) < len(wanted):
        await connection.execute(NEW_HEADS, wanted, GENESIS)
        rows = await connection.fetch(LOCKED_HEADS, wanted)
    return {row["tenant"]: (row["number"], row["hash"]) for row in rows}


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


def _extend(heads: dict[str, Head], row: asyncpg.Record) -> NumberedEntry:
    """The entry in the next place of its tenant's chain, which becomes the chain's end."""
    entry = Entry(*row[:WIDTH])
    last, previous = heads[entry.tenant]
    number, digest = last + 1, entry_hash(entry, last + 1, previous)
    heads[entry.tenant] = (number, digest)
    return NumberedEntry(*[*row[: WIDTH - 2], number, digest])


async def _write(
    connection: Connection, places: Sequence[int], numbered: Sequence[NumberedEntry], heads: dict[str, Head]
) -> None:
    tenants = [entry.tenant for entry in numbered]
    numbers, hashes = [entry.number for entry in numbered], [entry.hash for entry in numbered]
    done = await connection.execute(NUMBERED, tenants, places, numbers, hashes)
    if done != f"UPDATE {len(numbered)}":
        raise Deposed
    await connection.execute(
        NEXT_HEADS, list(heads), [number for number, _ in heads.values()], [h for _, h in heads.values()]
    )
