"""Events at an even pace, and when they arrive, in a process of its own: `python -m tests.bench.pace`.

Takes a `Job` as JSON on its standard input, prints an `Outcome`.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from time import perf_counter
from typing import TypeAlias
from uuid import uuid4

import grpc
import msgspec
import nats
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as watch
from nats.aio.msg import Msg
from nats.js.api import StreamConfig

from deploy.local.settling import until
from tests.bench.load import CREATE_REPORT, Place, Unary, report

STREAM_FEED = "/minshao.gateway.v1.FeedService/StreamFeed"
REGISTERED = "watch.report.registered"
SCRATCH = "BENCH"

Streaming: TypeAlias = "grpc.aio.UnaryStreamMultiCallable[bytes, bytes]"


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done."""

    watch: str
    gateway: str
    """Addresses of gRPC, host:port."""
    places: list[Place]
    county: str
    county_token: str
    nats: str
    nats_user: str
    nats_password: str
    rate: float
    """Events a second."""
    seconds: float


class Outcome(msgspec.Struct, frozen=True):
    """How long each event was under way, in seconds."""

    feed: list[float]
    """From the answer that says that a report is committed, until the event stands in the county's feed."""
    stream: list[float]
    """The limit: from the publishing of a message to its arrival at a subscriber of the same stream server."""


async def run(job: Job) -> Outcome:
    stream = await _through_stream(job)
    return Outcome(await _through_feed(job), stream)


async def _evenly(job: Job, send: Callable[[], Awaitable[None]]) -> None:
    """Sends at the pace of the job, without waiting for what was sent before. Returns when all are sent."""
    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(round(job.rate * job.seconds)):
            await asyncio.sleep(began + number / job.rate - perf_counter())
            group.create_task(_awaited(send))


async def _awaited(send: Callable[[], Awaitable[None]]) -> None:
    await send()


async def _through_feed(job: Job) -> list[float]:
    committed: dict[str, float] = {}
    arrived: dict[str, float] = {}
    calls = [(report(each).SerializeToString(), _bearer(each.token)) for each in job.places]
    async with grpc.aio.insecure_channel(job.watch) as there, grpc.aio.insecure_channel(job.gateway) as here:
        create: Unary = there.unary_unary(CREATE_REPORT)
        follow: Streaming = here.unary_stream(STREAM_FEED)
        asked = gateway.StreamFeedRequest(parent=job.county, types=[REGISTERED]).SerializeToString()
        steps = aiter(follow(asked, metadata=_bearer(job.county_token)))
        await anext(steps)  # where the feed ends now: from here on nothing is missed

        async def listen() -> None:
            async for raw in steps:
                step = gateway.StreamFeedResponse.FromString(raw)
                if step.HasField("entry"):
                    arrived[step.entry.resource] = perf_counter()

        async def file() -> None:
            request, metadata = random.choice(calls)
            answer = watch.CreateReportResponse.FromString(await create(request, metadata=metadata))
            committed[answer.report.name] = perf_counter()

        listening = asyncio.create_task(listen())
        await _evenly(job, file)
        await until(lambda: _all_of(committed, arrived))
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
    return [arrived[name] - instant for name, instant in committed.items()]


async def _through_stream(job: Job) -> list[float]:
    sent: dict[str, float] = {}
    arrived: dict[str, float] = {}
    client = await nats.connect(job.nats, user=job.nats_user, password=job.nats_password)
    stream = client.jetstream()
    await stream.add_stream(StreamConfig(name=SCRATCH, subjects=[f"{SCRATCH}.>"]))

    async def take(message: Msg) -> None:
        arrived[(message.headers or {})["Nats-Msg-Id"]] = perf_counter()

    async def publish() -> None:
        sent[name := uuid4().hex] = perf_counter()
        await stream.publish(f"{SCRATCH}.event", bytes(300), headers={"Nats-Msg-Id": name})

    try:
        await stream.subscribe(f"{SCRATCH}.>", cb=take, ordered_consumer=True)
        await _evenly(job, publish)
        await until(lambda: _all_of(sent, arrived))
    finally:
        await stream.delete_stream(SCRATCH)
        await client.close()
    return [arrived[name] - instant for name, instant in sent.items()]


async def _all_of(sent: Mapping[str, float], arrived: Mapping[str, float]) -> bool:
    return sent.keys() <= arrived.keys()


def _bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


if __name__ == "__main__":
    sys.stdout.buffer.write(
        msgspec.json.encode(asyncio.run(run(msgspec.json.decode(sys.stdin.buffer.read(), type=Job))))
    )
