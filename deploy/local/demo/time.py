"""The clock of the demo: a file that the services read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploy.local.settling import Settling


@dataclass
class MovedClock:
    """Sets the domain's present instant, and waits for what it makes due."""

    file: Path
    county: Settling
    _now: datetime | None = None

    async def set(self, instant: datetime) -> None:
        """Moves the clock, in one step."""
        new = self.file.with_suffix(".new")
        new.write_text(instant.isoformat())
        os.replace(new, self.file)  # noqa: PTH105 - in one step
        self._now = instant

    async def turn(self, instant: datetime) -> None:
        """Moves the clock to an hour of the same day, when nothing that was told is under way any more."""
        await self.county.settled()
        await self.set(instant)

    async def move(self, instant: datetime) -> None:
        """Moves the clock when nothing is under way any more, and waits for every deadline up to then, and for what it
        has told."""
        await self.county.settled(self._now)
        await self.set(instant)
        await self.county.settled(instant)
