"""Processes of a county are killed again and again while people use it: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.county.counting import assert_all_is_there_once
from tests.faults.county.following import reader
from tests.faults.county.luonan import Luonan
from tests.faults.county.writing import Writer

pytestmark = pytest.mark.timeout(300)

EACH = 45
"""Reports in each of the two towns."""
MOMENTS = (12, 40, 70)
"""After how many of them something is killed."""


@pytest.mark.parametrize(
    "victims",
    [("watch",), ("postgres",), ("postgres", "nats", "gateway", "watch")],
    ids=["watch", "PostgreSQL", "all of it"],
)
async def test_what_is_killed_while_people_write_loses_and_doubles_no_report(
    luonan: Luonan, people: Writer, victims: tuple[str, ...]
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(people.write(EACH))
        for moment in MOMENTS:
            await people.tally.reaches(moment)
            await luonan.kill(*victims)
            await luonan.start(*victims)

    assert people.failures >= len(MOMENTS)
    assert len(people.registered) == 2 * EACH
    await assert_all_is_there_once(luonan, people)


async def test_who_follows_the_feed_of_a_gateway_that_is_killed_skips_nothing_and_reads_nothing_twice(
    luonan: Luonan, people: Writer
) -> None:
    async with reader(luonan) as following, asyncio.TaskGroup() as group:
        task = group.create_task(following.follow())
        for _ in MOMENTS:
            writing = group.create_task(people.write(EACH // 3))
            await following.tally.reaches(following.tally.count + 10)
            await luonan.kill("gateway")
            await luonan.start("gateway")
            await writing
        await luonan.settled()
        whole = [(entry["cursor"], entry["event"]) for entry in await luonan.feed()]
        await following.tally.reaches(len(whole))
        task.cancel()

    assert following.seen == whole
    assert following.broken_off >= len(MOMENTS)
    await assert_all_is_there_once(luonan, people)


async def test_nats_that_is_killed_and_loses_its_store_gets_all_of_it_back_from_the_ledgers(
    luonan: Luonan, people: Writer
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(people.write(EACH))
        for moment in MOMENTS:
            await people.tally.reaches(moment)
            await luonan.kill("nats")
            await people.tally.reaches(moment + 5)
            await asyncio.to_thread(luonan.stack.nats.delete_store)
            await luonan.start("nats")

    assert people.failures == 0
    await assert_all_is_there_once(luonan, people)
