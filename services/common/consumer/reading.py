"""Reading a durable consumer of JetStream strictly in the order of its stream.

Left alone, JetStream gives that order up as soon as something goes wrong: what was delivered and not acknowledged
comes again after a while, behind what is newer; and a delivery that is lost with a connection leaves no trace. A
consumer that refuses older versions would then lose events for good. So a reading is one unbroken run of deliveries
from the ack floor on, and ends at the first sign of a break: a gap in the count of deliveries, or silence where there
should be a heartbeat. The next reading sets the consumer back to its ack floor and begins there; what was taken
already is in the inbox.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig

from services.common.broker import REQUEST_SECONDS, jetstream
from services.common.consumer.subscription import Subscription

TOGETHER = 256
"""How many events are asked for, and handed over, at a time."""
UNSETTLED = 2000
"""How many may be delivered and not acknowledged yet; also those that wait behind one that failed."""
ACK_SECONDS = 60.0
PULL_SECONDS = 30.0
HEARTBEAT_SECONDS = 0.5
SILENCE_SECONDS = 2.0
"""After how long without even a heartbeat the line counts as broken."""


class Broken(Exception):
    """The run of deliveries is not whole any more: begin again."""


@asynccontextmanager
async def reading(client: Client, subscription: Subscription) -> AsyncIterator[Reading]:
    """Makes or adapts the durable consumer, sets it back to its ack floor, and reads from there.

    Only one process may read a consumer at a time. Raises Broken, or an error of NATS: no stream among them.
    """
    config = ConsumerConfig(
        name=subscription.durable,
        durable_name=subscription.durable,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_SECONDS,
        max_deliver=-1,
        max_ack_pending=UNSETTLED,
        filter_subjects=subscription.subjects,
    )
    await jetstream(client).add_consumer(subscription.stream, config)
    consumer = f"{subscription.stream}.{subscription.durable}"
    remaining = await _reset(client, consumer)
    heard: asyncio.Queue[Msg] = asyncio.Queue()
    inbox = await client.subscribe(client.new_inbox(), cb=heard.put)
    try:
        yield Reading(client, consumer, inbox.subject, heard, remaining)
    finally:
        with suppress(NatsError):
            await inbox.unsubscribe()


class Reading:
    """One unbroken run of deliveries."""

    def __init__(self, client: Client, consumer: str, inbox: str, heard: asyncio.Queue[Msg], remaining: int) -> None:
        self._client = client
        self._consumer = consumer
        self._inbox = inbox
        self._heard = heard
        self._asked = 0
        self._delivered = 0
        self.remaining = remaining
        """How many events the stream holds for this consumer beyond those delivered."""

    async def batch(self, seconds: float | None = None) -> list[Msg]:
        """The next events, as soon as there is one; none if none comes within `seconds`. Raises Broken."""
        messages: list[Msg] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not messages:
                    messages.extend(self._deliveries(await self._hear()))
        while messages and len(messages) < TOGETHER and not self._heard.empty():
            messages.extend(self._deliveries(self._heard.get_nowait()))
        return messages

    async def _hear(self) -> Msg:
        if self._asked <= 0:
            await self._ask()
        try:
            async with asyncio.timeout(SILENCE_SECONDS) as silence:
                return await self._heard.get()
        except TimeoutError:
            if silence.expired():
                raise Broken("silence") from None
            raise

    async def _ask(self) -> None:
        spans = {"expires": PULL_SECONDS, "idle_heartbeat": HEARTBEAT_SECONDS}
        request = {"batch": TOGETHER, **{name: int(seconds * 1e9) for name, seconds in spans.items()}}
        self._asked = TOGETHER
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._consumer}"
        await self._client.publish(subject, json.dumps(request).encode(), reply=self._inbox)

    def _deliveries(self, message: Msg) -> Iterator[Msg]:
        """The message, if it is a delivery and not a word of the server about the request."""
        headers: Mapping[str, str] = message.headers or {}
        match headers.get("Status"):
            case None:
                yield self._counted(message)
            case "100":  # a heartbeat
                if int(headers.get("Nats-Last-Consumer", 0)) > self._delivered:
                    raise Broken("a delivery was lost")
            case "404" | "408":  # the request has run out
                self._asked = 0
            case status:
                raise Broken(f"{status} {headers.get('Description', '')}".strip())

    def _counted(self, message: Msg) -> Msg:
        data = message.metadata
        if data.sequence.consumer != self._delivered + 1:
            raise Broken("a delivery was lost")
        self._delivered += 1
        self._asked -= 1
        self.remaining = data.num_pending
        return message


async def _reset(client: Client, consumer: str) -> int:
    """Sets the consumer back to its ack floor: what is not acknowledged comes again, in order, counted from 1.

    Returns how many events come.
    """
    reply = await client.request(f"$JS.API.CONSUMER.RESET.{consumer}", b"", timeout=REQUEST_SECONDS)
    answer = json.loads(reply.data)
    if "error" in answer:
        raise Broken(f"no reset: {answer['error'].get('description')}")
    return int(answer["num_pending"])
