"""The hash of an entry, written out: whoever reads the page on it must come to the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest

from services.common.ledger import Entry
from services.common.ledger.chain import GENESIS, canonical, entry_hash

ENTRY = Entry(
    tenant="611021101",
    id=UUID("0192f0c1-2a3b-4c5d-8e6f-708192a3b4c5"),
    aggregate="report",
    aggregate_id="a1",
    version=2,
    type="watch.report.overdue",
    actor="tenants/611021101/accounts/李伟",
    time=datetime(2026, 3, 9, 16, 0, 0, 7, tzinfo=UTC),
    payload=b"\x0a\x00",
    trace=None,
    number=None,
    hash=None,
)

WRITTEN_OUT = (
    b"minshao-ledger-1\x00\x00\x00\x20"
    + bytes(32)
    + b"\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x01"
    + b"\x00\x00\x00\x09611021101"
    + b"\x00\x00\x00\x10\x01\x92\xf0\xc1\x2a\x3b\x4c\x5d\x8e\x6f\x70\x81\x92\xa3\xb4\xc5"
    + b"\x00\x00\x00\x06report"
    + b"\x00\x00\x00\x02a1"
    + b"\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00\x02"
    + b"\x00\x00\x00\x14watch.report.overdue"
    + b"\x00\x00\x00\x21tenants/611021101/accounts/\xe6\x9d\x8e\xe4\xbc\x9f"
    + b"\x00\x00\x00\x08"
    + (1_773_072_000_000_007).to_bytes(8, "big")
    + b"\x00\x00\x00\x02\x0a\x00"
    + b"\xff\xff\xff\xff"
)


def test_the_bytes_are_those_that_are_documented() -> None:
    assert canonical(ENTRY, 1, GENESIS) == WRITTEN_OUT
    assert entry_hash(ENTRY, 1, GENESIS) == sha256(WRITTEN_OUT).digest()


def test_a_time_before_1970_has_bytes_too() -> None:
    early = replace(ENTRY, time=datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))

    assert b"\x00\x00\x00\x08" + b"\xff" * 8 in canonical(early, 1, GENESIS)


@pytest.mark.parametrize(
    "other",
    [
        replace(ENTRY, aggregate="reporta", aggregate_id="1"),
        replace(ENTRY, trace=""),
        replace(ENTRY, trace="00"),
        replace(ENTRY, payload=b"\x0a"),
    ],
)
def test_what_only_looks_alike_has_another_hash(other: Entry) -> None:
    assert entry_hash(other, 1, GENESIS) != entry_hash(ENTRY, 1, GENESIS)


def test_the_hash_depends_on_number_and_on_what_came_before() -> None:
    hashes = {entry_hash(ENTRY, number, previous) for number in (1, 2) for previous in (GENESIS, b"\x01" * 32)}

    assert len(hashes) == 4
