"""How long to wait before trying again, and work that is not to be torn in the middle."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class Backoff:
    """Waits that double from `first` to `longest` seconds, each shortened by chance to between half and all of it.

    The chance keeps many processes, which lost the same server, from coming back to it at the same moment.
    """

    def __init__(self, first: float = 0.1, longest: float = 10.0) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def reset(self) -> None:
        """Something went well: the next wait is the first again."""
        self._next = self._first

    async def wait(self) -> None:
        """Sleeps, and doubles the next wait."""
        seconds, self._next = self._next, min(self._next * 2, self._longest)
        await asyncio.sleep(random.uniform(seconds / 2, seconds))  # noqa: S311 - no secret


async def finish(work: Coroutine[object, object, T]) -> T:
    """Runs the work to its end even when cancelled meanwhile; the cancellation is raised after it.

    A second cancellation cancels the work too.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
