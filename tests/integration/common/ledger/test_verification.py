"""Whoever rewrites history is found out, and at the right place."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from services.common.database import Database
from services.common.leadership import Connection
from services.common.ledger import Broken, Fault, NumberedEntry, number_pending, verification, verify
from services.common.ledger.chain import GENESIS, entry_hash
from tests.integration.common.ledger.conftest import Appending

LENGTH = 6


@pytest.fixture
async def chain(relay: Connection, append: Appending, tenant: str, other_town: str) -> list[NumberedEntry]:
    """Six entries of a town, numbered; and another town's, which must not matter."""
    for version in range(1, LENGTH + 1):
        await append(tenant, "a", version)
        await append(other_town, "a", version)
    return [entry for entry in await number_pending(relay, 100) if entry.tenant == tenant]


async def test_a_ledger_that_nobody_touched_holds(
    database: Database, chain: list[NumberedEntry], append: Appending, tenant: str
) -> None:
    await append(tenant, "b", 1, 2)

    verdict = await verify(database, tenant)

    assert (verdict.entries, verdict.unnumbered, verdict.first_broken) == (LENGTH, 2, None)
    assert verdict.head == chain[-1].hash


async def test_an_empty_ledger_holds(database: Database, tenant: str) -> None:
    verdict = await verify(database, tenant)

    assert (verdict.entries, verdict.unnumbered, verdict.head, verdict.first_broken) == (0, 0, GENESIS, None)


async def test_a_long_ledger_is_read_page_by_page(
    database: Database, relay: Connection, append: Appending, tenant: str
) -> None:
    length = 2 * verification.AT_A_TIME + 3
    await append(tenant, "a", *range(1, length + 1))
    while await number_pending(relay, 1000):
        pass

    verdict = await verify(database, tenant)

    assert (verdict.entries, verdict.first_broken) == (length, None)


@pytest.mark.parametrize(
    "change",
    [
        "id = gen_random_uuid()",
        "aggregate = 'other'",
        "aggregate_id = 'b'",
        "version = 99",
        "type = 'watch.sample.other'",
        "actor = 'tenants/611021101/accounts/somebody'",
        "time = time + interval '1 microsecond'",
        "payload = payload || '\\x00'",
        "trace = 'other'",
        "trace = ''",
        "hash = sha256(hash)",
    ],
)
async def test_a_changed_column_is_found(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str, change: str
) -> None:
    await intruder.execute(f"UPDATE ledger SET {change} WHERE tenant = $1 AND number = 3", tenant)

    verdict = await verify(database, tenant)

    assert verdict.first_broken is not None
    assert (verdict.entries, verdict.first_broken.number, verdict.first_broken.fault) == (2, 3, Fault.CHANGED)
    assert verdict.first_broken.entry == chain[2].id or change.startswith("id")


async def test_a_removed_entry_is_found(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str
) -> None:
    await intruder.execute("DELETE FROM ledger WHERE tenant = $1 AND number = 3", tenant)

    verdict = await verify(database, tenant)

    assert (verdict.entries, verdict.first_broken) == (2, Broken(3, Fault.MISSING))


async def test_an_entry_removed_with_the_later_ones_moved_up_is_found(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str
) -> None:
    await intruder.execute("DELETE FROM ledger WHERE tenant = $1 AND number = 3", tenant)
    for number in range(4, LENGTH + 1):
        await intruder.execute("UPDATE ledger SET number = $2 - 1 WHERE tenant = $1 AND number = $2", tenant, number)

    verdict = await verify(database, tenant)

    assert verdict.first_broken == Broken(3, Fault.CHANGED, chain[3].id)


async def test_an_inserted_entry_is_found(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str
) -> None:
    for number in range(LENGTH, 2, -1):
        await intruder.execute("UPDATE ledger SET number = $2 + 1 WHERE tenant = $1 AND number = $2", tenant, number)
    planted = uuid4()
    await intruder.execute(
        """
        INSERT INTO ledger (tenant, aggregate, aggregate_id, version, id, type, actor, time, payload, number, hash)
        SELECT tenant, aggregate, 'planted', version, $2, type, actor, time, payload, 3, hash
        FROM ledger WHERE tenant = $1 AND number = 2
        """,
        tenant,
        planted,
    )

    verdict = await verify(database, tenant)

    assert verdict.first_broken == Broken(3, Fault.CHANGED, planted)


async def test_a_swapped_pair_is_found(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str
) -> None:
    for old, new in ((3, 0), (4, 3), (0, 4)):
        await intruder.execute("UPDATE ledger SET number = $3 WHERE tenant = $1 AND number = $2", tenant, old, new)

    verdict = await verify(database, tenant)

    assert verdict.first_broken == Broken(3, Fault.CHANGED, chain[3].id)


async def test_a_tail_that_was_cut_off_is_found(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str
) -> None:
    await intruder.execute("DELETE FROM ledger WHERE tenant = $1 AND number > 4", tenant)

    verdict = await verify(database, tenant)

    assert (verdict.entries, verdict.first_broken) == (4, Broken(5, Fault.CUT_OFF))


async def test_a_whole_chain_that_was_removed_is_found(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str
) -> None:
    await intruder.execute("DELETE FROM ledger WHERE tenant = $1", tenant)

    verdict = await verify(database, tenant)

    assert (verdict.entries, verdict.first_broken) == (0, Broken(1, Fault.CUT_OFF))


async def test_a_well_made_entry_beyond_the_head_is_found(
    database: Database, chain: list[NumberedEntry], append: Appending, intruder: Connection, tenant: str
) -> None:
    await append(tenant, "b", 1)
    await number_pending(intruder, 100)
    await intruder.execute(
        "UPDATE ledger_heads SET number = $2, hash = $3 WHERE tenant = $1", tenant, LENGTH, chain[-1].hash
    )

    verdict = await verify(database, tenant)

    assert verdict.first_broken == Broken(LENGTH + 1, Fault.BEYOND)


async def test_a_head_with_another_hash_is_found(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str
) -> None:
    await intruder.execute("UPDATE ledger_heads SET hash = $2 WHERE tenant = $1", tenant, chain[0].hash)

    verdict = await verify(database, tenant)

    assert (verdict.entries, verdict.first_broken) == (LENGTH, Broken(LENGTH, Fault.HEAD))


async def test_who_recomputes_every_hash_is_contradicted_by_what_the_county_kept(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str
) -> None:
    await intruder.execute("UPDATE ledger SET actor = 'nobody' WHERE tenant = $1 AND number = 3", tenant)
    await recompute(intruder, tenant, chain)

    alone = await verify(database, tenant)
    with_county = await verify(database, tenant, {2: chain[1].hash, 5: chain[4].hash})

    assert alone.first_broken is None
    assert with_county.first_broken == Broken(5, Fault.CONTRADICTED, chain[4].id)


async def test_who_cuts_tail_and_head_is_contradicted_by_what_the_county_kept(
    database: Database, chain: list[NumberedEntry], intruder: Connection, tenant: str
) -> None:
    await intruder.execute("DELETE FROM ledger WHERE tenant = $1 AND number > 4", tenant)
    await intruder.execute("UPDATE ledger_heads SET number = 4, hash = $2 WHERE tenant = $1", tenant, chain[3].hash)

    verdict = await verify(database, tenant, {6: chain[5].hash})

    assert verdict.first_broken == Broken(6, Fault.CONTRADICTED)


async def recompute(intruder: Connection, tenant: str, chain: list[NumberedEntry]) -> None:
    """What an intruder who knows the rules does: new hashes for all that follows a change."""
    previous = GENESIS
    for entry in chain:
        changed = replace(entry, actor="nobody") if entry.number == 3 else entry
        previous = entry_hash(changed, entry.number, previous)
        await intruder.execute(
            "UPDATE ledger SET hash = $3 WHERE tenant = $1 AND number = $2", tenant, entry.number, previous
        )
    await intruder.execute("UPDATE ledger_heads SET hash = $2 WHERE tenant = $1", tenant, previous)
