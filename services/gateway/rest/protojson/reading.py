"""From JSON to messages: nothing unknown, nothing twice, nothing of another type, and each fault with its field.

All faults of a value are gathered, so that whoever wrote it can mend them at once. Field names are accepted as JSON
(`dueTime`) and as the proto (`due_time`) writes them; faults name them as JSON does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Protocol, TypeAlias, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from services.common.errors import Violation
from services.gateway.rest.protojson import scalars, wellknown
from services.gateway.rest.protojson.scalars import Wrong
from services.gateway.rest.protojson.text import Json

DEPTH = 50
"""How deep messages may be nested; protobuf itself reads 100 levels."""

Fill: TypeAlias = Callable[[Message, Json, "Place"], None]


class _Values(Protocol):
    """A repeated field of messages."""

    def add(self) -> Message: ...


class Place:
    """Where in the value the reader is, and the list of faults that all places of one reading share."""

    __slots__ = ("depth", "faults", "path")

    def __init__(self, path: str, faults: list[Violation], depth: int = 0) -> None:
        self.path = path
        self.faults = faults
        self.depth = depth

    def member(self, name: str) -> Place:
        return Place(f"{self.path}.{name}" if self.path else name, self.faults, self.depth + 1)

    def item(self, index: int | str) -> Place:
        return Place(f"{self.path}[{index}]", self.faults, self.depth)

    def fault(self, description: str, reason: str = "INVALID_VALUE") -> None:
        self.faults.append(Violation(self.path, description, reason))


def read(value: Json, message: Message, path: str = "") -> list[Violation]:
    """Fills an empty message from its ProtoJSON; what is wrong with it, each with its field below `path`."""
    place = Place(path, [])
    _fill_message(message, value, place)
    return place.faults


@cache
def fields_of(descriptor: Descriptor) -> dict[str, FieldDescriptor]:
    """The fields of a message by both of their names."""
    return {name: field for field in descriptor.fields for name in (field.json_name, field.name)}


def _fill_message(message: Message, value: Json, place: Place) -> None:
    if special := _special(message.DESCRIPTOR):
        _try(lambda: special(value, message), place)
    elif not isinstance(value, dict):
        place.fault("应当是对象。")
    elif place.depth > DEPTH:
        place.fault("嵌套过深。")
    else:
        _fill_fields(message, value, place)


def _fill_fields(message: Message, members: dict[str, Json], place: Place) -> None:
    known = fields_of(message.DESCRIPTOR)
    taken: dict[str, str] = {}
    for name, value in members.items():
        if (field := known.get(name)) is None:
            place.member(_quoted(name)).fault("没有这个字段。", "UNKNOWN_FIELD")
        elif value is not None or _takes_null(field):
            there = place.member(field.json_name)
            if _is_free(field, taken, there):
                _filler_of(field)(message, value, there)


def _is_free(field: FieldDescriptor, taken: dict[str, str], place: Place) -> bool:
    """Whether neither the field nor another of its oneof was given before."""
    group = field.containing_oneof.full_name if field.containing_oneof else field.full_name
    if (other := taken.get(group)) is None:
        taken[group] = field.json_name
        return True
    place.fault("重复填写。" if other == field.json_name else f"不能与 {other} 同时填写。", "GIVEN_TWICE")
    return False


def _takes_null(field: FieldDescriptor) -> bool:
    """Null leaves a field unset, except where null is a value of the type."""
    kind = field.message_type or field.enum_type
    return kind is not None and kind.full_name in ("google.protobuf.Value", "google.protobuf.NullValue")


@cache
def _filler_of(field: FieldDescriptor) -> Fill:
    if field.message_type is None:
        return _repeated_scalars(field) if field.is_repeated else _single_scalar(field)
    if field.message_type.GetOptions().map_entry:
        return _map(field)
    return _repeated_messages(field) if field.is_repeated else _single_message(field)


def _single_scalar(field: FieldDescriptor) -> Fill:
    reader = _scalar_reader(field)

    def fill(message: Message, value: Json, place: Place) -> None:
        _try(lambda: setattr(message, field.name, reader(value)), place)

    return fill


def _repeated_scalars(field: FieldDescriptor) -> Fill:
    reader = _scalar_reader(field)

    def fill(message: Message, value: Json, place: Place) -> None:
        values = getattr(message, field.name)
        for index, item in enumerate(_items(value, place)):
            _try(partial(_append, values, reader, item), place.item(index))

    return fill


def _append(values: list[object], reader: scalars.ReadScalar, item: Json) -> None:
    values.append(reader(item))


def _single_message(field: FieldDescriptor) -> Fill:
    def fill(message: Message, value: Json, place: Place) -> None:
        nested: Message = getattr(message, field.name)
        nested.SetInParent()
        _fill_message(nested, value, place)

    return fill


def _repeated_messages(field: FieldDescriptor) -> Fill:
    def fill(message: Message, value: Json, place: Place) -> None:
        values: _Values = getattr(message, field.name)
        for index, item in enumerate(_items(value, place)):
            _fill_message(values.add(), item, place.item(index))

    return fill


def _map(field: FieldDescriptor) -> Fill:
    entry = cast(Descriptor, field.message_type)
    read_key = _key_reader(entry.fields_by_name["key"])
    put_value = _map_value(entry.fields_by_name["value"])

    def put(values: dict[object, object], name: str, item: Json, place: Place) -> None:
        put_value(values, read_key(name), item, place)

    def fill(message: Message, value: Json, place: Place) -> None:
        if not isinstance(value, dict):
            place.fault("应当是对象。")
            return
        values = getattr(message, field.name)
        for name, item in value.items():
            there = place.item(f'"{_quoted(name)}"')
            _try(partial(put, values, name, item, there), there)

    return fill


def _key_reader(key: FieldDescriptor) -> Callable[[str], scalars.Scalar]:
    reader = _scalar_reader(key)
    if key.type == FieldDescriptor.TYPE_BOOL:
        return lambda name: reader({"true": True, "false": False}.get(name, name))
    return reader


def _map_value(field: FieldDescriptor) -> Callable[[dict[object, object], object, Json, Place], None]:
    if field.message_type is not None:
        return lambda values, key, item, place: _fill_message(cast(Message, values[key]), item, place)
    reader = _scalar_reader(field)

    def put(values: dict[object, object], key: object, item: Json, _place: Place) -> None:
        values[key] = reader(item)

    return put


@cache
def _special(descriptor: Descriptor) -> wellknown.ReadMessage | None:
    return wellknown.reader_of(descriptor)


@cache
def _scalar_reader(field: FieldDescriptor) -> scalars.ReadScalar:
    return scalars.reader_of(field)


def _items(value: Json, place: Place) -> list[Json]:
    if isinstance(value, list):
        return value
    place.fault("应当是数组。")
    return []


def _quoted(name: str) -> str:
    """A name that the caller made up, fit to be repeated to them."""
    return name[:80] if scalars.is_unicode(name) else "�"


def _try(step: Callable[[], None], place: Place) -> None:
    try:
        step()
    except Wrong as wrong:
        place.fault(str(wrong))
