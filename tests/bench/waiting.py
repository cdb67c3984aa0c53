"""Waiting for what is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE = 180.0
"""Seconds."""


class NotSettled(Exception):
    """What was waited for did not come in time."""


async def until(holds: Callable[[], Awaitable[bool]], pause: float = 0.05, patience: float = PATIENCE) -> None:
    """Looks every so many seconds. Raises NotSettled."""
    try:
        async with asyncio.timeout(patience):
            while not await holds():  # noqa: ASYNC110 - it happens in other processes, which tell nobody
                await asyncio.sleep(pause)
    except TimeoutError:
        raise NotSettled(f"events or deadlines are still under way after {patience:g} seconds") from None
