"""Instants in the contract and in Python: `google.protobuf.Timestamp` and aware datetimes in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload

from google.protobuf.timestamp_pb2 import Timestamp


@overload
def stamp(instant: datetime) -> Timestamp: ...
@overload
def stamp(instant: datetime | None) -> Timestamp | None: ...
def stamp(instant: datetime | None) -> Timestamp | None:
    """The timestamp of an aware datetime; none for none, which leaves a field of a message absent."""
    if instant is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp


def instant(timestamp: Timestamp) -> datetime:
    """The aware datetime in UTC of a timestamp that is present."""
    return timestamp.ToDatetime(tzinfo=UTC)
