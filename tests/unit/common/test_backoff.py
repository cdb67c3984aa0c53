"""Waiting before the next try, and work that is finished although it is cancelled."""

from __future__ import annotations

import asyncio

import pytest

from services.common.backoff import Backoff, finish


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that are slept, without sleeping them."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return slept


async def test_waits_double_up_to_the_longest_and_begin_again_after_success(waits: list[float]) -> None:
    backoff = Backoff(first=1, longest=5)

    for _ in range(4):
        await backoff.wait()
    backoff.reset()
    await backoff.wait()

    for seconds, most in zip(waits, [1, 2, 4, 5, 1], strict=True):
        assert most / 2 <= seconds <= most


async def test_work_is_finished_and_the_cancellation_raised_after_it() -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await go_on.wait()
        done.set()

    finishing = asyncio.create_task(finish(work()))
    await begun.wait()
    finishing.cancel()
    go_on.set()

    with pytest.raises(asyncio.CancelledError):
        await finishing
    assert done.is_set()


async def test_a_second_cancellation_reaches_the_work() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    finishing = asyncio.create_task(finish(work()))
    await begun.wait()
    finishing.cancel()
    await asyncio.sleep(0)
    finishing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await finishing
    assert cancelled.is_set()


async def test_what_the_work_returns_or_raises_is_returned_or_raised() -> None:
    async def seven() -> int:
        return 7

    async def broken() -> None:
        raise LookupError

    assert await finish(seven()) == 7
    with pytest.raises(LookupError):
        await finish(broken())
