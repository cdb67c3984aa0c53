"""What no request may carry, whatever the rules of its fields: hidden characters, and enum values nobody here knows.

A text of one line (a name, a title, a code) may have no control characters, no line breaks and none of the characters
that change the direction of writing: with them one name can be made to look like another. A text of many lines may
have line breaks, tabs and marks of direction, which word processors leave behind, but none that turn what follows
around. A field is of many lines when its rules allow more than 200 characters. Neither may have code points that stand
for no character, nor consist of characters alone that nobody sees.

Enums in protobuf are open: a value of a later version arrives as a bare number. Here it is refused by name of the
field, since nobody can act on what nobody here understands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from buf.validate.validate_pb2 import FieldRules
from buf.validate.validate_pb2 import field as field_rules
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from services.common.characters import NONCHARACTERS, says_something
from services.common.errors import Violation

LONGEST_LINE = 200
"""Characters; a field that may be longer holds text of many lines."""

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_OVERRIDES = "\u202d\u202e"
_IN_LINE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_DIRECTION}{NONCHARACTERS}]")
_IN_TEXT = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_OVERRIDES}{NONCHARACTERS}]")
_NOTHING_TO_SCREEN = ("google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.Any")

Found = Sequence[Violation]
Probe = Callable[[str, object], Found]
"""Looks at the value of a field, and names the field by the given path where something is wrong with it."""


class Screen:
    """The check of one kind of message, worked out once."""

    def __init__(self) -> None:
        self.probes: dict[int, Probe] = {}

    def violations(self, message: Message) -> list[Violation]:
        """What is wrong with the message; empty when nothing is."""
        found: list[Violation] = []
        for field, value in message.ListFields():
            if (probe := self.probes.get(field.number)) is not None:
                found += probe(field.name, value)
        return found

    def inside(self, path: str, message: object) -> Found:
        """A probe of a field that holds such a message."""
        return [replace(each, field=f"{path}.{each.field}") for each in self.violations(cast("Message", message))]


def screen_of(message: Descriptor, known: dict[str, Screen] | None = None) -> Screen:
    """The screen of a kind of message. `known` holds those of the messages around it, which may form circles."""
    known = {} if known is None else known
    if message.full_name not in known:
        known[message.full_name] = screen = Screen()
        probes = {field.number: _probe(field, known) for field in message.fields}
        screen.probes = {number: probe for number, probe in probes.items() if probe is not None}
    return known[message.full_name]


def _probe(field: FieldDescriptor, known: dict[str, Screen]) -> Probe | None:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        entry = field.message_type.fields_by_name
        return _each_entry(_probe_of_one(entry["key"], known), _probe_of_one(entry["value"], known))
    probe = _probe_of_one(field, known)
    return _each(probe) if probe is not None and field.is_repeated else probe


def _probe_of_one(field: FieldDescriptor, known: dict[str, Screen]) -> Probe | None:
    if field.type == FieldDescriptor.TYPE_STRING:
        return _text(_IN_TEXT if _longest(field) > LONGEST_LINE else _IN_LINE)
    if field.enum_type is not None:
        return _choice(frozenset(field.enum_type.values_by_number))
    if field.message_type is not None and not field.message_type.full_name.startswith(_NOTHING_TO_SCREEN):
        return screen_of(field.message_type, known).inside
    return None


def _longest(field: FieldDescriptor) -> int:
    """How many characters the rules of the field allow; 0 when they do not say."""
    rules: FieldRules = field.GetOptions().Extensions[field_rules]
    text = rules.repeated.items.string if field.is_repeated else rules.string
    return int(text.max_len or text.max_bytes)


def _text(hidden: re.Pattern[str]) -> Probe:
    def probe(path: str, value: object) -> Found:
        text = cast("str", value)
        if hidden.search(text) is not None:
            return (Violation(path, "含有控制字符或不可见的方向字符。", "HIDDEN_CHARACTER"),)
        if text.strip() and not says_something(text):
            return (Violation(path, "只有看不见的字符。", "HIDDEN_CHARACTER"),)
        return ()

    return probe


def _choice(numbers: frozenset[int]) -> Probe:
    def probe(path: str, value: object) -> Found:
        return () if value in numbers else (Violation(path, "取值无法识别。", "UNKNOWN_ENUM_VALUE"),)

    return probe


def _each(one: Probe) -> Probe:
    def probe(path: str, values: object) -> Found:
        items = enumerate(cast("Iterable[object]", values))
        return [found for index, item in items for found in one(f"{path}[{index}]", item)]

    return probe


def _each_entry(key: Probe | None, value: Probe | None) -> Probe:
    """The entries of a map. Their keys are the caller's own text, so no path repeats one."""

    def probe(path: str, entries: object) -> Found:
        pairs = cast("Mapping[object, object]", entries)
        keys = [found for each in pairs for found in key(path, each)] if key else []
        return keys + ([found for each in pairs.values() for found in value(path, each)] if value else [])

    return probe
