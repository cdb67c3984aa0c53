"""The deaths on the way of one event: each at a moment that is held until whoever dies has come to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import timedelta

from deploy.local.databases import superuser
from tests.faults.county.holding import halted, held
from tests.faults.county.luonan import COUNTY, Luonan
from tests.faults.county.tally import PATIENCE
from tests.messaging import eventually

NUMBERED = "SELECT count(*) FROM ledger WHERE number IS NOT NULL"
"""What the relay has taken up: it is sent in the next moment."""
FEED_OF_THE_COUNTY = f"feed_heads WHERE tenant = '{COUNTY.removeprefix('tenants/')}'"
"""Who tells the county needs it. A town's own feed goes on: what it has of an event then, it must not get again."""

Work = Mapping[str, str]
"""What each sender must have in its hands for what it does: rows of its database."""
Death = AbstractAsyncContextManager[None]
"""Comes to what is done inside; whoever died lives again at the end."""


def deaths(luonan: Luonan, work: Work) -> Sequence[Death]:
    """Of the senders, of the broker and of the receiver of what tells the county."""
    senders = tuple(work)
    return (
        of_senders_at_work(luonan, work),
        of_senders_with_what_they_wrote(luonan, senders),
        of_the_broker(luonan, senders),
        of_the_receiver(luonan),
    )


@asynccontextmanager
async def of_senders_at_work(luonan: Luonan, work: Work) -> AsyncIterator[None]:
    """They have begun, and have written nothing that stays."""
    async with AsyncExitStack() as holds, asyncio.TaskGroup() as group:
        wanted = [await holds.enter_async_context(held(luonan, *each)) for each in work.items()]

        async def strike() -> None:
            for each in wanted:
                await each()
            await luonan.kill(*work)
            await holds.aclose()
            await luonan.start(*work)

        group.create_task(strike())
        yield


@asynccontextmanager
async def of_senders_with_what_they_wrote(luonan: Luonan, senders: Sequence[str]) -> AsyncIterator[None]:
    """It stands in their ledgers, and nobody has told them that it was published: it may have been."""
    async with AsyncExitStack() as holds, asyncio.TaskGroup() as group:
        numbered = await _numbers(luonan, senders)
        await holds.enter_async_context(halted(luonan, "nats"))

        async def strike() -> None:
            await _more_than(luonan, numbered)
            await luonan.kill(*senders)
            await holds.aclose()
            await luonan.start(*senders)

        group.create_task(strike())
        yield


@asynccontextmanager
async def of_the_broker(luonan: Luonan, senders: Sequence[str]) -> AsyncIterator[None]:
    """With what it was sent and has not stored; and again with what it has stored and the receiver has in its hands."""
    async with (
        held(luonan, "gateway", FEED_OF_THE_COUNTY) as wanted,
        AsyncExitStack() as holds,
        asyncio.TaskGroup() as group,
    ):
        numbered = await _numbers(luonan, senders)
        await holds.enter_async_context(halted(luonan, "nats"))

        async def strike() -> None:
            await _more_than(luonan, numbered)
            await luonan.kill("nats")
            await holds.aclose()
            await luonan.start("nats")
            await wanted()
            await luonan.kill("nats")
            await luonan.start("nats")

        group.create_task(strike())
        yield


@asynccontextmanager
async def of_the_receiver(luonan: Luonan) -> AsyncIterator[None]:
    """It has taken what it was sent for the town, and cannot end taking it for the county."""
    async with AsyncExitStack() as holds, asyncio.TaskGroup() as group:
        wanted = await holds.enter_async_context(held(luonan, "gateway", FEED_OF_THE_COUNTY))

        async def strike() -> None:
            await wanted()
            await luonan.kill("gateway")
            await holds.aclose()
            await luonan.start("gateway")

        group.create_task(strike())
        yield


async def _numbers(luonan: Luonan, services: Sequence[str]) -> Mapping[str, int]:
    """How much of each service's ledger its relay has taken up."""
    return {service: await _number(luonan, service) for service in services}


async def _more_than(luonan: Luonan, numbers: Mapping[str, int]) -> None:
    """Returns when each relay has taken up more than that."""

    async def has_more() -> bool:
        return all([await _number(luonan, service) > before for service, before in numbers.items()])

    await eventually(has_more, timedelta(seconds=PATIENCE))


async def _number(luonan: Luonan, service: str) -> int:
    async with superuser(luonan.stack.postgres, f"minshao_{service}") as database:
        return int(await database.fetchval(NUMBERED))
