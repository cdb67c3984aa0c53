"""The hash of an entry: over its immutable columns and the hash of the entry before it in the tenant's chain.

The exact bytes, so that anybody can recompute them. An entry is `DOMAIN`, then these fields in this order: the
previous hash, number, tenant, id, aggregate, aggregate_id, version, type, actor, time, payload, trace. Each field is
its length in bytes as four bytes, big-endian, and then the bytes themselves; a trace that is null has the length
`ff ff ff ff` and no bytes. Text is UTF-8; the id is the 16 bytes of the UUID; number and version are eight bytes,
big-endian; the time is microseconds since 1970-01-01T00:00:00Z, eight bytes, big-endian, two's complement; the
payload is as it was published. The hash is the SHA-256 of all that. Before the first entry stands `GENESIS`.

`seq`, `hash` and `published_time` are not covered: they are the relay's, not part of what happened.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from struct import Struct

from services.common.ledger.entries import Entry

DOMAIN = b"minshao-ledger-1"
GENESIS = bytes(32)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LENGTH = Struct(">I").pack
INTEGER = Struct(">q").pack
NOTHING = LENGTH(0xFFFFFFFF)


def canonical(entry: Entry, number: int, previous: bytes) -> bytes:
    """The bytes that are hashed when the entry takes this number after the entry with that hash."""
    fields = (
        previous,
        INTEGER(number),
        entry.tenant.encode(),
        entry.id.bytes,
        entry.aggregate.encode(),
        entry.aggregate_id.encode(),
        INTEGER(entry.version),
        entry.type.encode(),
        entry.actor.encode(),
        INTEGER((entry.time - EPOCH) // MICROSECOND),
        entry.payload,
    )
    trace = NOTHING if entry.trace is None else _field(entry.trace.encode())
    return DOMAIN + b"".join(map(_field, fields)) + trace


def entry_hash(entry: Entry, number: int, previous: bytes) -> bytes:
    """32 bytes that stand for this entry and every one before it."""
    return sha256(canonical(entry, number, previous)).digest()


def _field(content: bytes) -> bytes:
    return LENGTH(len(content)) + content
