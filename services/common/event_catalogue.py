"""The catalogue of events, written from the contract: `python -m services.common.event_catalogue docs/events.md`.

What it says of an event are the comments of `proto/`, which the built image keeps.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import cast

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet

from services.common.broker import stream_of
from services.common.events import event_messages, event_title

IMAGE = Path(__file__).parents[2] / "build" / "proto.binpb"

HEAD = """\
# Events

Written from `proto/` by `python -m services.common.event_catalogue docs/events.md`; change the comments there.

An event says that something has happened. It is an entry of the sender's ledger, and reaches whoever consumes it at
least once, with the same `ce-id` each time; those of one thing (`minshao-aggregate`, `minshao-aggregate-id`) in the
order of `minshao-version`. The body is the protobuf message; these are its headers:

| header | what it holds |
| --- | --- |
| `ce-id`, `Nats-Msg-Id` | id of the event, a UUID |
| `ce-type` | the type, as below |
| `ce-source` | `tenants/{tenant}/services/{service}` |
| `ce-time` | when it happened, ISO 8601 in UTC |
| `ce-specversion` | `1.0` |
| `traceparent` | W3C trace, if there is one |
| `minshao-aggregate`, `minshao-aggregate-id` | what changed |
| `minshao-version` | counts the changes of that one thing, from 1 |
| `minshao-actor` | account, `citizen` or `system/{service}` |
| `minshao-number` | place in the tenant's ledger, from 1 without gaps |
| `minshao-hash` | the ledger's chain up to this entry, hexadecimal |

Payloads hold codes, numbers and times: never a reporter's identity, never the text of a report. `visible_to` is the
level at and above which an event may be seen. Consumers leave alone the fields that they do not know.
"""


SCALARS: Mapping[int, str] = {
    number: name.removeprefix("TYPE_").lower() for name, number in FieldDescriptorProto.Type.items()
}
TABLE = ["| field | type | what it says |", "| --- | --- | --- |"]


def catalogue(image: FileDescriptorSet) -> str:
    """The whole catalogue as Markdown, from an image of the contract that has its comments."""
    comments = dict(_comments(image))
    lines = [HEAD]
    parts: dict[str, Descriptor] = {}
    for service, types in groupby(sorted(event_messages()), key=lambda type: type.partition(".")[0]):
        lines += [f"## {service}", "", f"Stream `{stream_of(service)}`, subjects `minshao.{{tenant}}.{service}.…`.", ""]
        for type in types:
            descriptor = cast(Descriptor, event_messages()[type].DESCRIPTOR)
            lines += [f"### `{type}` {event_title(type)}", "", *_message(descriptor, comments)]
            parts |= _parts(descriptor)
    lines += ["## Parts of events", ""]
    for name in sorted(parts):
        lines += [f"### `{name}`", "", *_message(parts[name], comments)]
    return "\n".join(lines)


def _message(descriptor: Descriptor, comments: Mapping[str, str]) -> Iterator[str]:
    yield f"`{descriptor.full_name}`. {comments[descriptor.full_name]}"
    yield ""
    yield from TABLE
    for field in descriptor.fields:
        kind = ("repeated " if field.is_repeated else "") + _type(field)
        yield f"| `{field.name}` | {kind} | {comments[field.full_name]} |"
    yield ""


def _type(field: FieldDescriptor) -> str:
    if field.message_type is not None:
        return f"`{_short(field.message_type)}`"
    if field.enum_type is not None:
        return f"`{_short(field.enum_type)}`"
    return SCALARS[field.type]


def _short(descriptor: Descriptor | EnumDescriptor) -> str:
    return descriptor.full_name.removeprefix("google.protobuf.")


def _parts(descriptor: Descriptor) -> dict[str, Descriptor]:
    """The messages of our own of which it is made, and those of which these are made."""
    parts: dict[str, Descriptor] = {}
    for field in descriptor.fields:
        part = field.message_type
        if part is not None and part.full_name.startswith("minshao."):
            parts |= {part.full_name: part, **_parts(part)}
    return parts


def _comments(image: FileDescriptorSet) -> Iterator[tuple[str, str]]:
    """The comment of each message and field of ours, by full name, in one line."""
    for file in image.file:
        if not file.name.startswith("minshao/"):
            continue
        written = {
            tuple(place.path): " ".join(place.leading_comments.split()) for place in file.source_code_info.location
        }
        for number, message in enumerate(file.message_type):
            yield from _comments_of(message, f"{file.package}.{message.name}", (4, number), written)


def _comments_of(
    message: DescriptorProto, name: str, path: tuple[int, ...], written: Mapping[tuple[int, ...], str]
) -> Iterator[tuple[str, str]]:
    yield name, written.get(path, "")
    for number, field in enumerate(message.field):
        yield f"{name}.{field.name}", written.get((*path, 2, number), "").replace("|", "\\|")
    for number, inner in enumerate(message.nested_type):
        yield from _comments_of(inner, f"{name}.{inner.name}", (*path, 3, number), written)


def main() -> None:
    """Writes the catalogue to the file that the first argument names."""
    image = FileDescriptorSet.FromString(IMAGE.read_bytes())
    Path(sys.argv[1]).write_text(catalogue(image))


if __name__ == "__main__":
    main()
