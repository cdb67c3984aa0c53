"""Writing the ledger and reading it back as a timeline."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from services.common import ledger
from services.common.access import SYSTEM
from services.common.database import Database, UniqueViolation
from services.common.foundation import LEDGER
from tests.sample_events import MADE, MOVED, sample

NOW = datetime(2026, 12, 31, 16, 0, 0, 1, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def test_an_entry_says_what_happened_to_what_by_whom_and_when(database: Database, tenant: str) -> None:
    event = sample(MOVED, note="611021101203", step=3)

    async with database.transaction(tenant, trace=TRACE) as tx:
        name = ledger.append(tx, SYSTEM("watch"), "sample", "a", 1, event, NOW)

    async with database.transaction(tenant) as tx:
        (entry,) = await ledger.timeline(tx, "sample", "a")
    assert (str(entry.id), entry.tenant, entry.aggregate, entry.aggregate_id) == (name, tenant, "sample", "a")
    assert (entry.version, entry.type, entry.actor, entry.time) == (1, MOVED, "system/watch", NOW)
    assert (entry.payload, entry.trace) == (event.SerializeToString(), TRACE)
    assert (entry.number, entry.hash) == (None, None)


async def test_a_timeline_is_that_of_one_thing_in_the_order_of_its_versions(database: Database, tenant: str) -> None:
    for thing, version in (("a", 2), ("b", 1), ("a", 1), ("a", 3)):
        async with database.transaction(tenant) as tx:
            ledger.append(tx, SYSTEM("watch"), "sample", thing, version, sample(), NOW - timedelta(days=version))

    async with database.transaction(tenant) as tx:
        timeline = await ledger.timeline(tx, "sample", "a")
    assert [entry.version for entry in timeline] == [1, 2, 3]


async def test_two_changes_of_the_same_version_collide(database: Database, tenant: str) -> None:
    async with database.transaction(tenant) as tx:
        ledger.append(tx, SYSTEM("watch"), "sample", "a", 2, sample(MADE), NOW)

    with pytest.raises(UniqueViolation) as violation:
        async with database.transaction(tenant) as tx:
            ledger.append(tx, SYSTEM("watch"), "sample", "a", 2, sample(MOVED), NOW)

    assert violation.value.table == "ledger"
    async with database.transaction(tenant) as tx:
        assert [entry.type for entry in await ledger.timeline(tx, "sample", "a")] == [MADE]


async def test_the_relay_is_woken_by_a_commit_and_not_by_a_rollback(database: Database, tenant: str) -> None:
    with pytest.raises(LookupError):
        async with database.transaction(tenant) as tx:
            ledger.append(tx, SYSTEM("watch"), "sample", "a", 1, sample(), NOW)
            raise LookupError
    assert not database.outbox.is_set()

    async with database.transaction(tenant) as tx:
        ledger.append(tx, SYSTEM("watch"), "sample", "a", 1, sample(), NOW)

    assert database.outbox.is_set()


async def test_an_event_rolled_back_leaves_no_entry(database: Database, tenant: str) -> None:
    with pytest.raises(LookupError):
        async with database.transaction(tenant) as tx:
            ledger.append(tx, SYSTEM("watch"), "sample", "a", 1, sample(), NOW)
            await tx.flush()
            raise LookupError

    async with database.transaction(tenant) as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(LEDGER)) == 0
