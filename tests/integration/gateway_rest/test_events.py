from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from services.gateway.rest import RestOptions
from tests.gateway_rest.front import Front, opened

WATCH = "/v1/tenants/611021/things:watch"
Event = dict[str, str]


def events(text: str) -> list[Event]:
    """The events of a stream, without comments and the delay for coming back."""
    blocks = [dict(line.split(": ", 1) for line in block.split("\n") if ": " in line) for block in text.split("\n\n")]
    return [block for block in blocks if "data" in block]


@asynccontextmanager
async def reading(client: httpx.AsyncClient, path: str) -> AsyncIterator[AsyncIterator[Event]]:
    """The events of a stream as they come."""
    async with client.stream("GET", path) as response:
        assert response.status_code == 200

        async def come() -> AsyncIterator[Event]:
            event: Event = {}
            async for line in response.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                elif "data" in event:
                    yield event
                    event = {}

        yield come()


async def test_each_message_is_an_event_with_its_cursor_as_id(front: Front) -> None:
    response = await front.client.get(f"{WATCH}?count=2")

    assert response.headers["Content-Type"].startswith("text/event-stream")
    first, second, end = events(response.text)
    assert (first["id"], second["id"]) == ("1", "2")
    assert json.loads(first["data"])["thing"]["displayName"] == "锤子"
    assert end["event"] == "end"


async def test_a_reader_comes_back_behind_the_last_event(front: Front) -> None:
    response = await front.client.get(f"{WATCH}?count=2&after=7", headers={"Last-Event-ID": "41"})

    assert [event.get("id") for event in events(response.text)] == ["42", "43", None]


async def test_a_stream_may_begin_behind_a_cursor(front: Front) -> None:
    response = await front.client.get(f"{WATCH}?count=1&after=7")

    assert events(response.text)[0]["id"] == "8"


async def test_a_stream_that_is_refused_has_the_status_of_the_problem(front: Front) -> None:
    response = await front.client.get(f"{WATCH}?failAt=1")

    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")


async def test_a_failure_on_the_way_is_an_event(front: Front) -> None:
    response = await front.client.get(f"{WATCH}?failAt=3&count=5")

    *before, last = events(response.text)
    assert [event["id"] for event in before] == ["1", "2"]
    assert (last["event"], json.loads(last["data"])["reason"]) == ("problem", "NOT_FOUND")


async def test_a_service_that_breaks_off_without_words_is_a_problem(front: Front) -> None:
    response = await front.client.get(f"{WATCH}?failAt=2&count=-1")

    assert json.loads(events(response.text)[-1]["data"])["status"] == 500


async def test_whoever_takes_no_events_is_refused(front: Front) -> None:
    response = await front.client.get(WATCH, headers={"Accept": "application/json"})

    assert response.status_code == 406


async def test_events_come_as_they_happen_and_the_service_learns_that_the_reader_left(front: Front) -> None:
    async with reading(front.client, WATCH) as stream:
        seen = [(await anext(stream))["id"] for _ in range(3)]
        assert front.workshop.streams_open == 1

    assert seen == ["1", "2", "3"]
    await asyncio.wait_for(front.workshop.streams_ended.wait(), 20)
    assert front.workshop.streams_open == 0


async def test_a_quiet_stream_is_kept_open(front: Front) -> None:
    front.workshop.quiet = True

    async with front.client.stream("GET", WATCH) as response:
        lines = response.aiter_lines()
        came = [await asyncio.wait_for(anext(lines), 20) for _ in range(4)]

    assert came == ["retry: 3000", "", ":", ""]


async def test_a_drain_ends_the_streams(front: Front) -> None:
    async with reading(front.client, WATCH) as stream:
        await anext(stream)

        await asyncio.wait_for(front.server.drain(20), 20)

        rest = [event async for event in stream]
    assert all("event" not in event for event in rest)
    await asyncio.wait_for(front.workshop.streams_ended.wait(), 20)


async def test_a_stream_is_ended_after_its_time_so_that_its_reader_comes_back() -> None:
    async with opened(RestOptions(stream_seconds=0.3)) as front:
        response = await front.client.get(WATCH)

        assert [int(event["id"]) for event in events(response.text)] == list(range(1, len(events(response.text)) + 1))
        await asyncio.wait_for(front.workshop.streams_ended.wait(), 20)
