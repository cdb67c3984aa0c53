"""The background tasks of a process. None may end unnoticed: one that does ends the process."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

import structlog

_log = structlog.get_logger(__name__)


class Lost(Exception):
    """A background task that should run for ever has ended; its error, if it had one, is the cause."""

    def __init__(self, task: str) -> None:
        super().__init__(f"the background task {task} has ended")
        self.task = task


class Crew:
    """Runs tasks side by side until `dismiss`."""

    def __init__(self) -> None:
        self._members: set[asyncio.Task[None]] = set()

    def add(self, name: str, work: Coroutine[object, object, None]) -> None:
        """Begins a task that runs until it is dismissed."""
        self._members.add(asyncio.create_task(work, name=name))

    async def work_until(self, stop: asyncio.Event) -> None:
        """Returns when `stop` is set. Raises Lost as soon as a task ends before."""
        stopped = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait({stopped, *self._members}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
        for task in done & self._members:
            self._members.discard(task)
            raise Lost(task.get_name()) from task.exception()

    async def dismiss(self, seconds: float = 10) -> None:
        """Cancels all tasks, and waits until each has finished what it had in hand, at most so long."""
        for task in self._members:
            task.cancel()
        done, stuck = await asyncio.wait(self._members, timeout=seconds) if self._members else (set(), set())
        for task in stuck:
            _log.error("background_task_stuck", task=task.get_name())
        for task in done:
            if not task.cancelled() and (error := task.exception()):
                _log.warning("background_task_failed", task=task.get_name(), fault=error)
