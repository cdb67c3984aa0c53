"""Events that only tests know, of the service watch, so that no test of the foundation hangs on a feature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import uuid4

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.message import Message
from minshao.common import v1 as common

from services.common.events import Event, event_type

LEVEL = ".minshao.common.v1.Level"


def _event(file: FileDescriptorProto, name: str, type: str) -> None:
    message = file.message_type.add(name=name)
    _field(message, "note", 1, FieldDescriptorProto.TYPE_STRING)
    _field(message, "step", 2, FieldDescriptorProto.TYPE_INT64)
    _field(message, "visible_to", 15, FieldDescriptorProto.TYPE_ENUM).type_name = LEVEL
    message.options.Extensions[common.event].type = type
    message.options.Extensions[common.event].title = "样例"


def _field(
    message: DescriptorProto, name: str, number: int, kind: FieldDescriptorProto.Type.ValueType
) -> FieldDescriptorProto:
    return message.field.add(name=name, number=number, type=kind, label=FieldDescriptorProto.LABEL_OPTIONAL)


def _messages() -> Mapping[str, type[Message]]:
    file = FileDescriptorProto(name="tests/sample_events.proto", package="tests.sample", syntax="proto3")
    file.dependency.extend(["minshao/common/v1/access.proto", "minshao/common/v1/event.proto"])
    _event(file, "SampleMade", "watch.sample.made")
    _event(file, "SampleMoved", "watch.sample.moved")
    pool = descriptor_pool.Default()
    descriptors = pool.AddSerializedFile(file.SerializeToString()).message_types_by_name.values()
    made = [message_factory.GetMessageClass(descriptor) for descriptor in descriptors]
    return {event_type(message): message for message in made}


SAMPLES = _messages()
"""The sample events by their type."""

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday morning at nine in Luonan."""

MADE, MOVED = "watch.sample.made", "watch.sample.moved"


def sample(type: str = MADE, *, note: str = "", step: int = 0, visible_to: int = common.LEVEL_TOWN) -> Message:
    """One sample event."""
    return SAMPLES[type](note=note, step=step, visible_to=visible_to)


def sample_event(message: Message | None = None, **changes: object) -> Event:
    """One sample event as it is sent; `changes` are fields of Event."""
    message = message or sample()
    known = {
        "id": uuid4(),
        "type": event_type(message),
        "tenant": "611021101",
        "aggregate": "sample",
        "aggregate_id": uuid4().hex,
        "version": 1,
        "time": datetime(2026, 2, 28, 16, 0, 0, 123456, tzinfo=UTC),
        "actor": "tenants/611021101/accounts/liwei",
        "trace": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "number": 12,
        "hash": bytes(range(32)),
        "payload": message.SerializeToString(),
        "message": message,
    }
    return Event(**{**known, **changes})  # type: ignore[arg-type]
