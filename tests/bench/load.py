"""Clients that write as fast as they can, in a process of their own: `python -m tests.bench.load`.

Takes a `Job` as JSON on its standard input, prints an `Outcome`.
"""

from __future__ import annotations

import asyncio
import gc
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Literal, TypeAlias

import grpc
import msgspec
from google.protobuf.json_format import MessageToJson
from minshao.agency import v1 as agency
from minshao.watch import v1 as watch

CREATE_REPORT = "/minshao.watch.v1.ReportService/CreateReport"
CREATE_CASE = "/minshao.agency.v1.CaseService/CreateCase"
ACCEPT_CASE = "/minshao.agency.v1.CaseService/AcceptCase"
ITEM = "SH-02"
"""What cases are about: village, town and one department."""
TEXT = "村干部在低保评议中优亲厚友，我家申请三个月没有答复。" * 6
ABOUT = "八一村村干部"


Written = Literal["report", "case"]


class Place(msgspec.Struct, frozen=True):
    """Where it is written, and with whose token."""

    parent: str
    unit: str
    """The unit that a report is told to, or the point at which a case comes in."""
    token: str
    brought: list[str] = []
    """The materials that come with a case."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done."""

    what: Written = "report"
    by: Literal["grpc", "rest"]
    address: str
    """host:port"""
    places: list[Place]
    """Each time one of these, by chance."""
    clients: int
    seconds: float
    warm_up: float = 0.5
    """Seconds before that which do not count."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of it."""

    calls: int
    """How often the task was done, the warm-up included."""
    rate: float
    """How often in a second, the warm-up not included."""
    latencies: list[float]
    """Seconds that each took, from call to answer."""
    own_seconds: float
    """How long the clients themselves had a processor."""


Unary: TypeAlias = "grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]"
Do = Callable[[], Awaitable[None]]
"""Does the task once, and raises unless it was done."""


def report(place: Place) -> watch.CreateReportRequest:
    """An anonymous accusation that came by telephone."""
    return watch.CreateReportRequest(
        parent=place.parent,
        unit=place.unit,
        kind=watch.Report.KIND_ACCUSATION,
        matter=watch.Report.MATTER_POLICY,
        channel=watch.Report.CHANNEL_TELEPHONE,
        reporter_mode=watch.Report.REPORTER_MODE_ANONYMOUS,
        subject=watch.Subject(about=ABOUT),
        text=TEXT,
    )


def application(place: Place) -> agency.CreateCaseRequest:
    """What somebody applies for who has brought everything."""
    return agency.CreateCaseRequest(
        parent=place.parent,
        point=place.unit,
        item=ITEM,
        applicant=agency.Case.Applicant(name="张三", phone="13809140001", identity_number="11010519491231002X"),
        brought=place.brought,
    )


async def run(job: Job) -> Outcome:
    """Lets all clients work until the time is over; each waits for its answer before it goes on."""
    latencies: list[float] = []
    calls = 0
    async with AsyncExitStack() as ends:
        open_client = _over_grpc if job.by == "grpc" else _over_rest
        clients = [await open_client(job, ends) for _ in range(job.clients)]
        gc.freeze()
        counted_from = perf_counter() + job.warm_up
        until = counted_from + job.seconds

        async def work(do: Do) -> None:
            nonlocal calls
            while (began := perf_counter()) < until:
                await do()
                calls += 1
                if began >= counted_from:
                    latencies.append(perf_counter() - began)

        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(work(client))
        took = perf_counter() - counted_from
    return Outcome(calls, len(latencies) / took, latencies, _processor_seconds())


async def _over_grpc(job: Job, ends: AsyncExitStack) -> Do:
    """A client with a connection of its own."""
    options = [("grpc.use_local_subchannel_pool", 1)]
    channel = await ends.enter_async_context(grpc.aio.insecure_channel(job.address, options=options))
    write = WRITERS[job.what](channel)

    async def work() -> None:
        async for _ in write(random.choice(job.places)):
            pass

    return work


Write = Callable[[Place], AsyncIterator[None]]
"""Writes one thing, a step for each call that it takes."""


def _filing(channel: grpc.aio.Channel) -> Write:
    create: Unary = channel.unary_unary(CREATE_REPORT)

    async def file(place: Place) -> AsyncIterator[None]:
        await create(report(place).SerializeToString(), metadata=_bearer(place))
        yield

    return file


def _accepting(channel: grpc.aio.Channel) -> Write:
    """Two calls, as at a counter: the case is received, and then accepted."""
    create: Unary = channel.unary_unary(CREATE_CASE)
    accept: Unary = channel.unary_unary(ACCEPT_CASE)

    async def receive_and_accept(place: Place) -> AsyncIterator[None]:
        raw = await create(application(place).SerializeToString(), metadata=_bearer(place))
        yield
        name = agency.CreateCaseResponse.FromString(raw).case.name
        await accept(agency.AcceptCaseRequest(name=name).SerializeToString(), metadata=_bearer(place))
        yield

    return receive_and_accept


WRITERS: Mapping[Written, Callable[[grpc.aio.Channel], Write]] = {"report": _filing, "case": _accepting}


def _bearer(place: Place) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {place.token}"),)


async def _over_rest(job: Job, ends: AsyncExitStack) -> Do:
    """A client that files reports with a connection of its own that speaks just enough HTTP to cost little itself."""
    host, _, port = job.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    ends.callback(writer.close)
    requests = [_http_request(place, job.address) for place in job.places]

    async def file() -> None:
        writer.write(random.choice(requests))
        head = await reader.readuntil(b"\r\n\r\n")
        status, *headers = head.decode("latin-1").lower().split("\r\n")
        length = next(header for header in headers if header.startswith("content-length:"))
        body = await reader.readexactly(int(length.partition(":")[2]))
        if status.split()[1] != "200":
            raise RuntimeError(f"{status}: {body.decode()}")

    return file


def _http_request(place: Place, address: str) -> bytes:
    message = report(place)
    message.ClearField("parent")
    body = MessageToJson(message, indent=None, ensure_ascii=False).encode()
    head: Sequence[str] = (
        f"POST /v1/{place.parent}/reports HTTP/1.1",
        f"Host: {address}",
        f"Authorization: Bearer {place.token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body


def _processor_seconds() -> float:
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.stdout.buffer.write(
        msgspec.json.encode(asyncio.run(run(msgspec.json.decode(sys.stdin.buffer.read(), type=Job))))
    )
