"""The comments of the proto files, which are the reference that users read.

Generated classes carry no comments. They are in the image that `proto/build.py` puts beside the classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import TypeAlias

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

_CHINESE = re.compile(r"[一-鿿]+")

Place: TypeAlias = tuple[tuple[int, ...], str]
"""Where a thing stands in its file, as `SourceCodeInfo` numbers it, and its full name."""


def packaged_image() -> bytes:
    """The descriptors of the contract with their comments, as generated."""
    return files("minshao").joinpath("contract.binpb").read_bytes()


class Comments:
    """What the proto files say about each message, field, enum, value, service and RPC, by full name."""

    def __init__(self, image: bytes) -> None:
        self._texts = {
            name: text for file in FileDescriptorSet.FromString(image).file for name, text in _comments(file)
        }

    def of(self, full_name: str) -> str:
        """The comment without its line breaks, paragraphs kept; empty where there is none."""
        return self._texts.get(full_name, "")

    def chinese(self, full_name: str) -> str:
        """The first Chinese words of the comment, which name the thing; empty where there are none."""
        match = _CHINESE.search(self.of(full_name))
        return match[0] if match else ""


def first_sentence(comment: str) -> str:
    """What can stand for the whole comment in a list."""
    sentence, dot, _ = comment.partition("\n")[0].partition(". ")
    return sentence if dot else sentence.rstrip(".")


def _comments(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    names = dict(_places(file))
    for location in file.source_code_info.location:
        if (name := names.get(tuple(location.path))) and location.leading_comments:
            yield name, _unwrapped(location.leading_comments)


def _unwrapped(comment: str) -> str:
    paragraphs = re.split(r"\n\s*\n", comment.strip())
    return "\n\n".join(" ".join(line.strip() for line in paragraph.splitlines()) for paragraph in paragraphs)


def _places(file: FileDescriptorProto) -> Iterator[Place]:
    for index, message in enumerate(file.message_type):
        yield from _in_message((4, index), f"{file.package}.{message.name}", message)
    for index, enum in enumerate(file.enum_type):
        yield from _in_enum((5, index), f"{file.package}.{enum.name}", enum)
    for index, service in enumerate(file.service):
        yield from _in_service((6, index), f"{file.package}.{service.name}", service)


def _in_message(path: tuple[int, ...], name: str, message: DescriptorProto) -> Iterator[Place]:
    yield path, name
    for index, field in enumerate(message.field):
        yield (*path, 2, index), f"{name}.{field.name}"
    for index, nested in enumerate(message.nested_type):
        yield from _in_message((*path, 3, index), f"{name}.{nested.name}", nested)
    for index, enum in enumerate(message.enum_type):
        yield from _in_enum((*path, 4, index), f"{name}.{enum.name}", enum)


def _in_enum(path: tuple[int, ...], name: str, enum: EnumDescriptorProto) -> Iterator[Place]:
    """Values are named under their enum, though protobuf itself puts them beside it."""
    yield path, name
    for index, value in enumerate(enum.value):
        yield (*path, 2, index), f"{name}.{value.name}"


def _in_service(path: tuple[int, ...], name: str, service: ServiceDescriptorProto) -> Iterator[Place]:
    yield path, name
    for index, method in enumerate(service.method):
        yield (*path, 2, index), f"{name}.{method.name}"
