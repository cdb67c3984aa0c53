"""From messages to JSON.

A message becomes a dict that msgspec encodes. The plan of a type is made once: one `attrgetter` reads all fields
without presence in C, and only those that JSON writes otherwise are touched in Python. Fields without presence are
always written, empty or not, so that a reader need not know defaults; fields with presence only when they are there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter, itemgetter
from typing import TypeAlias, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from services.gateway.rest.protojson import scalars, wellknown
from services.gateway.rest.protojson.text import Json

Convert: TypeAlias = Callable[[object], Json]


@cache
def writer_of(descriptor: Descriptor) -> Callable[[Message], Json]:
    """A function from messages of the type to what msgspec writes as their ProtoJSON."""
    if form := wellknown.writer_of(descriptor):
        return form
    plain = [field for field in descriptor.fields if not field.has_presence]
    names = [field.json_name for field in plain]
    read_all = _getter([field.name for field in plain])
    turned = [(field.json_name, convert) for field in plain if (convert := _conversion(field))]
    present = [(f.name, f.json_name, _conversion(f) or _same) for f in descriptor.fields if f.has_presence]

    def write(message: Message) -> Json:
        members: dict[str, object] = dict(zip(names, read_all(message), strict=True))
        for name, convert in turned:
            members[name] = convert(members[name])
        for field, name, convert in present:
            if message.HasField(field):
                members[name] = convert(getattr(message, field))
        return members  # type: ignore[return-value]  # dict is invariant; a cast would cost a call per message

    return write


def _getter(fields: list[str]) -> Callable[[Message], tuple[object, ...]]:
    if not fields:
        return lambda _: ()
    get = attrgetter(*fields)
    return get if len(fields) > 1 else lambda message: (get(message),)


def _conversion(field: FieldDescriptor) -> Convert | None:
    """What turns the field's value into JSON; None where it is JSON as it is."""
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return _map_conversion(field.message_type)
    one = _one(field)
    return _list_conversion(one) if field.is_repeated else one


def _list_conversion(one: Convert | None) -> Convert:
    if one is None:
        return _LIST
    each = one

    def convert(values: list[object]) -> Json:
        return [each(value) for value in values]

    return cast(Convert, convert)


def _map_conversion(entry: Descriptor) -> Convert:
    one = _one(entry.fields_by_name["value"]) or _same
    text = scalars.text_of_key

    def convert(values: dict[str, object]) -> Json:
        return {text(key): one(value) for key, value in values.items()}

    return cast(Convert, convert)


def _one(field: FieldDescriptor) -> Convert | None:
    if field.message_type is not None:
        return _late(field.message_type)
    return cast("Convert | None", scalars.writer_of(field))


def _late(descriptor: Descriptor) -> Convert:
    """The writer of a nested type, made at its first use: types may contain themselves."""
    if form := wellknown.writer_of(descriptor):
        return cast(Convert, form)

    def convert(message: Message) -> Json:
        return writer_of(descriptor)(message)

    return cast(Convert, convert)


def _same(value: object) -> Json:
    return value  # type: ignore[return-value]  # strings, numbers and booleans: no call to convince the checker


_LIST = cast(Convert, itemgetter(slice(None)))
"""A repeated field of what is JSON already, as a list: a slice is twice as fast as `list`."""
