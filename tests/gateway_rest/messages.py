"""Any message of the workshop, for property tests: every field there or not, with any value that it can have."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import cast

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import ListValue, Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import strategies as st

from tests.gateway_rest.workshop import message

_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)
_SNAKE = st.from_regex(r"[a-z]{1,4}(_[a-z]{1,4}){0,2}(\.[a-z]{1,4}(_[a-z]{1,4}){0,2})?", fullmatch=True)
_OBJECTS = st.dictionaries(st.text(max_size=5), _JSON, max_size=2)
_SECONDS = st.integers(-62135596800, 253402300799)


def _usual(number: float) -> float:
    """The number; of the many NaN, which JSON cannot tell apart, the usual one."""
    return math.nan if math.isnan(number) else number


def _made(kind: type[Message]) -> Callable[[object], Message]:
    return lambda value: ParseDict(cast("dict[str, object]", value), kind())


_MESSAGES: dict[str, st.SearchStrategy[Message]] = {
    "google.protobuf.Timestamp": st.builds(Timestamp, seconds=_SECONDS, nanos=st.integers(0, 999_999_999)),
    "google.protobuf.Duration": st.builds(
        lambda seconds, nanos, sign: Duration(seconds=sign * seconds, nanos=sign * nanos),
        st.integers(0, 315_576_000_000),
        st.integers(0, 999_999_999),
        st.sampled_from([1, -1]),
    ),
    "google.protobuf.FieldMask": st.builds(FieldMask, paths=st.lists(_SNAKE, max_size=3)),
    "google.protobuf.Struct": _OBJECTS.map(_made(Struct)),
    "google.protobuf.Value": _JSON.map(_made(Value)),
    "google.protobuf.ListValue": st.lists(_JSON, max_size=2).map(_made(ListValue)),
    "google.protobuf.Any": st.text(max_size=5).map(lambda name: _packed(message("Thing", name=name, kind=2))),
}

_SCALARS: dict[int, st.SearchStrategy[object]] = {
    FieldDescriptor.TYPE_DOUBLE: st.floats().map(_usual),
    FieldDescriptor.TYPE_FLOAT: st.floats(width=32).map(_usual),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_STRING: st.text(max_size=8),
    FieldDescriptor.TYPE_BYTES: st.binary(max_size=8),
    FieldDescriptor.TYPE_ENUM: st.integers(0, 2),
    **dict.fromkeys((3, 16, 18), st.integers(-(1 << 63), (1 << 63) - 1)),
    **dict.fromkeys((4, 6), st.integers(0, (1 << 64) - 1)),
    **dict.fromkeys((5, 15, 17), st.integers(-(1 << 31), (1 << 31) - 1)),
    **dict.fromkeys((7, 13), st.integers(0, (1 << 32) - 1)),
}


@cache
def any_message(kind: Descriptor, depth: int = 2) -> st.SearchStrategy[Message]:
    """Messages of the kind, nested at most so deep."""
    if kind.full_name in _MESSAGES:
        return _MESSAGES[kind.full_name]
    fields = [field for field in kind.fields if depth or field.message_type is not kind]
    chosen = st.lists(st.sampled_from(fields), unique=True, max_size=6) if fields else st.just([])
    drawn = chosen.flatmap(lambda some: st.fixed_dictionaries({each.name: _values(each, depth) for each in some}))
    return drawn.map(_maker(kind))


def _maker(kind: Descriptor) -> Callable[[dict[str, object]], Message]:
    return lambda fields: GetMessageClass(kind)(**fields)


def _values(field: FieldDescriptor, depth: int) -> st.SearchStrategy[object]:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        entry = field.message_type.fields_by_name
        return st.dictionaries(_value(entry["key"], depth), _value(entry["value"], depth), max_size=3)
    one = _value(field, depth)
    return st.lists(one, max_size=3) if field.is_repeated else one


def _value(field: FieldDescriptor, depth: int) -> st.SearchStrategy[object]:
    if field.message_type is not None:
        return any_message(field.message_type, depth - 1)
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values])
    return _SCALARS[field.type]


def _packed(content: Message) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(content)
    return packed
