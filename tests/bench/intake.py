"""Risk information taken from events: what watch told while the risk service was down, taken when it is up again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from uuid import uuid4

import asyncpg
import nats
from minshao.common import v1 as common
from minshao.watch import v1 as watch
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, DeliverPolicy

from deploy.local.divisions import divisions
from deploy.local.settling import UNPUBLISHED, until
from services.common.clock import SystemClock
from services.common.events import event_type
from tests.bench.county import County
from tests.bench.figures import Figure

STREAM = "WATCH"
TYPES = tuple(event_type(each) for each in (watch.ReportSubstantiated, watch.ReportOverdue))
BATCH = 256
COUNTED = "SELECT count(*) FROM risk_information"
PATIENCE = 600.0
LIMIT_IS = "the same messages fetched and acknowledged"


def intake(county: County, events: int) -> Iterator[Figure]:
    """Events a second, half of them substantiated reports and half overdue ones, about all villages in turn. Each is
    collected and analysed, and most of them raise a warning or join one."""
    risk = county.stack.services["risk"]
    risk.stop()
    limit = asyncio.run(_tell(county, events))
    risk.start()
    rate = asyncio.run(_taken(county, events))
    risk.wait_until(lambda: county.stack.is_healthy("risk"))
    county.settle(PATIENCE)
    yield Figure("risk_intake", rate, "1/s", limit, LIMIT_IS)


async def _tell(county: County, events: int) -> float:
    """Writes the events into watch's ledger, from where they are published; returns how many a second can be fetched
    once the feed has taken them."""
    villages = [(each.parent, each.code) for each in divisions() if each.kind in ("village", "community")]
    async with county.database("watch") as database, _streams(county) as streams:
        last = (await streams.stream_info(STREAM)).state.last_seq
        await _write(database, [_event(*villages[n % len(villages)], n) for n in range(events)])

        async def told() -> bool:
            if await database.fetchval(UNPUBLISHED):
                return False
            feed = await streams.consumer_info(STREAM, "gateway")
            return not feed.num_pending and not feed.num_ack_pending

        await until(told, patience=PATIENCE)
        return await _fetched(streams, last + 1, events)


Row = tuple[object, ...]
COLUMNS = ("tenant", "aggregate", "aggregate_id", "version", "id", "type", "actor", "time", "payload")


def _event(town: str, village: str, n: int) -> Row:
    now, report = SystemClock().now(), uuid4().hex
    reference = watch.ReportReference(
        report=f"tenants/{town}/reports/{report}",
        number=f"景村监〔2000〕{n}号",
        unit=village,
        organ=village,
        level=common.LEVEL_UNIT,
        kind=watch.Report.KIND_ACCUSATION,
        matter=watch.Report.MATTER_NEGLECT_OF_DUTY,
        subject_unit=village,
    )
    told = (
        watch.ReportOverdue(report=reference, visible_to=common.LEVEL_UNIT)
        if n % 2
        else watch.ReportSubstantiated(
            report=reference, finding=watch.Report.FINDING_SUBSTANTIATED, visible_to=common.LEVEL_UNIT
        )
    )
    payload = told.SerializeToString()
    return town, "report", report, 1, uuid4(), event_type(told), "system/watch", now, payload


async def _write(database: asyncpg.Connection, rows: Sequence[Row]) -> None:
    await database.copy_records_to_table("ledger", records=rows, columns=COLUMNS)


async def _fetched(streams: JetStreamContext, first: int, events: int) -> float:
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=first,
        filter_subjects=[f"minshao.*.{type}" for type in TYPES],
    )
    reader = await streams.pull_subscribe("", stream=STREAM, config=config)
    began, fetched = perf_counter(), 0
    while fetched < events:
        for message in await reader.fetch(BATCH, timeout=5):
            await message.ack()
            fetched += 1
    took = perf_counter() - began
    await reader.unsubscribe()
    return fetched / took


async def _taken(county: County, events: int) -> float:
    """The rate from the first that are there to the last."""
    async with county.database("risk") as database:
        before = int(await database.fetchval(COUNTED))

        async def at_least(wanted: int) -> tuple[int, float]:
            async def there() -> bool:
                return int(await database.fetchval(COUNTED)) - before >= wanted

            await until(there, patience=PATIENCE)
            return int(await database.fetchval(COUNTED)) - before, perf_counter()

        first, began = await at_least(1)
        last, ended = await at_least(events)
    return (last - first) / (ended - began)


@asynccontextmanager
async def _streams(county: County) -> AsyncIterator[JetStreamContext]:
    user, password = county.stack.nats.user("admin")
    client = await nats.connect(county.stack.nats.url, user=user, password=password)
    try:
        yield client.jetstream()
    finally:
        await client.close()
