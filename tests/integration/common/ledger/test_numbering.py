"""Numbers of the chain: without gaps within a tenant, in the order of versions, and never twice."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from deploy.local.databases import ServiceDatabase
from services.common import ledger
from services.common.database import Database
from services.common.leadership import Connection, connection
from services.common.ledger.numbering import Deposed, NumberedEntry, mark_published, number_pending, unpublished
from tests.integration.common.ledger.conftest import Appending

NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def test_each_tenant_has_its_own_numbers_from_one_on(
    relay: Connection, append: Appending, tenant: str, other_town: str
) -> None:
    for version in (1, 2, 3):
        await append(tenant, "a", version)
        await append(other_town, "a", version)

    first = await number_pending(relay, 4)
    second = await number_pending(relay, 4)

    numbers = defaultdict(list)
    for entry in (*first, *second):
        numbers[entry.tenant].append((entry.number, entry.version))
    assert numbers == {town: [(1, 1), (2, 2), (3, 3)] for town in (tenant, other_town)}
    assert await number_pending(relay, 4) == []


async def test_numbers_follow_the_versions_of_a_thing_however_they_were_written(
    relay: Connection, append: Appending, tenant: str
) -> None:
    await append(tenant, "a", 3, 1)
    await append(tenant, "b", 1)
    await append(tenant, "a", 2)

    numbered = await number_pending(relay, 100)

    assert [(entry.aggregate_id, entry.version, entry.number) for entry in numbered] == [
        ("a", 1, 1),
        ("a", 2, 2),
        ("b", 1, 3),
        ("a", 3, 4),
    ]


async def test_two_leaders_that_know_nothing_of_each_other_fork_no_chain(
    addresses: ServiceDatabase, database: Database, append: Appending, tenant: str, other_town: str
) -> None:
    for version in range(1, 41):
        await append(tenant, "a", version)
        await append(other_town, "b", version)

    async def lead() -> list[NumberedEntry]:
        done: list[NumberedEntry] = []
        async with connection(addresses.relay) as own:
            while True:
                try:
                    if not (numbered := await number_pending(own, 7)):
                        return done
                    done += numbered
                except Deposed:
                    await asyncio.sleep(0)

    both = await asyncio.gather(lead(), lead())

    given = sorted((entry.tenant, entry.number) for numbered in both for entry in numbered)
    assert given == sorted((town, number) for town in (tenant, other_town) for number in range(1, 41))
    for town in (tenant, other_town):
        verdict = await ledger.verify(database, town)
        assert (verdict.entries, verdict.first_broken) == (40, None)


async def test_what_has_no_mark_yet_is_published_again_in_the_order_of_the_chain(
    relay: Connection, append: Appending, tenant: str
) -> None:
    await append(tenant, "a", 1, 2, 3)
    numbered = await number_pending(relay, 100)

    await mark_published(relay, numbered[1:2], NOW)

    assert await unpublished(relay, 100) == [numbered[0], numbered[2]]
    assert await unpublished(relay, 1) == [numbered[0]]


async def test_a_number_that_was_given_is_not_given_again(relay: Connection, append: Appending, tenant: str) -> None:
    await append(tenant, "a", 1)
    await number_pending(relay, 100)

    with pytest.raises(Exception, match="ledger_number_key"):
        await append(tenant, "a", 2)
        await relay.execute("UPDATE ledger SET number = 1 WHERE version = 2")
