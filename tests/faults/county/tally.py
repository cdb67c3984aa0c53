"""A count that grows, and that others wait for."""

from __future__ import annotations

import asyncio

PATIENCE = 120.0
"""Seconds within which whatever was broken must go on."""


class Tally:
    def __init__(self) -> None:
        self.count = 0
        self._grown = asyncio.Condition()

    async def add(self) -> None:
        async with self._grown:
            self.count += 1
            self._grown.notify_all()

    async def reaches(self, count: int) -> None:
        """Returns once there are so many. Raises TimeoutError after PATIENCE."""
        async with asyncio.timeout(PATIENCE), self._grown:
            await self._grown.wait_for(lambda: self.count >= count)
