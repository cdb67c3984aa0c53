"""A browser that follows the county's feed by server-sent events, and comes back with the last id that it has."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from services.common.backoff import Backoff
from tests.faults.county.insisting import TRY_AGAIN
from tests.faults.county.luonan import COUNTY, VIEWER, Luonan
from tests.faults.county.tally import Tally


class Reader:
    """Reads from the beginning of the feed. What was read is in `seen`, as cursors with the ids of their events."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._last = ""
        self.seen: list[tuple[str, str]] = []
        self.tally = Tally()
        self.broken_off = 0
        """How many streams broke off after they had told something."""

    async def follow(self) -> None:
        """Until it is cancelled. Raises HTTPStatusError where the county does not want it back."""
        backoff = Backoff(first=0.02, longest=0.05)
        while True:
            before = len(self.seen)
            try:
                await self._read()
            except httpx.TransportError:
                self.broken_off += len(self.seen) > before
            await backoff.wait()

    async def _read(self) -> None:
        """One stream, to its end."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": self._last} if self._last else {})
        path, query = f"/v1/{COUNTY}/feed:stream", {"after": "0.0"}
        async with self._http.stream("GET", path, params=query, headers=headers) as stream:
            if stream.status_code not in TRY_AGAIN:
                stream.raise_for_status()
                async for event in _events(stream):
                    await self._take(event)

    async def _take(self, event: Mapping[str, str]) -> None:
        if "id" not in event:
            return
        self._last = event["id"]
        if entry := json.loads(event["data"]).get("entry"):
            self.seen.append((entry["cursor"], entry["event"]))
            await self.tally.add()


@asynccontextmanager
async def reader(luonan: Luonan) -> AsyncIterator[Reader]:
    """A reader of the county's government office."""
    headers = await luonan.people.headers(VIEWER)
    async with httpx.AsyncClient(base_url=luonan.stack.rest, headers=headers, timeout=20, trust_env=False) as http:
        yield Reader(http)


async def _events(stream: httpx.Response) -> AsyncIterator[dict[str, str]]:
    """The events of a stream, each with its fields; one that is cut off is none."""
    event: dict[str, str] = {}
    async for line in stream.aiter_lines():
        name, _, value = line.partition(":")
        if line == "":
            yield event
            event = {}
        elif name:
            event[name] = value.removeprefix(" ")
