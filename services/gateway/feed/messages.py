"""Entries of a feed as messages of the contract."""

from __future__ import annotations

from collections.abc import Mapping

from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.events import event_messages, event_title
from services.common.instants import stamp
from services.gateway.feed.domain import Entry


def entry_message(entry: Entry, cursor: str, names: Mapping[str, str]) -> gateway.FeedEntry:
    """`names` are those of tenants, by code."""
    return gateway.FeedEntry(
        cursor=cursor,
        event=str(entry.event),
        type=entry.type,
        # Another process may be of a later version, and have recorded what this one does not know.
        title=event_title(entry.type) if entry.type in event_messages() else entry.type,
        town=entry.town,
        town_name=names.get(entry.town, ""),
        service=entry.service,
        resource=entry.resource,
        number=entry.cited,
        unit=entry.unit,
        event_time=stamp(entry.time),
        visible_to=common.Level.ValueType(entry.sight.level),
        ledger_number=entry.ledger_number,
        ledger_hash=entry.ledger_hash,
        trace=entry.trace,
    )
