"""The rules of fields (protovalidate) as keywords of JSON Schema.

What JSON Schema cannot say (a rule across fields, a range of a number that JSON writes as text) stands in the
description of the field or is left to its comment; the service enforces it all the same.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import TypeAlias

import protovalidate
from buf.validate.validate_pb2 import FieldRules, Ignore
from buf.validate.validate_pb2 import field as field_rules
from google.api.field_behavior_pb2 import FieldBehavior, field_behavior
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

Schema: TypeAlias = dict[str, object]
"""A JSON Schema, or a part of one."""

_SPACES = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""The Unicode class Zs, which Python's regular expressions have no name for."""

_NUMBERS = frozenset({"int32", "uint32", "sint32", "fixed32", "sfixed32", "float", "double"})
_FORMATS = ("email", "hostname", "ipv4", "ipv6", "uri", "uuid")


def rules_of(field: FieldDescriptor) -> FieldRules:
    """The rules that the proto gives the field; empty ones where it gives none."""
    rules: FieldRules = field.GetOptions().Extensions[field_rules]
    return rules


def is_ignored(field: FieldDescriptor) -> bool:
    """Whether no rule counts for the field, nor for what is inside of it."""
    return rules_of(field).ignore == Ignore.IGNORE_ALWAYS


@cache
def needed(message: Descriptor) -> frozenset[str]:
    """The names of the fields that must be there.

    Those that the proto says are required, and those without which a message breaks its rules: found by holding the
    rules against an empty one.
    """
    broken = protovalidate.collect_violations(GetMessageClass(message)())
    paths = [each.proto.field.elements for each in broken if each.proto.field is not None]
    told = {field.name for field in message.fields if FieldBehavior.REQUIRED in _behaviour(field)}
    return frozenset(path[0].field_name for path in paths if len(path) == 1) | told


def keywords(field: FieldDescriptor) -> Schema:
    """The keywords for a value of the field; of a repeated field or a map, for all of it."""
    rules = rules_of(field)
    if is_ignored(field):
        return {}
    found = _keywords(rules)
    if causes := [rule.message for rule in rules.cel if rule.message]:
        found["description"] = " ".join(causes)
    if rules.required and field.type == FieldDescriptor.TYPE_STRING and not field.is_repeated:
        found.setdefault("minLength", 1)
    if rules.required and field.is_repeated:
        found.setdefault("minItems", 1)
    return found


def enum_names(enum: EnumDescriptor, field: FieldDescriptor) -> list[str]:
    """The names of the enum that the rules of the field allow."""
    rules = rules_of(field)
    own = rules.repeated.items if field.is_repeated else rules
    choice = own.enum
    allowed = set(getattr(choice, "in")) or set(enum.values_by_number)
    refused = {*choice.not_in, *([0] if own.required else [])}
    return [value.name for value in enum.values if value.number in allowed - refused]


def is_output_only(field: FieldDescriptor) -> bool:
    """Whether the service sets the field, whatever a request says."""
    return FieldBehavior.OUTPUT_ONLY in _behaviour(field)


def _behaviour(field: FieldDescriptor) -> Collection[int]:
    given: Collection[int] = field.GetOptions().Extensions[field_behavior]
    return given


def _keywords(rules: FieldRules) -> Schema:
    kind = rules.WhichOneof("type")
    if kind is None:
        return {}
    own: Message = getattr(rules, kind)
    given = {field.name: value for field, value in own.ListFields()}
    if kind in _NUMBERS:
        return _number(given)
    translate = _TRANSLATIONS.get(kind)
    return translate(given) if translate else {}


def _number(given: Mapping[str, object]) -> Schema:
    names = {"gt": "exclusiveMinimum", "gte": "minimum", "lt": "exclusiveMaximum", "lte": "maximum", "const": "const"}
    found: Schema = {names[name]: value for name, value in given.items() if name in names}
    return found | _choices(given)


def _string(given: Mapping[str, object]) -> Schema:
    names = {"min_len": "minLength", "max_len": "maxLength", "const": "const"}
    found: Schema = {names[name]: value for name, value in given.items() if name in names}
    if "pattern" in given:
        found |= _pattern(str(given["pattern"]))
    if "len" in given:
        found |= {"minLength": given["len"], "maxLength": given["len"]}
    parts = {"prefix": "^{}", "suffix": "{}$", "contains": "{}"}
    wanted = [shape.format(re.escape(str(given[name]))) for name, shape in parts.items() if name in given]
    if wanted:
        found.setdefault("pattern", wanted[0])
    if formats := [name for name in _FORMATS if given.get(name)]:
        found["format"] = formats[0]
    return found | _choices(given)


def _pattern(pattern: str) -> Schema:
    """The pattern in the words that all dialects share; one that cannot be said so stands in the description."""
    shared = pattern.replace(r"\p{Zs}", _SPACES)
    try:
        re.compile(shared)
    except re.error:
        return {"description": f"Pattern (RE2): `{pattern}`."}
    return {"pattern": shared}


def _bytes(given: Mapping[str, object]) -> Schema:
    """The rules count bytes, the schema the characters of Base64, of which the padding may be left out."""
    found: Schema = {}
    least, most = given.get("min_len", given.get("len")), given.get("max_len", given.get("len"))
    if isinstance(least, int):
        found["minLength"] = math.ceil(least * 4 / 3)
    if isinstance(most, int):
        found["maxLength"] = math.ceil(most / 3) * 4
    return found


def _repeated(given: Mapping[str, object]) -> Schema:
    names = {"min_items": "minItems", "max_items": "maxItems", "unique": "uniqueItems"}
    found: Schema = {names[name]: value for name, value in given.items() if name in names}
    items = given.get("items")
    return found | ({"items": _keywords(items)} if isinstance(items, FieldRules) else {})


def _map(given: Mapping[str, object]) -> Schema:
    names = {"min_pairs": "minProperties", "max_pairs": "maxProperties"}
    found: Schema = {names[name]: value for name, value in given.items() if name in names}
    keys, values = given.get("keys"), given.get("values")
    if isinstance(keys, FieldRules):
        found["propertyNames"] = _keywords(keys)
    if isinstance(values, FieldRules):
        found["additionalProperties"] = _keywords(values)
    return found


def _bool(given: Mapping[str, object]) -> Schema:
    return {"const": given["const"]} if "const" in given else {}


def _choices(given: Mapping[str, object]) -> Schema:
    found: Schema = {}
    if isinstance(allowed := given.get("in"), list) or allowed is not None:
        found["enum"] = list(allowed)  # type: ignore[call-overload]  # a repeated field
    if (refused := given.get("not_in")) is not None:
        found["not"] = {"enum": list(refused)}  # type: ignore[call-overload]  # a repeated field
    return found


_TRANSLATIONS: dict[str, Callable[[Mapping[str, object]], Schema]] = {
    "string": _string,
    "bytes": _bytes,
    "repeated": _repeated,
    "map": _map,
    "bool": _bool,
}
