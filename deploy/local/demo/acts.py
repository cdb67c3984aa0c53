"""What is done in a county, and when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done in a town at an hour of a day."""

    day: int
    hour: int
    town: str
    do: Callable[[], Awaitable[None]]
