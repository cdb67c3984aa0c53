"""The loop: from a report that is marked substantiated at the gateway to the warning of its unit in the county's feed,
one matter after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

import grpc
import httpx
import nats
from google.protobuf.json_format import MessageToDict
from minshao.gateway import v1 as gateway
from minshao.gateway.v1 import feed_service_pb2
from minshao.watch import v1 as watch
from minshao.watch.v1 import report_service_pb2
from nats.aio.msg import Msg
from nats.js.api import StreamConfig

from deploy.local.accounts import COUNTY
from deploy.local.divisions import divisions
from deploy.local.ports import address
from deploy.local.troubles import Trouble
from services.common.access import Role
from services.common.rpc.client import Client
from tests.bench.commits import committing
from tests.bench.county import County
from tests.bench.figures import Figure, percentile
from tests.bench.load import TEXT

FEED = feed_service_pb2.DESCRIPTOR.services_by_name["FeedService"]
REPORTS = report_service_pb2.DESCRIPTOR.services_by_name["ReportService"]
RAISED = "risk.warning.raised"
SCRATCH = "BENCHLOOP"
PATIENCE = 30.0
"""Seconds until a warning is given up."""
LIMIT_IS = "three commits with two messages through the stream server between them"


@dataclass(frozen=True, slots=True)
class Matter:
    """A report about a village, under investigation."""

    village: str
    report: str
    token: str
    """That of the officer who answers it."""


def loop(county: County, matters: int) -> Iterator[Figure]:
    """The median, the 99th percentile beside it, and apart from them the first one since the county was started, for
    which the processes learn all that they do; in milliseconds. Raises Trouble for a warning that does not come, or is
    another one."""
    (first, *took), (first_limit, *limits) = asyncio.run(_loop(county, matters + 1))
    for name, share in (("loop_substantiated_to_feed", 0.5), ("loop_substantiated_to_feed_p99", 0.99)):
        value, limit = (1000 * percentile(found, share) for found in (took, limits))
        yield Figure(name, value, "ms", limit, LIMIT_IS, took)
    yield Figure("loop_first", 1000 * first, "ms", 1000 * first_limit, LIMIT_IS)


async def _loop(county: County, count: int) -> tuple[list[float], list[float]]:
    async with grpc.aio.insecure_channel(address(county.stack.ports.watch)) as channel:
        matters = [await _investigated(county, channel, village, town) for village, town in _villages(count)]
    await asyncio.to_thread(county.settle)
    async with _raised(county) as raised, httpx.AsyncClient(base_url=county.stack.rest) as http:
        took = [await _answered(http, raised, matter) for matter in matters]
    return took, await _limits(county, count)


def _villages(count: int) -> list[tuple[str, str]]:
    """So many villages with their towns; in none has anything been substantiated yet."""
    return [(each.code, each.parent) for each in divisions() if each.kind in ("village", "community")][:count]


async def _investigated(county: County, channel: grpc.aio.Channel, village: str, town: str) -> Matter:
    officer, unit = f"tenants/{town}/accounts/discipline-officer", f"tenants/{town}/units/{village}"
    token = county.token(officer, Role.TOWN_DISCIPLINE, town)
    reports, subject = Client(channel, REPORTS, token), watch.Subject(about="办事拖延", unit=unit)
    filed = await reports.call(
        watch.CreateReportRequest(
            parent=f"tenants/{town}",
            unit=unit,
            kind=watch.Report.KIND_ACCUSATION,
            matter=watch.Report.MATTER_NEGLECT_OF_DUTY,
            channel=watch.Report.CHANNEL_TELEPHONE,
            reporter_mode=watch.Report.REPORTER_MODE_ANONYMOUS,
            subject=watch.Subject(about=subject.about),
            text=TEXT,
        ),
        watch.CreateReportResponse,
    )
    name = filed.report.name
    await reports.call(watch.LinkSubjectRequest(name=name, subject=subject), watch.LinkSubjectResponse)
    await reports.call(watch.AssignReportRequest(name=name, officer=officer), watch.AssignReportResponse)
    await reports.call(watch.StartInvestigationRequest(name=name), watch.StartInvestigationResponse)
    return Matter(village, name, token)


@asynccontextmanager
async def _raised(county: County) -> AsyncIterator[asyncio.Queue[tuple[str, float]]]:
    """The units of warnings, each with the instant at which it came, as somebody of the county sees them."""
    raised: asyncio.Queue[tuple[str, float]] = asyncio.Queue()
    token = county.token(f"{COUNTY}/accounts/viewer", Role.COUNTY_VIEWER, COUNTY.removeprefix("tenants/"))
    async with grpc.aio.insecure_channel(address(county.stack.ports.gateway)) as channel:
        request = gateway.StreamFeedRequest(parent=COUNTY, types=[RAISED])
        steps = Client(channel, FEED, token).stream(request, gateway.StreamFeedResponse)
        await anext(steps)  # where the feed ends now: from here on nothing is missed

        async def listen() -> None:
            async for step in steps:
                if step.HasField("entry"):
                    raised.put_nowait((step.entry.unit, perf_counter()))

        listening = asyncio.create_task(listen())
        try:
            yield raised
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def _answered(http: httpx.AsyncClient, raised: asyncio.Queue[tuple[str, float]], matter: Matter) -> float:
    """Seconds from the call that marks the report to the warning."""
    answer = watch.AnswerReportRequest(finding=watch.Report.FINDING_SUBSTANTIATED, text="属实，已处理。")
    began = perf_counter()
    reply = await http.post(
        f"/v1/{matter.report}:answer",
        json=MessageToDict(answer),
        headers={"authorization": f"Bearer {matter.token}"},
    )
    if reply.status_code != httpx.codes.OK:
        raise Trouble(f"a report was not answered: {reply.text}")
    try:
        async with asyncio.timeout(PATIENCE):
            unit, came = await raised.get()
    except TimeoutError:
        raise Trouble(f"no warning of {matter.village} came within {PATIENCE:g} seconds") from None
    if unit != matter.village:
        raise Trouble(f"the warning is one of {unit}, and not of {matter.village}")
    return came - began


async def _limits(county: County, count: int) -> list[float]:
    user, password = county.stack.nats.user("admin")
    client = await nats.connect(county.stack.nats.url, user=user, password=password)
    stream, arrived = client.jetstream(), asyncio.Queue[Msg]()
    await stream.add_stream(StreamConfig(name=SCRATCH, subjects=[f"{SCRATCH}.>"]))
    try:
        await stream.subscribe(f"{SCRATCH}.>", cb=arrived.put, ordered_consumer=True)
        limits = []
        async with committing(county) as commit:
            for _ in range(count):
                began = perf_counter()
                await commit()
                for _ in range(2):
                    await stream.publish(f"{SCRATCH}.event", bytes(300))
                    await arrived.get()
                    await commit()
                limits.append(perf_counter() - began)
        return limits
    finally:
        await stream.delete_stream(SCRATCH)
        await client.close()
