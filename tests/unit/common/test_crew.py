from __future__ import annotations

import asyncio

import pytest
import structlog

from services.common.crew import Crew, Lost


async def for_ever() -> None:
    await asyncio.Event().wait()


async def fail() -> None:
    raise ArithmeticError


async def end() -> None:
    return


async def test_a_crew_works_until_it_is_told_to_stop() -> None:
    crew, stop = Crew(), asyncio.Event()
    crew.add("sweeper", for_ever())

    asyncio.get_running_loop().call_soon(stop.set)
    await asyncio.wait_for(crew.work_until(stop), 20)
    await crew.dismiss()


async def test_a_task_that_fails_is_named_with_its_error() -> None:
    crew = Crew()
    crew.add("sweeper", for_ever())
    crew.add("relay", fail())

    with pytest.raises(Lost, match="the background task relay has ended") as lost:
        await crew.work_until(asyncio.Event())
    await crew.dismiss()

    assert isinstance(lost.value.__cause__, ArithmeticError)


async def test_a_task_that_ends_without_an_error_is_lost_too() -> None:
    crew = Crew()
    crew.add("relay", end())

    with pytest.raises(Lost, match="relay") as lost:
        await crew.work_until(asyncio.Event())

    assert lost.value.__cause__ is None


async def test_a_dismissed_task_finishes_what_it_has_in_hand() -> None:
    finished = asyncio.Event()

    async def careful() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            finished.set()

    crew = Crew()
    crew.add("relay", careful())
    await asyncio.sleep(0)

    await crew.dismiss()

    assert finished.is_set()


async def test_a_task_that_does_not_end_is_named_and_left_behind() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        begun.set()
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                continue

    crew = Crew()
    crew.add("relay", stubborn())
    await begun.wait()

    with structlog.testing.capture_logs() as lines:
        await crew.dismiss(0.05)
    go_on.set()

    assert lines == [{"event": "background_task_stuck", "log_level": "error", "task": "relay"}]
