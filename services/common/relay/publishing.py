"""Sending entries of the ledger to JetStream: many at once, those of one aggregate one after the other."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence

from nats.js import JetStreamContext

from services.common.events import headers, subject
from services.common.ledger.numbering import NumberedEntry


async def publish(
    js: JetStreamContext, stream: str, entries: Iterable[NumberedEntry]
) -> tuple[list[NumberedEntry], list[Exception]]:
    """Those that the stream acknowledged, and what went wrong with others.

    Of an aggregate, an entry is sent when the one before it has been acknowledged, so that none overtakes another.
    The same entry may be sent any number of times: its `Nats-Msg-Id` is its id.
    """
    chains: defaultdict[tuple[str, str, str], list[NumberedEntry]] = defaultdict(list)
    for entry in entries:
        chains[entry.tenant, entry.aggregate, entry.aggregate_id].append(entry)
    acknowledged: list[NumberedEntry] = []
    sending = (_send(js, stream, chain, acknowledged) for chain in chains.values())
    errors = await asyncio.gather(*sending, return_exceptions=True)
    return acknowledged, [error for error in errors if isinstance(error, Exception)]


async def _send(
    js: JetStreamContext, stream: str, chain: Sequence[NumberedEntry], acknowledged: list[NumberedEntry]
) -> None:
    for entry in chain:
        place = subject(entry.tenant, entry.type)
        await js.publish(place, entry.payload, stream=stream, headers=dict(headers(entry)))
        acknowledged.append(entry)
