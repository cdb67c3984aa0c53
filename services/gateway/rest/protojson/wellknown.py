"""The messages that ProtoJSON writes in a form of their own: instants, durations, field masks, wrappers, and the rest.

What is rare and intricate (Any, Struct, Value) is left to protobuf's own `json_format`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import TypeAlias, cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from services.gateway.rest.protojson import scalars
from services.gateway.rest.protojson.scalars import Wrong
from services.gateway.rest.protojson.text import Json

ReadMessage: TypeAlias = Callable[[Json, Message], None]
WriteMessage: TypeAlias = Callable[[Message], Json]

WRAPPERS = frozenset(
    f"google.protobuf.{kind}Value"
    for kind in ("Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes")
)

_EPOCH = date(1970, 1, 1).toordinal()
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")
_DURATION = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?s")
_MASK_PATH = re.compile(r"[a-z][a-z0-9]*([_.][a-z][a-z0-9]*)*")
"""In the proto's spelling. A name that does not fit here has no spelling in JSON."""


def reader_of(descriptor: Descriptor) -> ReadMessage | None:
    """Fills an empty message of the type from its JSON form, raising Wrong; None where the form is an object."""
    if descriptor.full_name in WRAPPERS:
        return _wrapper_reader(descriptor)
    return _READERS.get(descriptor.full_name)


def writer_of(descriptor: Descriptor) -> WriteMessage | None:
    """Turns a message of the type into its JSON form; None where the form is an object of its fields."""
    if descriptor.full_name in WRAPPERS:
        return _wrapper_writer(descriptor)
    return _WRITERS.get(descriptor.full_name)


def snake(name: str) -> str:
    """A name in lowerCamelCase as it stands in the proto; one that stands so already stays."""
    return re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), name)


def _wrapper_reader(descriptor: Descriptor) -> ReadMessage:
    read = scalars.reader_of(descriptor.fields_by_name["value"])

    def fill(value: Json, message: Message) -> None:
        setattr(message, "value", read(value))  # noqa: B010 - the class is known only at run time

    return fill


def _wrapper_writer(descriptor: Descriptor) -> WriteMessage:
    write = scalars.writer_of(descriptor.fields_by_name["value"])

    def form(message: Message) -> Json:
        value = getattr(message, "value")  # noqa: B009 - the class is known only at run time
        return write(value) if write else value

    return form


def _read_timestamp(value: Json, message: Message) -> None:
    wrong = Wrong("应当是 RFC 3339 时间，例如 2026-03-01T08:00:00Z。")
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise wrong
    try:
        cast(Timestamp, message).FromJsonString(value)
    except (ValueError, OverflowError):
        raise wrong from None


def _read_duration(value: Json, message: Message) -> None:
    wrong = Wrong("应当是以秒计的时长，例如 3.5s。")
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        raise wrong
    try:
        cast(Duration, message).FromJsonString(value)
    except ValueError:
        raise wrong from None


def _read_mask(value: Json, message: Message) -> None:
    """Paths as the proto or as JSON writes them, separated by commas."""
    paths = [snake(path) for path in value.split(",")] if isinstance(value, str) and value else []
    if not isinstance(value, str) or not all(_MASK_PATH.fullmatch(path) for path in paths):
        raise Wrong("应当是以逗号分隔的字段名。")
    cast(FieldMask, message).paths.extend(paths)


def _read_intricate(value: Json, message: Message) -> None:
    try:
        json_format.ParseDict(cast("dict[str, object]", value), message, max_recursion_depth=50)
    except (json_format.ParseError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        # What json_format raises for forms that it does not expect, such as an Any whose @type is no text.
        raise Wrong(f"不是有效的 {message.DESCRIPTOR.name}。") from None


def _write_timestamp(instant: Timestamp) -> Json:
    """Without datetime, whose arithmetic and formatting take longer than all other fields of a list's item."""
    day, second = divmod(instant.seconds, 86400)
    minute, second = divmod(second, 60)
    fraction = _fraction(instant.nanos) if instant.nanos else ""
    return f"{_date(day)}T{minute // 60:02d}:{minute % 60:02d}:{second:02d}{fraction}Z"


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    """The date of a day counted from 1970-01-01."""
    return date.fromordinal(_EPOCH + day).isoformat()


def _fraction(nanos: int) -> str:
    """Three, six or nine digits, whichever holds all of it."""
    if nanos % 1_000:
        return f".{nanos:09d}"
    return f".{nanos // 1_000:06d}" if nanos % 1_000_000 else f".{nanos // 1_000_000:03d}"


def _write_text(message: Duration | FieldMask) -> Json:
    return message.ToJsonString()


_READERS: dict[str, ReadMessage] = {
    "google.protobuf.Timestamp": _read_timestamp,
    "google.protobuf.Duration": _read_duration,
    "google.protobuf.FieldMask": _read_mask,
    "google.protobuf.Any": _read_intricate,
    "google.protobuf.Struct": _read_intricate,
    "google.protobuf.Value": _read_intricate,
    "google.protobuf.ListValue": _read_intricate,
}

_intricate = partial(json_format.MessageToDict, always_print_fields_with_no_presence=True)
_WRITERS: dict[str, WriteMessage] = {
    "google.protobuf.Timestamp": cast(WriteMessage, _write_timestamp),
    "google.protobuf.Duration": cast(WriteMessage, _write_text),
    "google.protobuf.FieldMask": cast(WriteMessage, _write_text),
    "google.protobuf.Any": _intricate,
    "google.protobuf.Struct": _intricate,
    "google.protobuf.Value": _intricate,
    "google.protobuf.ListValue": _intricate,
}
