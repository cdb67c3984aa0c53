"""The clock of the demo: a file that the services read, and the metrics that say when they have caught up."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

PATIENCE = 60.0
"""Seconds that the services have to catch up."""


class NotSettled(Exception):
    """The services did not catch up in time."""


@dataclass
class MovedClock:
    """Sets the domain's present instant, and waits for what it makes due."""

    file: Path
    watch_metrics: str
    gateway_metrics: str

    async def set(self, instant: datetime) -> None:
        """Moves the clock, in one step."""
        new = self.file.with_suffix(".new")
        new.write_text(instant.isoformat())
        os.replace(new, self.file)  # noqa: PTH105 - in one step

    async def move(self, instant: datetime) -> None:
        """Moves the clock, and waits until every deadline up to then has fired."""
        await self.set(instant)
        await self._until(lambda watch, _: watch("minshao_sweeper_swept_until_seconds") >= instant.timestamp())

    async def settled(self) -> None:
        """Waits until everything that happened in watch has reached the gateway."""

        def quiet(watch: Reading, gateway: Reading) -> bool:
            taken = gateway('minshao_consumer_taken_total{consumer="WATCH/gateway"')
            return watch("minshao_outbox_depth") == 0 and watch("minshao_relay_published_total") <= taken

        # What was committed last may not have been counted at the first look.
        for _ in range(3):
            await self._until(quiet)
            await asyncio.sleep(0.3)

    async def _until(self, holds: Callable[[Reading, Reading], bool]) -> None:
        async with httpx.AsyncClient(trust_env=False) as http:
            for _ in range(int(PATIENCE / 0.05)):
                texts = [
                    (await http.get(f"http://{each}/metrics")).text
                    for each in (self.watch_metrics, self.gateway_metrics)
                ]
                if holds(*(reading(text) for text in texts)):
                    return
                await asyncio.sleep(0.05)
        raise NotSettled("the services did not catch up with the clock; their logs say why")


Reading = Callable[[str], float]


def reading(text: str) -> Reading:
    """Adds up the samples of a metric whose names begin so; 0 where there is none."""

    def value(name: str) -> float:
        lines = re.findall(rf"^{re.escape(name)}\S* (\S+)$", text, re.MULTILINE)
        return sum(float(line) for line in lines)

    return value
